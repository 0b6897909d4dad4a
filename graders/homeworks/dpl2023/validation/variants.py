"""Right submissions of dpl2023 that are written otherwise than the worked one; each must keep all points.

Some give warnings: those cost nothing.
"""

from __future__ import annotations

from graders.marking.validation.changes import Changes, Edit
from graders.marking.validation.suite import Variant, variants

from ...dpl.validation import notebooks
from ...dpl.validation.mutants import (
    CURVES,
    NETWORKS,
    STOP,
    UNLABELLED,
)
from ...dpl.validation.variants import (
    ONE_FIGURE,
    ONE_PLOT,
    PATIENCE,
    STOPPING,
    forward_variants,
    patched,
    windows_lines,
)
from .mutants import (
    BACKPROPAGATION,
    BASIC_FORWARD,
    BASIC_SUM,
    BIAS,
    CHEAP,
    DELTA,
    INPUT,
    MASK,
    MOVE_B,
    MOVE_W,
    UPDATE,
    W_GRAD,
    ZERO,
)

TRAINING = "hw1_training.py"
ALL = f"{CHEAP} trained_basic"
BOTH_CURVES = "curves_autograd curves_basic"


EPOCH_RESULT = "                parameter.grad.zero_()\n        return loss.item()"
PLOTS = """    for shape in SHAPES:
        plot(shape, *learning_curve(shape, train_data, test_data, arguments, gpu_id))
"""
SHAPE_OPTION = """    parser.add_argument("-s", "--shape", type=int, choices=[0, 1], default=1)
    return parser.parse_args()"""

HELPERS = Variant(
    "helpers in a module of their own",
    Changes(
        edits=(
            Edit(CURVES, "from my_neural_networks import mnist\n", "from my_neural_networks import mnist, utils\n"),
        ),
        files={"my_neural_networks/utils.py": '"""Helpers."""\n\nSTEP = 250\n'},
    ),
    tuple(BOTH_CURVES.split()),
)

