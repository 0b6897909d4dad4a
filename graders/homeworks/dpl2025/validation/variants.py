"""Right submissions of questions 3 and 4 that are written otherwise than the worked one; each must keep all points."""

from __future__ import annotations

from ...dpl.validation.mutants import (
    CURVES,
    NETWORKS,
    STOP,
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
    BOUND,
    CHEAP,
    DRAWN_B,
    DRAWN_W,
    ONE_HOT,
    PREDICTED,
    UPDATE,
    ZERO,
)

TRAINING = "hw1_training.py"
ONE = "curves_autograd.one_hot"


END_OF_INIT = "        # END SOLUTION\n\n    def _feed_forward"
EPOCH_RESULT = "        # END SOLUTION\n        return loss.item()"
PLOTS = """    for shape in SHAPES:
        save_learning_curve(shape, *learning_curve(shape, train_data, test_data, arguments, gpu_id))
"""

VARIANTS = [
    *forward_variants(CHEAP),
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
    windows_lines(CHEAP),
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
