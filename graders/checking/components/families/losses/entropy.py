"""Mistakes in losses: what is averaged, which sign, which class."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graders.checking.components.families.family import Family

_AVERAGE = "Look at whether the loss is a sum or a mean over the examples."
_SAME_FACTOR = "The gradient has the factor that the loss has."


_LOSS = Family("loss", ("x", "y"))
"""What goes wrong in every loss."""


@_LOSS.wrong("out", "is a sum over the examples, not a mean", _AVERAGE)
def summed(right, x):
    return right()["out"] * len(x)


@_LOSS.wrong("out", "is divided by the batch size once more", _AVERAGE)
def averaged(right, x):
    return right()["out"] / len(x)


@_LOSS.wrong("out", "is divided by the number of classes, not of examples", _AVERAGE)
def over_classes(right, x):
    return right()["out"] * len(x) / x.shape[-1]


@_LOSS.wrong("dx", "is divided by the number of classes, too", _SAME_FACTOR)
def gradient_over_entries(right, x):
    return right()["dx"] / x.shape[-1]


@_LOSS.wrong("out", "is averaged over all entries", "Look at what the loss is divided by.")
def averaged_over_entries(right, x):
    return right()["out"] / x.shape[-1]


@_LOSS.wrong("out", "has the opposite sign", "Look at the minus in front of the sum.")
def negative(right):
    return -right()["out"]


@_LOSS.wrong("dx", "isn't divided by the batch size", _SAME_FACTOR)
def gradient_summed(right, x):
    return right()["dx"] * len(x)


@_LOSS.wrong("dx", "is divided by the batch size once more", _SAME_FACTOR)
def gradient_averaged(right, x):
    return right()["dx"] / len(x)


@_LOSS.wrong("dx", "is divided by the number of classes, not of examples", _SAME_FACTOR)
def gradient_over_classes(right, x):
    return right()["dx"] * len(x) / x.shape[-1]


@_LOSS.wrong("dx", "has the opposite sign", "Look at which of the two is subtracted from the other.")
def gradient_negative(right):
    return -right()["dx"]


def loss(name: str, *, moderate: bool) -> Family:
    return replace(_LOSS.extended(), name=name, moderate=moderate)


CROSS_ENTROPY = loss("cross_entropy", moderate=True)
"""`x` are scores, before softmax; `y` the labels."""
LOG_LOSS = loss("log_loss", moderate=True)
"""`x` are probabilities, `y` the labels: the mean of -log p of the right class."""


def _softmax(x):
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def _one_hot(x, y):
    return y if y.shape == x.shape else np.eye(x.shape[-1])[y.astype(int).reshape(-1)]


def _in_convention(right, x, y, gradient):
    """A gradient of the summed loss with the factor that the component's own has."""
    return gradient * _factor(right, x, y)


@CROSS_ENTROPY.wrong(
    "dx", "is softmax alone: 1 is never subtracted at the label", "Look at the gradient in the right class."
)
def never_subtracted(right, x, y):
    return _in_convention(right, x, y, _softmax(x))


@CROSS_ENTROPY.wrong(
    "dx", "is minus the labels alone: softmax is missing", "Look at the gradient in the wrong classes."
)
def labels_alone(right, x, y):
    return _in_convention(right, x, y, -_one_hot(x, y))


@CROSS_ENTROPY.wrong("dx", "subtracts the labels from the scores, not from softmax of them", "Look at what is kept.")
def scores_in_place_of_softmax(right, x, y):
    return _in_convention(right, x, y, x - _one_hot(x, y))


@CROSS_ENTROPY.wrong("dx", "is nonzero at the label alone", "The other classes have a gradient, too.")
def at_the_label_alone(right, x, y):
    return _in_convention(right, x, y, (_softmax(x) - _one_hot(x, y)) * _one_hot(x, y))


@CROSS_ENTROPY.wrong("out", "lacks the logarithm", "Look at what is averaged.")
def without_logarithm(x, y):
    return -(_softmax(x) * _one_hot(x, y)).sum(axis=-1).mean()


@CROSS_ENTROPY.wrong("out", "is the mean of minus the label's score: softmax is missing", "Look at what is averaged.")
def without_softmax(x, y):
    return -(x * _one_hot(x, y)).sum(axis=-1).mean()


@CROSS_ENTROPY.wrong("out", "has a logarithm to the base 2", "Look at which logarithm it is.")
def base_two(right):
    return right()["out"] / np.log(2)


_NOT_SOFTMAX = "Say what this gradient is taken with respect to: softmax has its own backward."