VARIANTS = [
    *forward_variants(CHEAP),
    *variants(CURVES, "curves_autograd curves_basic", UNLABELLED),
    patched(
        "autograd: returns a tensor that needs gradients",
        ALL,
        (NETWORKS, EPOCH_RESULT, EPOCH_RESULT.replace("loss.item()", "loss")),
    ),
    patched(
        "autograd: gradients forgotten before the step",
        CHEAP,
        (NETWORKS, ZERO, ""),
        (
            NETWORKS,
            "loss.backward()",
            "for p in self.weights + self.biases:\n            p.grad = None\n        loss.backward()",
        ),
    ),
    patched(
        "autograd: update through data",
        CHEAP,
        (NETWORKS, UPDATE, "parameter.data -= learning_rate * parameter.grad.data"),
    ),
    patched(
        "autograd: Parameters",
        CHEAP,
        (
            NETWORKS,
            "        self.init_weights()\n\n    def init_weights(self):\n"
            '        """Uniform within 1 / sqrt(n_in), for weights and biases."""\n        with',
            "        self.weights = torch.nn.ParameterList([torch.nn.Parameter(w) for w in self.weights])\n"
            "        self.biases = torch.nn.ParameterList([torch.nn.Parameter(b) for b in self.biases])\n"
            "        self.init_weights()\n\n    def init_weights(self):\n"
            '        """Uniform within 1 / sqrt(n_in), for weights and biases."""\n        with',
        ),
        (NETWORKS, "self.weights + self.biases", "[*self.weights, *self.biases]"),
    ),
    patched(
        "autograd: torch.nn imported, not used",
        CHEAP,
        (NETWORKS, "import torch\n", "import torch\nimport torch.nn as nn\n"),
    ),
    patched("basic: derivative 1 at 0", ALL, (NETWORKS, MASK, "delta[outputs[i - 1] < 0] = 0")),
    patched("basic: mask from the activations", ALL, (NETWORKS, MASK, "delta = delta * (act_outputs[i - 1] > 0)")),
    patched(
        "basic: einsum", ALL, (NETWORKS, W_GRAD, 'W_grads.insert(0, torch.einsum("on,in->oi", delta, layer_input))')
    ),
    patched(
        "basic: divided at the end",
        ALL,
        (NETWORKS, DELTA, DELTA.replace(" / n_examples", "")),
        (NETWORKS, MOVE_W, MOVE_W + " / len(X)"),
        (NETWORKS, MOVE_B, MOVE_B + " / len(X)"),
    ),
    patched(
        "basic: new tensors at each step",
        ALL,
        (NETWORKS, MOVE_W, "self.weights[i] = self.weights[i] - learning_rate * W_grads[i]"),
        (NETWORKS, MOVE_B, "self.biases[i] = self.biases[i] - learning_rate * b_grads[i]"),
    ),
    patched(
        "basic: gradients kept in attributes",
        ALL,
        (NETWORKS, "        return W_grads, b_grads\n", "        self.dW, self.db = W_grads, b_grads\n"),
        (
            NETWORKS,
            BACKPROPAGATION,
            BACKPROPAGATION.replace("W_grads, b_grads = ", "") + "\n        W_grads, b_grads = self.dW, self.db",
        ),
    ),
    patched(
        "basic: a backward of its own",
        ALL,
        (NETWORKS, "def _backpropagation(self, outputs", "def backward(self, outputs"),
        (NETWORKS, BACKPROPAGATION, BACKPROPAGATION.replace("_backpropagation", "backward")),
    ),
    patched("basic: matmul", ALL, (NETWORKS, BASIC_SUM, "output = torch.matmul(weight, act_output).add(bias)")),
    patched(
        "basic: without gradients",
        ALL,
        (
            NETWORKS,
            "        X_t, y_1hot_t = X.t(), y_1hot.t()\n",
            "        torch.set_grad_enabled(False)\n        X_t, y_1hot_t = X.t(), y_1hot.t()\n",
        ),
    ),
    patched(
        "basic: the loss after the update",
        ALL,
        (NETWORKS, "b_grads[i]\n        return loss.item()", "b_grads[i]\n        return self.loss(X, y, y_1hot)"),
    ),
    patched("basic: inputs in a list", ALL, (NETWORKS, INPUT, "layer_input = [X, *act_outputs][i]")),
    patched(
        "basic: forward with F",
        "basic",
        (NETWORKS, BASIC_FORWARD, BASIC_FORWARD.replace("relu(output)", "torch.nn.functional.relu(output)")),
    ),
    patched("training: a changed trainer", ALL, (TRAINING, 'default=100, help="epochs"', 'default=10, help="epochs"')),
    windows_lines(ALL),
    patched("curves: two plots in one figure, in percent", BOTH_CURVES, (CURVES, PLOTS, ONE_FIGURE)),
    patched("curves: all in one plot", BOTH_CURVES, (CURVES, PLOTS, ONE_PLOT)),
    patched(
        "curves: only shown",
        BOTH_CURVES,
        (CURVES, '    figure.savefig("learning_curve_" + "_".join(map(str, shape)) + ".png")\n', "    plt.show()\n"),
    ),
    patched("curves: no title", BOTH_CURVES, (CURVES, 'title=f"Learning curve of {shape}", ', "")),
    patched(
        "curves: a shape in each of the ReadMe's commands",
        BOTH_CURVES,
        (CURVES, "    return parser.parse_args()", SHAPE_OPTION),
        (CURVES, "    for shape in SHAPES:", "    for shape in [SHAPES[arguments.shape]]:"),
        (
            "ReadMe",
            "-l 1e-6 -i my -g 0",
            "-l 1e-6 -i my -g 0 -s 0\npython hw1_learning_curves.py data -s 1",
        ),
    ),
    patched(
        "curves: patience",
        BOTH_CURVES,
        (CURVES, STOPPING, PATIENCE),
        (CURVES, "    epoch = 0\n", "    epoch = worse = 0\n"),
    ),
    patched(
        "curves: pixels from 0 to 1",
        BOTH_CURVES,
        (CURVES, "reshape(len(images), -1)", "reshape(len(images), -1) / 255"),
    ),
    patched("curves: stops when the loss rises", BOTH_CURVES, (CURVES, STOP, "if loss > previous:")),
    Variant(
        "notebook: averaged over the group in every forward pass",
        notebooks.changed(
            ("torch.empty(len(names))", "torch.empty(n_out, n_in)"),
            (
                "return x @ self.weight[self.orbits].t() + self.bias",
                "pairs = list(zip(self.outs, self.ins))\n"
                "        W = sum(out @ self.weight @ into.t() for out, into in pairs) / len(pairs)\n"
                "        return x @ W.t() + self.bias",
            ),
            (BIAS, BIAS + "\n        self.outs, self.ins = group(out_side), group(in_side)"),
        ),
        ("equivariant",),
    ),
    Variant(
        "notebook: a bias for each orbit",
        notebooks.changed(
            (
                BIAS,
                "pixels = torch.arange(n_out)\n"
                "        turned = [pixels[rho.argmax(dim=1)] for rho in group(out_side)]\n"
                "        least = torch.stack(turned).min(dim=0).values\n"
                "        values, self.rings = torch.unique(least, return_inverse=True)\n"
                "        self.bias = nn.Parameter(torch.zeros(len(values)))",
            ),
            ("self.weight[self.orbits].t() + self.bias", "self.weight[self.orbits].t() + self.bias[self.rings]"),
        ),
        ("equivariant",),
    ),
    Variant(
        "notebook: no bias",
        notebooks.changed((BIAS, "pass"), ("self.weight[self.orbits].t() + self.bias", "self.weight[self.orbits].t()")),
        ("equivariant",),
    ),
]
