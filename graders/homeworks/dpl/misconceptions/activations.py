"""Mistakes in relu, softmax and cross_entropy, as the formulas that students write.

Every function takes the arguments of the oracle's function of that name; columns are examples.
"""

# ruff: noqa: D103 - what a formula is stands in its text

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong
EPSILON = 1e-14


@wrong("relu.A", "leaks for negative inputs", "Equation 1 is zero there.")
def relu_leaks(Z):
    return np.where(Z > 0, Z, 0.01 * Z)


@wrong("relu.A", "is the absolute value", "Equation 1 is zero for negative inputs.")
def relu_absolute(Z):
    return np.abs(Z)


@wrong("relu.A", "is the mask, not the values", "Equation 1 keeps what is positive.")
def relu_mask(Z):
    return 1.0 * (Z > 0)


@wrong("relu.A", "is min(Z, 0)", "Look at the direction of the comparison.")
def relu_minimum(Z):
    return np.minimum(Z, 0)


@wrong("relu.A", "is the largest entry of each column in all of it", "max(Z, 0) is taken entry by entry.")
def relu_of_columns(Z):
    return np.broadcast_to(np.maximum(Z.max(axis=0), 0), Z.shape)


@wrong("relu.A", "is the sigmoid", "Look at equation 1.")
def relu_sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@wrong("relu.A", "is a softplus, log(1 + exp(Z))", "Look at equation 1.")
def relu_softplus(Z):
    return np.logaddexp(0, Z)


@wrong("relu.A", "is cut at 1", "Equation 1 has no upper bound.")
def relu_hard_sigmoid(Z):
    return np.clip(Z, 0, 1)


def _p(Z, axis=0):
    powers = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@wrong(
    "softmax.A", "is normalised over the examples, not over the neurons", "Columns are examples: see the sum's axis."
)
def softmax_over_examples(Z):
    return _p(Z, 1)


@wrong("softmax.A", "is normalised over everything at once", "Each column adds up to 1.")
def softmax_over_all(Z):
    return np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()


@wrong("softmax.A", "isn't normalised", "Each column adds up to 1.")
def softmax_not_normalised(Z):
    return np.exp(Z)


@wrong("softmax.A", "is divided by each column's largest power, not by their sum", "Each column adds up to 1.")
def softmax_by_largest(Z):
    return np.exp(Z - Z.max(axis=0))


@wrong("softmax.A", "is the logarithm of the probabilities", "Equation 2 gives probabilities.")
def log_softmax(Z):
    return Z - Z.max(axis=0) - np.log(np.exp(Z - Z.max(axis=0)).sum(axis=0))


@wrong("softmax.A", "has the wrong sign in the exponent", "Larger inputs give larger probabilities.")
def softmin(Z):
    return _p(-Z)


@wrong("softmax.A", "subtracts the maximum of each neuron, not of each example", "See the axis of the maximum.")
def softmax_maximum_of_rows(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=0)


@wrong("softmax.A", "is the input over its column's sum, without exp", "Look at what is normalised.")
def softmax_without_exp(Z):
    return Z / Z.sum(axis=0)


@wrong("softmax.A", "subtracts the maximum below the bar only", "Numerator and denominator belong together.")
def softmax_shifted_below(Z):
    return np.exp(Z) / np.exp(Z - Z.max(axis=0)).sum(axis=0)


@wrong("softmax.A", "subtracts the maximum above the bar only", "Numerator and denominator belong together.")
def softmax_shifted_above(Z):
    return np.exp(Z - Z.max(axis=0)) / np.exp(Z).sum(axis=0)


def _total(P, Y, epsilon=EPSILON):
    return -(Y * np.log(P + epsilon)).sum()


@wrong("cross_entropy.loss", "is the sum over the examples, not the mean", "Look for n in equation 6.")
def loss_summed(P, Y):
    return _total(P, Y)


@wrong("cross_entropy.loss", "is the mean over all entries, classes included", "Look at what equation 6 divides by.")
def loss_over_entries(P, Y):
    return _total(P, Y) / Y.size


@wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Columns are examples.")
def loss_by_classes(P, Y):
    return _total(P, Y) / len(Y)


@wrong("cross_entropy.loss", "has the wrong sign", "A loss falls as the right class becomes likelier.")
def loss_negative(P, Y):
    return -_total(P, Y) / Y.shape[1]


@wrong("cross_entropy.loss", "has the logarithm to base 2", "Look at which logarithm it is.")
def loss_base_2(P, Y):
    return _total(P, Y) / Y.shape[1] / np.log(2)


@wrong("cross_entropy.loss", "has the logarithm to base 10", "Look at which logarithm it is.")
def loss_base_10(P, Y):
    return _total(P, Y) / Y.shape[1] / np.log(10)


@wrong("cross_entropy.loss", "applies softmax to probabilities", "Say what X is: it went through softmax already.")
def loss_of_softmax(P, Y):
    return _total(_p(P), Y) / Y.shape[1]


@wrong("cross_entropy.loss", "adds 1e-3 to the probabilities, which is seen", "Look at the epsilon you were given.")
def loss_guarded(P, Y):
    return _total(P, Y, 1e-3) / Y.shape[1]


@wrong("cross_entropy.loss", "adds the other classes' 1 - p", "Equation 6 has one term for each example.")
def loss_binary(P, Y):
    return (_total(P, Y) - ((1 - Y) * np.log(1 - P + EPSILON)).sum()) / Y.shape[1]


@wrong("cross_entropy.loss", "has probabilities and labels the other way round", "Look at what is in the logarithm.")
def loss_swapped(P, Y):
    return _total(Y, P) / Y.shape[1]


@wrong("cross_entropy.loss", "lacks the logarithm", "Look at what is added up for the right class.")
def loss_without_log(P, Y):
    return -(Y * P).sum() / Y.shape[1]
