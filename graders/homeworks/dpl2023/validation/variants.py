"""Right submissions of dpl2023 that are written otherwise than the worked one; each must keep all points.

Some give warnings: those cost nothing.
"""

from __future__ import annotations

from graders.validation.changes import Changes, Edit
from graders.validation.suite import Variant

from ...dpl.validation import notebooks
from .mutants import (
    ACTIVATIONS,
    BACKPROPAGATION,
    BASIC_FORWARD,
    BASIC_SUM,
    BIAS,
    CHEAP,
    CURVES,
    DELTA,
    ENTROPY,
    FORWARD,
    INPUT,
    LARGEST,
    MASK,
    MOVE_B,
    MOVE_W,
    NETWORKS,
    RELU,
    SHIFTED,
    SOFTMAX,
    STOP,
    SUM,
    UPDATE,
    W_GRAD,
    ZERO,
)

TRAINING = "hw1_training.py"
ALL = f"{CHEAP} trained_basic"
BOTH_CURVES = "curves_autograd curves_basic"


def patched(name: str, marked: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), tuple(marked.split()))


EPOCH_RESULT = "                parameter.grad.zero_()\n        return loss.item()"
PLOTS = """    for shape in SHAPES:
        plot(shape, *learning_curve(shape, train_data, test_data, arguments, gpu_id))
"""
ONE_FIGURE = """    figure, places = plt.subplots(1, 2, figsize=(12, 5))
    for axes, shape in zip(places, SHAPES):
        sizes, train, test = learning_curve(shape, train_data, test_data, arguments, gpu_id)
        axes.plot(sizes, [100 * a for a in train], "o-", label="training")
        axes.plot(sizes, [100 * a for a in test], "x-", label="testing")
        axes.set_title(str(shape))
        axes.set_xlabel("Size")
        axes.set_ylabel("Accuracy in %")
        axes.legend()
    plt.savefig("curves.pdf")
"""
ONE_PLOT = """    for shape in SHAPES:
        sizes, train, test = learning_curve(shape, train_data, test_data, arguments, gpu_id)
        plt.plot(sizes, train, label=f"train {shape}")
        plt.plot(sizes, test, label=f"test {shape}")
    plt.suptitle("Learning curves")
    plt.xlabel("Size")
    plt.ylabel("Accuracy")
    plt.legend()
    plt.savefig("curves.png")
"""
STOPPING = """        if abs(previous - loss) < MIN_CHANGE:
            break
        previous = loss
"""
PATIENCE = """        if loss < previous - 1e-4:
            previous, worse = loss, 0
        else:
            worse += 1
        if worse == 10:
            break
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
    patched("relu: product with a mask", CHEAP, (ACTIVATIONS, RELU, "return X * (X > 0).float()")),
    patched("relu: torch's own", CHEAP, (ACTIVATIONS, RELU, "return torch.relu(X)")),
    patched("relu: maximum with zeros", CHEAP, (ACTIVATIONS, RELU, "return torch.max(X, torch.zeros_like(X))")),
    patched("relu: where", CHEAP, (ACTIVATIONS, RELU, "return torch.where(X < 0, torch.zeros_like(X), X)")),
    patched("softmax: torch's own", CHEAP, (ACTIVATIONS, SOFTMAX, "return torch.softmax(X, dim=0)")),
    patched(
        "stable_softmax: with logarithms", CHEAP, (ACTIVATIONS, SHIFTED, "return torch.exp(X - torch.logsumexp(X, 0))")
    ),
    patched("stable_softmax: written out", CHEAP, (ACTIVATIONS, LARGEST, "largest, _ = torch.max(X, 0)")),
    patched(
        "cross_entropy: least probability",
        CHEAP,
        (ACTIVATIONS, ENTROPY, "return -(y_1hot * torch.log(torch.clamp(X, min=epsilon))).sum(0).mean()"),
    ),
    patched(
        "cross_entropy: the label's probability",
        CHEAP,
        (ACTIVATIONS, ENTROPY, "return -torch.log(X[y_1hot.argmax(0), torch.arange(n_examples)] + epsilon).mean()"),
    ),
    patched("autograd: addmm", CHEAP, (NETWORKS, SUM, "output = torch.addmm(bias, weight, act_output)")),
    patched(
        "autograd: tuples",
        CHEAP,
        (
            NETWORKS,
            FORWARD,
            FORWARD.replace("return outputs, act_outputs", "return tuple(outputs), tuple(act_outputs)"),
        ),
    ),
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
    Variant(
        "training: Windows line endings",
        Changes(rewritten={NETWORKS: lambda text: text.replace("\n", "\r\n")}),
        tuple(ALL.split()),
    ),
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
