"""Mistakes that students of cs189 make in losses, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: D103 - what a formula is stands in its text

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _total(Y, Y_hat):
    return -(Y * np.log(Y_hat)).sum()


@wrong("cross_entropy.loss", "is the sum over the batch, not the mean", "Look for N in section 3.4.")
def loss_summed(Y, Y_hat):
    return _total(Y, Y_hat)


@wrong("cross_entropy.loss", "is the mean over all entries, classes included", "Look for what section 3.4 divides by.")
def loss_over_entries(Y, Y_hat):
    return _total(Y, Y_hat) / Y.size


@wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Look at the length you use.")
def loss_by_classes(Y, Y_hat):
    return _total(Y, Y_hat) / Y.shape[1]


@wrong("cross_entropy.loss", "has the wrong sign", "A loss falls as the right class becomes likelier.")
def loss_negative(Y, Y_hat):
    return -_total(Y, Y_hat) / len(Y)


@wrong("cross_entropy.loss", "has the logarithm to base 2", "Look at which logarithm it is.")
def loss_base_2(Y, Y_hat):
    return _total(Y, Y_hat) / len(Y) / np.log(2)


@wrong("cross_entropy.loss", "has the logarithm to base 10", "Look at which logarithm it is.")
def loss_base_10(Y, Y_hat):
    return _total(Y, Y_hat) / len(Y) / np.log(10)


@wrong("cross_entropy.loss", "adds the other classes' 1 - p", "There is one term for each example.")
def loss_binary(Y, Y_hat):
    return (_total(Y, Y_hat) - ((1 - Y) * np.log(1 - Y_hat)).sum()) / len(Y)


@wrong("cross_entropy.loss", "lacks the logarithm", "Look at what is added up for the right class.")
def loss_without_log(Y, Y_hat):
    return -(Y * Y_hat).sum() / len(Y)


def _swapped(guard):
    return lambda Y, Y_hat: -(Y_hat * np.log(Y + guard)).sum() / len(Y)


for _guard in (np.finfo(float).eps, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7):
    _formula = _swapped(_guard)
    _formula.__name__ = f"loss_swapped_{_guard:.0e}"
    wrong("cross_entropy.loss", "has Y and Y_hat swapped", "Look at which of the two section 3.4 takes the log of.")(
        _formula
    )


@wrong("cross_entropy.slope", "isn't divided by the batch size", "The loss is a mean: differentiate that.")
def slope_not_divided(Y, Y_hat):
    return -Y / Y_hat


@wrong("cross_entropy.slope", "is divided by the batch size twice", "Count the divisions by N.")
def slope_divided_twice(Y, Y_hat):
    return -Y / Y_hat / len(Y) ** 2


@wrong("cross_entropy.slope", "is divided by the number of classes, too", "Look for what section 3.4 divides by.")
def slope_over_entries(Y, Y_hat):
    return -Y / Y_hat / Y.size


@wrong(
    "cross_entropy.slope",
    "is the gradient in softmax's input, not in the probabilities",
    "Say what this gradient is taken with respect to: softmax has a backward of its own.",
)
def slope_through_softmax(Y, Y_hat):
    return (Y_hat - Y) / len(Y)


@wrong(
    "cross_entropy.slope",
    "is the gradient in softmax's input, and isn't divided by the batch size",
    "Say what this gradient is taken with respect to: softmax has a backward of its own.",
)
def slope_through_softmax_summed(Y, Y_hat):
    return Y_hat - Y


@wrong("cross_entropy.slope", "has the wrong sign", "A loss falls as the right class becomes likelier.")
def slope_negative(Y, Y_hat):
    return Y / Y_hat / len(Y)


@wrong("cross_entropy.slope", "is that of the two-class loss", "There is one term for each example.")
def slope_binary(Y, Y_hat):
    return (-Y / Y_hat + (1 - Y) / (1 - Y_hat)) / len(Y)


@wrong("cross_entropy.slope", "is one over every probability", "Only the right class counts: look for Y.")
def slope_without_labels(Y, Y_hat):
    return -1 / Y_hat / len(Y)


@wrong("squared_error.slope", "has the wrong sign", "Differentiate in Y_hat, not in Y.")
def l2_negative(Y, Y_hat, factor):
    return -2 * factor * (Y_hat - Y)


@wrong("squared_error.slope", "lacks the 2 of the square's derivative", "Hold it against your own forward.")
def l2_half(Y, Y_hat, factor):
    return factor * (Y_hat - Y)


@wrong("squared_error.slope", "is twice the gradient of its own forward", "Hold the ½ against your own forward.")
def l2_double(Y, Y_hat, factor):
    return 4 * factor * (Y_hat - Y)


@wrong("squared_error.slope", "isn't divided by the batch size as its forward is", "Hold it against your own forward.")
def l2_not_divided(Y, Y_hat, factor):
    return 2 * factor * (Y_hat - Y) * len(Y)


@wrong("squared_error.slope", "is divided by the batch size once too often", "Hold it against your own forward.")
def l2_divided_twice(Y, Y_hat, factor):
    return 2 * factor * (Y_hat - Y) / len(Y)


@wrong("squared_error.slope", "is only the difference's sign", "That is the gradient of the absolute error.")
def l2_sign(Y, Y_hat, factor):
    return np.sign(Y_hat - Y) * 2 * factor


@wrong("squared_error.slope", "has the difference squared", "Differentiating a square takes the square away.")
def l2_squared(Y, Y_hat, factor):
    return 2 * factor * (Y_hat - Y) ** 2


@wrong("squared_error.slope", "is averaged over the batch, the same for all examples", "Each example has its own.")
def l2_averaged(Y, Y_hat, factor):
    found = 2 * factor * (Y_hat - Y)
    return np.broadcast_to(found.mean(axis=0), found.shape)