@LOG_LOSS.wrong("out", "has a logarithm to the base 2", "Look at which logarithm it is.")
def log_to_base_two(right):
    return right()["out"] / np.log(2)


@LOG_LOSS.wrong("out", "has a logarithm to the base 10", "Look at which logarithm it is.")
def log_to_base_ten(right):
    return right()["out"] / np.log(10)


@LOG_LOSS.wrong("out", "lacks the logarithm", "Look at what is added up for the right class.")
def without_log(x, y):
    return -(x * _one_hot(x, y)).sum(axis=-1).mean()


@LOG_LOSS.wrong("out", "applies softmax to probabilities", "Say what the loss is given: softmax is a separate layer.")
def of_softmax(right, x):
    return right(x=_softmax(x))["out"]


@LOG_LOSS.wrong("out", "adds the other classes' 1 - p", "There is one term for each example.")
def of_all_classes(right, x, y):
    return right()["out"] - ((1 - _one_hot(x, y)) * np.log(1 - x)).sum() / len(x)


@LOG_LOSS.wrong(
    "out", "takes the classes of all examples from every row", "The result is an (N, N) matrix: print its shape."
)
def of_all_columns(x, y):
    return -(np.log(x) @ _one_hot(x, y).T).mean()


def _swapped(guard):
    @LOG_LOSS.wrong(
        "out", "has labels and probabilities swapped", "Look at which of the two the logarithm is taken of."
    )
    def swapped(x, y):
        return -(x * np.log(_one_hot(x, y) + guard)).sum() / len(x)

    return swapped


for _guard in (np.finfo(float).eps, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7):
    _swapped(_guard)


@LOG_LOSS.wrong("dx", "is the gradient in softmax's input, not in the probabilities", _NOT_SOFTMAX)
def through_softmax(right, x, y):
    return (x - _one_hot(x, y)) * _weight(right, x, y)


@LOG_LOSS.wrong("dx", "is the gradient in softmax's input, and isn't divided by the batch size", _NOT_SOFTMAX)
def through_softmax_summed(right, x, y):
    return (x - _one_hot(x, y)) * _weight(right, x, y) * len(x)


@LOG_LOSS.wrong("dx", "is that of the two-class loss", "There is one term for each example.")
def of_two_classes(right, x, y):
    return right()["dx"] + (1 - _one_hot(x, y)) / (1 - x) * _weight(right, x, y)


@LOG_LOSS.wrong("dx", "is minus one over every probability", "Only the right class counts.")
def without_labels(right, x, y):
    return -_weight(right, x, y) / x


@LOG_LOSS.wrong("dx", "lacks the division by the probability", "Differentiate log p.")
def without_probability(right, x):
    return right()["dx"] * x


@LOG_LOSS.wrong("dx", "is minus the logarithm, not its derivative", "Differentiate log p.")
def logarithm(right, x):
    return right()["dx"] * x * np.log(x)


def _weight(right, x, y):
    """What each example's loss is multiplied by in this component's convention."""
    chosen = _one_hot(x, y)
    return -(right()["dx"] * x * chosen).sum() / chosen.sum()


_CHAIN = "Each row of the softmax adds up to 1: look at what the exponentials are divided by."


def _entropy(p, y):
    return -(y * np.log(p)).sum() / len(p)


def _in_logarithms(x, y, total):
    """The entropy of powers over another sum than each row's, where no power is lost to rounding."""
    shifted = x - x.max(axis=-1, keepdims=True)
    return -(y * (shifted - np.log(total(np.exp(shifted))))).sum() / len(x)


def _powers(x):
    return np.exp(x - x.max(axis=-1, keepdims=True))


