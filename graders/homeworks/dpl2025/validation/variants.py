"""Right submissions of questions 3 and 4 that are written otherwise than the worked one; each must keep all points."""

from __future__ import annotations

from graders.validation.changes import Changes, Edit
from graders.validation.suite import Variant

from .mutants import (
    ACTIVATIONS,
    BOUND,
    CHEAP,
    CURVES,
    DRAWN_B,
    DRAWN_W,
    ENTROPY,
    FORWARD,
    LARGEST,
    NETWORKS,
    ONE_HOT,
    PREDICTED,
    RELU,
    SHIFTED,
    SOFTMAX,
    STOP,
    SUM,
    UPDATE,
    ZERO,
)

TRAINING = "hw1_training.py"
ONE = "curves_autograd.one_hot"


def patched(name: str, marked: str, *edits: tuple[str, str, str]) -> Variant:
    """A few lines otherwise: (file, old, new)."""
    return Variant(name, Changes(edits=tuple(Edit(*edit) for edit in edits)), tuple(marked.split()))


END_OF_INIT = "        # END SOLUTION\n\n    def _feed_forward"
EPOCH_RESULT = "        # END SOLUTION\n        return loss.item()"
PLOTS = """    for shape in SHAPES:
        save_learning_curve(shape, *learning_curve(shape, train_data, test_data, arguments, gpu_id))
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
        CHEAP,
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
        "autograd: update through add_",
        CHEAP,
        (NETWORKS, UPDATE, "parameter.data.add_(parameter.grad, alpha=-learning_rate)"),
    ),
    patched(
        "autograd: torch.nn imported, not used",
        CHEAP,
        (NETWORKS, "import torch\n", "import torch\nimport torch.nn as nn\n"),
    ),
    patched(
        "training: a changed trainer", CHEAP, (TRAINING, 'default=100, help="epochs"', 'default=10, help="epochs"')
    ),
    Variant(
        "training: Windows line endings",
        Changes(rewritten={NETWORKS: lambda text: text.replace("\n", "\r\n")}),
        tuple(CHEAP.split()),
    ),
    patched("curves: two plots in one figure, in percent", "curves_autograd", (CURVES, PLOTS, ONE_FIGURE)),
    patched("curves: all in one plot", "curves_autograd", (CURVES, PLOTS, ONE_PLOT)),
    patched(
        "curves: patience",
        "curves_autograd",
        (CURVES, STOPPING, PATIENCE),
        (CURVES, "    epoch = 0\n", "    epoch = worse = 0\n"),
    ),
    patched(
        "curves: pixels from 0 to 1",
        "curves_autograd",
        (CURVES, "reshape(len(images), -1)", "reshape(len(images), -1) / 255"),
    ),
    patched("curves: stops when the loss rises", "curves_autograd", (CURVES, STOP, "if loss > previous:")),
    patched(
        "curves: no titles, shapes in the legend",
        "curves_autograd",
        (CURVES, 'label="train"', 'label=f"train {shape}"'),
        (CURVES, 'label="test"', 'label=f"test {shape}"'),
        (CURVES, 'title=f"Learning curve of {shape}", ', ""),
    ),
    patched(
        "one_hot: torch's own", ONE, (CURVES, ONE_HOT, "y_1hot = torch.nn.functional.one_hot(y, n_classes).float()")
    ),
    patched("one_hot: rows of the unit matrix", ONE, (CURVES, ONE_HOT, "y_1hot = torch.eye(n_classes)[y]")),
    patched("one_hot: scatter", ONE, (CURVES, ONE_HOT, "y_1hot.scatter_(1, y.unsqueeze(1), 1.0)")),
    patched(
        "one_hot: whole numbers", ONE, (CURVES, ONE_HOT, "y_1hot = (y.unsqueeze(1) == torch.arange(n_classes)).long()")
    ),
    patched("init: torch.nn.init", CHEAP, (NETWORKS, DRAWN_W, "torch.nn.init.uniform_(weight, -bound, bound)")),
    patched("init: rand", CHEAP, (NETWORKS, DRAWN_W, "weight.data = (2 * torch.rand_like(weight) - 1) * bound")),
    patched(
        "init: new biases",
        CHEAP,
        (
            NETWORKS,
            DRAWN_B,
            "n_in = weight.size(1)\n            bias.data = (torch.rand(bias.shape) - 0.5) * 2 / n_in**0.5",
        ),
    ),
    patched(
        "init: new parameters",
        CHEAP,
        (
            NETWORKS,
            END_OF_INIT,
            "        self.weights = [torch.nn.Parameter(w.data) for w in self.weights]\n" + END_OF_INIT,
        ),
    ),
    patched("init: seeded", CHEAP, (NETWORKS, BOUND, BOUND + "\n            torch.manual_seed(weight.shape[0])")),
    patched("predict: torch.max", CHEAP, (NETWORKS, PREDICTED, "return torch.max(act_outputs[-1], 0)[1]")),
    patched(
        "predict: from the sums",
        CHEAP,
        (
            NETWORKS,
            "_, act_outputs = self._feed_forward(X.t())\n            return act",
            "act_outputs, _ = self._feed_forward(X.t())\n            return act",
        ),
    ),
    patched(
        "autograd: without gradients",
        CHEAP,
        (NETWORKS, UPDATE, "with torch.no_grad():\n                parameter -= learning_rate * parameter.grad"),
    ),
    patched("autograd: gradients set to None", CHEAP, (NETWORKS, ZERO, "            parameter.grad = None\n")),
]
