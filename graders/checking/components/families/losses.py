"""Mistakes in losses: what is averaged, which sign, which class."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

_AVERAGE = "Look at whether the loss is a sum or a mean over the examples."
_SAME_FACTOR = "The gradient has the factor that the loss has."


def _loss(name: str, *, moderate: bool) -> Family:
    """A family with what goes wrong in every loss."""
    family = Family(name, ("x", "y"), moderate)

    @family.wrong("out", "is a sum over the examples, not a mean", _AVERAGE)
    def summed(right, x):
        return right()["out"] * len(x)

    @family.wrong("out", "is divided by the batch size once more", _AVERAGE)
    def averaged(right, x):
        return right()["out"] / len(x)

    @family.wrong("out", "is averaged over all entries", "Look at what the loss is divided by.")
    def averaged_over_entries(right, x):
        return right()["out"] / x.shape[-1]

    @family.wrong("out", "has the opposite sign", "Look at the minus in front of the sum.")
    def negative(right):
        return -right()["out"]

    @family.wrong("dx", "isn't divided by the batch size", _SAME_FACTOR)
    def gradient_summed(right, x):
        return right()["dx"] * len(x)

    @family.wrong("dx", "is divided by the batch size once more", _SAME_FACTOR)
    def gradient_averaged(right, x):
        return right()["dx"] / len(x)

    @family.wrong("dx", "is divided by the number of classes, not of examples", _SAME_FACTOR)
    def gradient_over_classes(right, x):
        return right()["dx"] * len(x) / x.shape[-1]

    @family.wrong("dx", "has the opposite sign", "Look at which of the two is subtracted from the other.")
    def gradient_negative(right):
        return -right()["dx"]

    return family


CROSS_ENTROPY = _loss("cross_entropy", moderate=True)
"""`x` are scores, before softmax; `y` the labels."""
SQUARED_ERROR = _loss("squared_error", moderate=False)
"""`x` are predictions, `y` the targets."""


def _softmax(x):
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def _one_hot(x, y):
    return y if y.shape == x.shape else np.eye(x.shape[-1])[y.astype(int).reshape(-1)]


def _in_convention(right, x, y, gradient):
    """A gradient of the summed loss with the factor that the component's own has."""
    summed = _softmax(x) - _one_hot(x, y)
    return gradient * (right()["dx"] * summed).sum() / (summed * summed).sum()


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
    return _in_convention(right, x, y, (_softmax(x) - 1) * _one_hot(x, y))


@CROSS_ENTROPY.wrong("out", "lacks the logarithm", "Look at what is averaged.")
def without_logarithm(x, y):
    return -(_softmax(x) * _one_hot(x, y)).sum(axis=-1).mean()


@CROSS_ENTROPY.wrong("out", "is the mean of minus the label's score: softmax is missing", "Look at what is averaged.")
def without_softmax(x, y):
    return -(x * _one_hot(x, y)).sum(axis=-1).mean()


@CROSS_ENTROPY.wrong("out", "has a logarithm to the base 2", "Look at which logarithm it is.")
def base_two(right):
    return right()["out"] / np.log(2)


@SQUARED_ERROR.wrong("out", "has absolute differences, not squared ones", "Look for the square.")
def not_squared(x, y):
    return np.abs(x - y).mean()


@SQUARED_ERROR.wrong("dx", "lacks a factor 2", "Look at the derivative of the square.")
def half(right):
    return right()["dx"] / 2


@SQUARED_ERROR.wrong("dx", "has a factor 2 too much", "Look at the derivative, and the factor in front of the sum.")
def twice(right):
    return right()["dx"] * 2
