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


def _loss(name: str, *, moderate: bool) -> Family:
    return replace(_LOSS.extended(), name=name, moderate=moderate)


CROSS_ENTROPY = _loss("cross_entropy", moderate=True)
"""`x` are scores, before softmax; `y` the labels."""
LOG_LOSS = _loss("log_loss", moderate=True)
"""`x` are probabilities, `y` the labels: the mean of -log p of the right class."""
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


_NOT_SOFTMAX = "Say what this gradient is taken with respect to: softmax has a backward of its own."


@LOG_LOSS.wrong("out", "has a logarithm to the base 2", "Look at which logarithm it is.")
def log_to_base_two(right):
    return right()["out"] / np.log(2)


@LOG_LOSS.wrong("out", "has a logarithm to the base 10", "Look at which logarithm it is.")
def log_to_base_ten(right):
    return right()["out"] / np.log(10)


@LOG_LOSS.wrong("out", "lacks the logarithm", "Look at what is added up for the right class.")
def without_log(x, y):
    return -(x * _one_hot(x, y)).sum(axis=-1).mean()


@LOG_LOSS.wrong("out", "applies softmax to probabilities", "Say what the loss is given: softmax is a layer of its own.")
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


@SQUARED_ERROR.wrong("out", "has absolute differences, not squared ones", "Look for the square.")
def not_squared(x, y):
    return np.abs(x - y).mean()


@SQUARED_ERROR.wrong("dx", "lacks a factor 2", "Look at the derivative of the square.")
def half(right):
    return right()["dx"] / 2


@SQUARED_ERROR.wrong("dx", "has a factor 2 too much", "Look at the derivative, and the factor in front of the sum.")
def twice(right):
    return right()["dx"] * 2


@SQUARED_ERROR.wrong("dx", "is only the difference's sign", "That is the gradient of the absolute error.")
def sign_alone(right, x, y):
    found = right()["dx"]
    return np.sign(found) * np.abs(found / (x - y)).max()


@SQUARED_ERROR.wrong("dx", "has the difference squared", "Differentiating a square takes the square away.")
def difference_squared(right, x, y):
    return right()["dx"] * (x - y)


@SQUARED_ERROR.wrong("dx", "is averaged over the batch, the same for all examples", "Each example has its own.")
def same_for_all(right):
    found = right()["dx"]
    return np.broadcast_to(found.mean(axis=0), found.shape)
