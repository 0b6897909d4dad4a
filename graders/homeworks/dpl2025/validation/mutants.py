"""Wrong submissions of questions 3 and 4: the worked one with a mistake put in, and the sections that fail for it."""

from __future__ import annotations

from functools import partial

from graders.marking.validation import suite

from ...dpl.validation.mutants import (
    CRASH,
    CURVE_MISTAKES,
    CURVES,
    FIGURE_MISTAKES,
    NETWORKS,
    UNLABELLED,
    activation_mutants,
    autograd_mutants,
)

CHEAP = "activations autograd"
"""Marked for every mistake in the package; what else a mistake fails is marked with it."""

mutants = partial(suite.mutants, marked=CHEAP)

ZERO = "            parameter.grad.data.zero_()\n"
UPDATE = "parameter.data -= learning_rate * parameter.grad.data"

ACTIVATION_MUTANTS = activation_mutants("autograd", CHEAP)
AUTOGRAD_MUTANTS = autograd_mutants(ZERO, UPDATE, CHEAP)

BOUND = "bound = 1 / math.sqrt(weight.shape[1])"
DRAWN_W = "weight.data.uniform_(-bound, bound)"
DRAWN_B = "bias.data.uniform_(-bound, bound)"
CALLED = "        self.init_weights()\n\n"
PREDICTED = "return act_outputs[-1].argmax(dim=0)"
EACH = "for parameter in self.weights + self.biases:\n            " + UPDATE
MORE_AUTOGRAD_MUTANTS = mutants(
    NETWORKS,
    "autograd",
    {
        "init: n_out for n_in": (BOUND, BOUND.replace("shape[1]", "shape[0]")),
        "init: Xavier": (BOUND, "bound = math.sqrt(6 / sum(weight.shape))"),
        "init: He": (BOUND, "bound = math.sqrt(6 / weight.shape[1])"),
        "init: no root": (BOUND, "bound = 1 / weight.shape[1]"),
        "init: the network's inputs for each layer": (BOUND, "bound = 1 / math.sqrt(self.shape[0])"),
        "init: weights are normal": (DRAWN_W, "weight.data.normal_(0, bound / 3**0.5)"),
        "init: weights are normal, cut off": (
            DRAWN_W,
            "weight.data.normal_(0, bound / 3**0.5).clamp_(-bound, bound)",
        ),
        "init: biases are normal": (DRAWN_B, "bias.data.normal_(0, bound)"),
        "init: biases are zero": (DRAWN_B, "bias.data.zero_()"),
        "init: biases within 1": (DRAWN_B, "bias.data.uniform_(-1, 1)"),
        "init: only positive": (DRAWN_W, "weight.data.uniform_(0, bound)"),
        "init: only positive biases": (DRAWN_B, "bias.data.uniform_(0, bound)"),
        "init: half the bound": (DRAWN_W, "weight.data.uniform_(-bound / 2, bound / 2)"),
        "init: a row for all neurons": (
            DRAWN_W,
            "weight.data.copy_(torch.empty(1, weight.shape[1]).uniform_(-bound, bound).expand_as(weight))",
        ),
        "init: adds to what is there": (DRAWN_W, "weight.data += torch.empty_like(weight).uniform_(-bound, bound)"),
        "init: never called": (CALLED, "\n"),
        "predict: the least probable": (PREDICTED, PREDICTED.replace("argmax", "argmin")),
        "predict: over the examples": (PREDICTED, PREDICTED.replace("dim=0", "dim=1")),
        "predict: of the first layer": (PREDICTED, PREDICTED.replace("[-1]", "[0]")),
        "predict: one-hot rows": (
            PREDICTED,
            "return (act_outputs[-1] == act_outputs[-1].max(dim=0).values).t().float()",
        ),
        "predict: probabilities": (PREDICTED, "return act_outputs[-1].t()"),
        "autograd: clears the weights' gradients only": (
            ZERO,
            "            if parameter.shape[1] > 1:\n                parameter.grad.data.zero_()\n",
        ),
        "autograd: clears gradients before the step": [
            (ZERO, ""),
            (UPDATE, "parameter.grad.data.zero_()\n            " + UPDATE),
        ],
        "autograd: biases stay": (EACH, EACH.replace(" + self.biases", "")),
        "autograd: the last layer stays": (
            EACH,
            EACH.replace("self.weights + self.biases", "self.weights[:-1] + self.biases[:-1]"),
        ),
    },
)

ONE_HOT = "y_1hot[torch.arange(len(y)), y] = 1"
CURVE_MUTANTS = [
    *mutants(
        CURVES,
        "curves_autograd",
        {
            **CURVE_MISTAKES,
            **FIGURE_MISTAKES,
            **UNLABELLED,
            "curves: not drawn at all": ("        save_learning_curve(shape, *", "        print(shape, *"),
            **CRASH,
        },
        marked="",
    ),
    *mutants(
        CURVES,
        "curves_autograd",
        {
            "one_hot: column 0 too": (ONE_HOT, "y_1hot[:, 0] = y_1hot[torch.arange(len(y)), y] = 1"),
            "one_hot: ones everywhere": (ONE_HOT, "y_1hot[:] = 1"),
            "one_hot: a class less": (ONE_HOT, ONE_HOT + "\n    y_1hot = y_1hot[:, : n_classes - 1]"),
            "one_hot: as many classes as there are labels": (
                ONE_HOT,
                ONE_HOT + "\n    y_1hot = y_1hot[:, : y.max() + 1]",
            ),
            "one_hot: twos": (ONE_HOT, ONE_HOT.replace("= 1", "= 2")),
            "one_hot: the place before": (ONE_HOT, ONE_HOT.replace(", y]", ", y - 1]")),
        },
        marked="curves_autograd.one_hot",
    ),
]

MUTANTS = [*ACTIVATION_MUTANTS, *AUTOGRAD_MUTANTS, *MORE_AUTOGRAD_MUTANTS, *CURVE_MUTANTS]