CROSS_ENTROPY.wrongs(
    "out",
    {
        "softmax_over_batch": (
            "takes the softmax over the batch",
            "Look at the axis: each row adds up to 1.",
            lambda x, y: _entropy(_softmax(x.T).T, _one_hot(x, y)),
        ),
        "of_largest_label": (
            "looks at the largest label alone",
            "Labels needn't be one-hot: the sum is over all.",
            lambda x, y: -np.log(_softmax(x)[np.arange(len(x)), _one_hot(x, y).argmax(1)]).mean(),
        ),
        "softmax_over_everything": (
            "takes the softmax over all entries",
            "Each example has its own distribution.",
            lambda x, y: _entropy(np.exp(x - x.max()) / np.exp(x - x.max()).sum(), _one_hot(x, y)),
        ),
        "sigmoid_for_softmax": (
            "uses the sigmoid in place of the softmax",
            "Look at what the logarithm is taken of.",
            lambda x, y: (_one_hot(x, y) * np.logaddexp(0, -x)).sum() / len(x),
        ),
        "binary": (
            "adds the terms of the binary cross-entropy",
            "There is one logarithm for each label.",
            lambda x, y: _entropy(_softmax(x), _one_hot(x, y)) + _entropy(1 - _softmax(x), 1 - _one_hot(x, y)),
        ),
        "sum_not_shifted": (
            "divides shifted exponentials by the sum of those that aren't",
            "Subtract the maximum above and below, or nowhere.",
            lambda x, y: _entropy(_powers(x) / np.exp(x).sum(-1, keepdims=True), _one_hot(x, y)),
        ),
        "sum_of_columns": (
            "divides by a sum over the batch, not over each row",
            "Look at the axis of the sum.",
            lambda x, y: _entropy(_powers(x) / _powers(x).sum(0), _one_hot(x, y)),
        ),
        "sum_of_all_rows": (
            "divides by the sum of all rows",
            "Each example has its own distribution.",
            lambda x, y: _entropy(_powers(x) / _powers(x).sum(), _one_hot(x, y)),
        ),
        "logarithm_of_columns": (
            "divides by a sum over the batch, not over each row",
            "Look at the axis of the sum.",
            lambda x, y: _in_logarithms(x, _one_hot(x, y), lambda powers: powers.sum(0)),
        ),
        "logarithm_of_all_rows": (
            "divides by the sum of all rows",
            "Each example has its own distribution.",
            lambda x, y: _in_logarithms(x, _one_hot(x, y), np.sum),
        ),
        "of_likeliest": (
            "looks at the likeliest class, not at the label",
            "Look at where {y} enters.",
            lambda x: -np.log(_softmax(x).max(axis=-1)).mean(),
        ),
        "of_labels": (
            "has softmax and labels swapped",
            "Look at which of the two the logarithm is taken of.",
            lambda x, y: -(_softmax(x) * np.log(_one_hot(x, y) + 1e-12)).sum() / len(x),
        ),
        "swapped": (
            "has {x} and {y} swapped",
            "Look at the order in which forward is given its arguments.",
            lambda x, y: -(x * np.log(_softmax(y))).sum() / len(x) if x.shape == y.shape else None,
        ),
    },
)
CROSS_ENTROPY.wrongs("dx", {
    "gradient_softmax_over_batch": ("takes the softmax over the batch", "Look at the axis of the sum.",
                                    lambda right, x, y: _factor(right, x, y) * (_softmax(x.T).T - _one_hot(x, y))),
    "gradient_of_probabilities": ("is minus {y} over the softmax: the chain through the softmax is missing",
                                  "Look at what the logits go through.",
                                  lambda right, x, y: _factor(right, x, y) * -_one_hot(x, y) / _softmax(x)),
    "gradient_of_hard_labels": ("rounds the targets to the likeliest class", "Targets may be any distribution.",
                                lambda right, x, y: _factor(right, x, y)
                                * (_softmax(x) - np.eye(x.shape[-1])[_one_hot(x, y).argmax(1)])),
    "gradient_sum_of_columns": ("divides by a sum over the batch, not over each row", "Look at the axis of the sum.",
        lambda right, x, y: _in_convention(right, x, y, _powers(x) / _powers(x).sum(0) - _one_hot(x, y))),
    "gradient_sum_of_all_rows": ("divides by the sum of all rows", "Each example has its own distribution.",
        lambda right, x, y: _in_convention(right, x, y, _powers(x) / _powers(x).sum() - _one_hot(x, y))),
    "gradient_of_softmax_alone": ("is σ (1 - σ): the label is missing", "Look at where {y} enters.",
                                  lambda right, x, y: _factor(right, x, y) * _softmax(x) * (1 - _softmax(x))),
    "gradient_swapped": ("has {x} and {y} swapped", "Look at the order in which forward is given its arguments.",
                         lambda right, x, y: _factor(right, x, y) * (_softmax(y) - x) if x.shape == y.shape else None),
    "gradient_of_exponentials": ("has a softmax that isn't normalised: exp of the logits", _CHAIN,
                                 lambda right, x, y: _factor(right, x, y) * (np.exp(x) - _one_hot(x, y))),
    "gradient_of_shifted_exponentials": ("has a softmax that isn't normalised: exp of the logits less their largest",
                                         _CHAIN,
                                         lambda right, x, y: _factor(right, x, y) * (_powers(x) - _one_hot(x, y))),
})  # fmt: skip


def _factor(right, x, y):
    """What the gradient of the summed loss is multiplied by in this component's convention."""
    summed = _softmax(x) - _one_hot(x, y)
    return (right()["dx"] * summed).sum() / (summed * summed).sum()
