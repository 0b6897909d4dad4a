"""Mistakes that students of ai702 make in losses, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


@wrong("mse.loss", "is the sum of squares, divided by nothing", "Look at equation 34's denominator.")
def squares_summed(A, Y):
    return ((A - Y) ** 2).sum()


@wrong("mse.loss", "is divided by N only", "Look at equation 34's denominator: 2, N and C.")
def squares_over_batch(A, Y):
    return ((A - Y) ** 2).sum() / len(A)


@wrong("mse.loss", "is divided by N C: the 2 is missing", "Look at equation 34's denominator.")
def squares_without_two(A, Y):
    return ((A - Y) ** 2).mean()


@wrong("mse.loss", "is half the sum of squares over N: C is missing", "Look at equation 34's denominator.")
def squares_without_classes(A, Y):
    return ((A - Y) ** 2).sum() / (2 * len(A))


@wrong("mse.loss", "is the mean of |A - Y|", "Equation 34 has squares.")
def absolute_error(A, Y):
    return np.abs(A - Y).mean()


@wrong("mse.loss", "is the root of the mean square", "Equation 34 has no root.")
def root_mean_square(A, Y):
    return np.sqrt(((A - Y) ** 2).mean())


@wrong("mse.dLdA", "is A - Y, divided by nothing", "Look at equation 35's denominator.")
def mse_gradient_undivided(A, Y):
    return A - Y


@wrong("mse.dLdA", "is divided by N only", "Look at equation 35's denominator: N and C.")
def mse_gradient_over_batch(A, Y):
    return (A - Y) / len(A)


@wrong("mse.dLdA", "is 2 (A - Y) / (N C): the loss's ½ has cancelled the 2", "Differentiate equation 34 once more.")
def mse_gradient_doubled(A, Y):
    return 2 * (A - Y) / A.size


@wrong("mse.dLdA", "is (A - Y) / (2 N): right for two classes only", "Look at equation 35's denominator.")
def mse_gradient_for_two_classes(A, Y):
    return (A - Y) / (2 * len(A))


@wrong("mse.dLdA", "is Y - A: the wrong way round", "Look at the order in equation 35.")
def mse_gradient_reversed(A, Y):
    return (Y - A) / A.size


@wrong("mse.dLdA", "is the squared error, not its gradient", "Compare equations 34 and 35.")
def mse_gradient_squared(A, Y):
    return (A - Y) ** 2 / A.size


def _softmax(A, axis=1):
    shifted = np.exp(A - A.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


@wrong("cross_entropy.loss", "is summed over the batch, not averaged", "Look at the division in equation 42.")
def entropy_summed(A, Y):
    return -(Y * np.log(_softmax(A))).sum()


@wrong("cross_entropy.loss", "is averaged over classes too", "Equation 42 divides by N alone.")
def entropy_over_everything(A, Y):
    return -(Y * np.log(_softmax(A))).mean()


@wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Look at equation 42's N.")
def entropy_over_classes(A, Y):
    return -(Y * np.log(_softmax(A))).sum() / A.shape[1]


@wrong("cross_entropy.loss", "has the wrong sign", "Look at equation 40.")
def entropy_sign(A, Y):
    return (Y * np.log(_softmax(A))).sum() / len(A)


@wrong(
    "cross_entropy.loss", "takes the softmax over the batch", "Each example's classes add up to 1: look at the axis."
)
def entropy_of_batch_softmax(A, Y):
    return -(Y * np.log(_softmax(A, axis=0))).sum() / len(A)


@wrong(
    "cross_entropy.loss", "looks at the largest label alone", "Labels needn't be one-hot: equation 40 sums over all."
)
def entropy_of_largest_label(A, Y):
    rows = np.arange(len(A))
    return -np.log(_softmax(A)[rows, Y.argmax(axis=1)]).mean()


@wrong("cross_entropy.loss", "uses the logarithm to base 2", "Equation 40 has the natural one.")
def entropy_in_bits(A, Y):
    return -(Y * np.log2(_softmax(A))).sum() / len(A)


@wrong("cross_entropy.dLdA", "is divided by N", "Equation 43 isn't: the division comes in Linear.backward.")
def entropy_gradient_averaged(A, Y):
    return (_softmax(A) - Y) / len(A)


@wrong("cross_entropy.dLdA", "is Y minus the softmax: the wrong way round", "Look at the order in equation 43.")
def entropy_gradient_reversed(A, Y):
    return Y - _softmax(A)


@wrong("cross_entropy.dLdA", "is A - Y: the softmax is missing", "Equation 43 has σ(A).")
def entropy_gradient_of_logits(A, Y):
    return A - Y


@wrong("cross_entropy.dLdA", "takes the softmax over the batch", "Look at the axis of your sum.")
def entropy_gradient_of_batch_softmax(A, Y):
    return _softmax(A, axis=0) - Y


@wrong("cross_entropy.dLdA", "is -Y over the softmax: the chain through the softmax is missing", "Look at equation 43.")
def entropy_gradient_of_probabilities(A, Y):
    return -Y / _softmax(A)


@wrong("mse.loss", "is half the sum of squares, divided by nothing", "Look at the denominator of equation 34.")
def half_squares_summed(A, Y):
    return ((A - Y) ** 2).sum() / 2


@wrong("mse.loss", "is the root of the loss", "Equation 34 takes no root.")
def root_of_squares(A, Y):
    return np.sqrt(((A - Y) ** 2).sum() / (2 * A.size))


@wrong("mse.loss", "is half the mean of |A - Y|", "Look at equation 32.")
def half_absolute_error(A, Y):
    return np.abs(A - Y).sum() / (2 * A.size)


@wrong("mse.dLdA", "is the loss of each entry, not its derivative", "Look at what the square becomes in equation 35.")
def gradient_is_the_loss(A, Y):
    return (A - Y) ** 2 / (2 * A.size)


@wrong("cross_entropy.loss", "takes the softmax over all entries", "Each example has a distribution of its own.")
def softmax_over_everything(A, Y):
    powers = np.exp(A - A.max())
    return -(Y * np.log(powers / powers.sum())).sum() / len(A)


@wrong("cross_entropy.loss", "uses the sigmoid in place of the softmax", "Look at equation 37.")
def sigmoid_for_softmax(A, Y):
    return (Y * np.logaddexp(0, -A)).sum() / len(A)


@wrong("cross_entropy.loss", "adds the terms of the binary cross-entropy", "Look at equation 40: it has one logarithm.")
def binary_cross_entropy(A, Y):
    p = _softmax(A)
    return -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).sum() / len(A)


@wrong(
    "cross_entropy.loss",
    "divides shifted exponentials by the sum of those that aren't",
    "Subtract the maximum above and below, or nowhere.",
)
def sum_not_shifted(A, Y):
    top = A.max(axis=1, keepdims=True)
    return -(Y * (A - top - np.log(np.exp(A).sum(axis=1, keepdims=True)))).sum() / len(A)


@wrong("cross_entropy.dLdA", "is zero but at the labels", "Every logit of an example changes its loss.")
def gradient_at_label_only(A, Y):
    return (_softmax(A) - Y) * Y


@wrong("cross_entropy.dLdA", "rounds the targets to the likeliest class", "Targets may be any distribution.")
def gradient_of_hard_labels(A, Y):
    return _softmax(A) - np.eye(Y.shape[1])[Y.argmax(axis=1)]


def _over(A, total):
    """Exponentials, each row shifted by its own maximum, over a sum of them."""
    powers = np.exp(A - A.max(axis=1, keepdims=True))
    return powers / total(powers)


@wrong("cross_entropy.loss", "divides by a sum over the batch, not over each row", "Look at the axis of the sum.")
def sum_of_columns(A, Y):
    return -(Y * np.log(_over(A, lambda powers: powers.sum(axis=0)))).sum() / len(A)


@wrong("cross_entropy.loss", "divides by the sum of all rows", "Each example has a distribution of its own.")
def sum_of_all_rows(A, Y):
    return -(Y * np.log(_over(A, np.sum))).sum() / len(A)


@wrong("cross_entropy.dLdA", "divides by a sum over the batch, not over each row", "Look at the axis of the sum.")
def gradient_with_sum_of_columns(A, Y):
    return _over(A, lambda powers: powers.sum(axis=0)) - Y


@wrong("cross_entropy.dLdA", "divides by the sum of all rows", "Each example has a distribution of its own.")
def gradient_with_sum_of_all_rows(A, Y):
    return _over(A, np.sum) - Y


@wrong("cross_entropy.loss", "looks at the likeliest class, not at the label", "Look at where Y enters equation 39.")
def entropy_of_likeliest(A, Y):
    return -np.log(_softmax(A).max(axis=1)).mean()


@wrong("cross_entropy.loss", "lacks the logarithm", "Look at equation 39.")
def entropy_without_log(A, Y):
    return -(Y * _softmax(A)).sum() / len(A)


@wrong("cross_entropy.dLdA", "is σ (1 - σ): the label is missing", "Look at equation 43.")
def gradient_of_softmax_alone(A, Y):
    return _softmax(A) * (1 - _softmax(A))


@wrong("mse.loss", "is divided by C only", "Look at equation 34's denominator: 2, N and C.")
def squares_over_classes(A, Y):
    return ((A - Y) ** 2).sum() / A.shape[1]


@wrong("mse.loss", "is half the sum of squares over C: N is missing", "Look at equation 34's denominator.")
def squares_without_batch(A, Y):
    return ((A - Y) ** 2).sum() / (2 * A.shape[1])


@wrong("mse.dLdA", "is divided by C only", "Look at equation 35's denominator: N and C.")
def mse_gradient_over_classes(A, Y):
    return (A - Y) / A.shape[1]


@wrong("mse.dLdA", "is (A - Y) / (2 N C)", "Differentiate equation 34 once more: what does the square bring?")
def mse_gradient_halved(A, Y):
    return (A - Y) / (2 * A.size)


@wrong("mse.dLdA", "is the sign of A - Y alone", "Equation 35 keeps how far A is from Y.")
def mse_gradient_sign(A, Y):
    return np.sign(A - Y) / A.size


@wrong("mse.dLdA", "is A alone: Y is never subtracted", "Look at equation 35's numerator.")
def mse_gradient_without_target(A, Y):
    return A / A.size


@wrong("cross_entropy.loss", "has softmax and labels swapped", "Look at which of the two equation 39 takes the log of.")
def entropy_of_labels(A, Y):
    return -(_softmax(A) * np.log(Y + 1e-12)).sum() / len(A)


@wrong("cross_entropy.loss", "has A and Y swapped", "Look at the order in which forward is given its arguments.")
def entropy_swapped(A, Y):
    return -(A * np.log(_softmax(Y))).sum() / len(A)


@wrong("cross_entropy.dLdA", "has A and Y swapped", "Look at the order in which forward is given its arguments.")
def entropy_gradient_swapped(A, Y):
    return _softmax(Y) - A


@wrong("mse.loss", "is cut to an integer", "Look for integers: a division by `//`, an array of them.")
def squares_cut(A, Y):
    return np.trunc(((A - Y) ** 2).sum() / (2 * A.size))
