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


wrong("relu.A", "leaks for negative inputs", "Equation 1 is zero there.")(lambda Z: np.where(Z > 0, Z, 0.01 * Z))
wrong("relu.A", "is the absolute value", "Equation 1 is zero for negative inputs.")(lambda Z: np.abs(Z))
wrong("relu.A", "is the mask, not the values", "Equation 1 keeps what is positive.")(lambda Z: 1.0 * (Z > 0))
wrong("relu.A", "is min(Z, 0)", "Look at the direction of the comparison.")(lambda Z: np.minimum(Z, 0))
wrong("relu.A", "is the largest entry of each column in all of it", "max(Z, 0) is taken entry by entry.")(
    lambda Z: np.broadcast_to(np.maximum(Z.max(axis=0), 0), Z.shape)
)
wrong("relu.A", "is the sigmoid", "Look at equation 1.")(lambda Z: 1 / (1 + np.exp(-Z)))
wrong("relu.A", "is a softplus, log(1 + exp(Z))", "Look at equation 1.")(lambda Z: np.logaddexp(0, Z))
wrong("relu.A", "is cut at 1", "Equation 1 has no upper bound.")(lambda Z: np.clip(Z, 0, 1))


def _p(Z, axis=0):
    powers = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


wrong(
    "softmax.A", "is normalised over the examples, not over the neurons", "Columns are examples: see the sum's axis."
)(lambda Z: _p(Z, 1))
wrong("softmax.A", "is normalised over everything at once", "Each column adds up to 1.")(
    lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()
)
wrong("softmax.A", "isn't normalised", "Each column adds up to 1.")(lambda Z: np.exp(Z))
wrong("softmax.A", "is divided by each column's largest power, not by their sum", "Each column adds up to 1.")(
    lambda Z: np.exp(Z - Z.max(axis=0))
)
wrong("softmax.A", "is the logarithm of the probabilities", "Equation 2 gives probabilities.")(
    lambda Z: Z - Z.max(axis=0) - np.log(np.exp(Z - Z.max(axis=0)).sum(axis=0))
)
wrong("softmax.A", "has the wrong sign in the exponent", "Larger inputs give larger probabilities.")(lambda Z: _p(-Z))


@wrong("softmax.A", "subtracts the maximum of each neuron, not of each example", "See the axis of the maximum.")
def softmax_maximum_of_rows(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=0)


wrong("softmax.A", "is the input over its column's sum, without exp", "Look at what is normalised.")(
    lambda Z: Z / Z.sum(axis=0)
)
wrong("softmax.A", "subtracts the maximum below the bar only", "Numerator and denominator belong together.")(
    lambda Z: np.exp(Z) / np.exp(Z - Z.max(axis=0)).sum(axis=0)
)
wrong("softmax.A", "subtracts the maximum above the bar only", "Numerator and denominator belong together.")(
    lambda Z: np.exp(Z - Z.max(axis=0)) / np.exp(Z).sum(axis=0)
)


def _total(P, Y, epsilon=EPSILON):
    return -(Y * np.log(P + epsilon)).sum()


wrong("cross_entropy.loss", "is the sum over the examples, not the mean", "Look for n in equation 6.")(
    lambda P, Y: _total(P, Y)
)
wrong("cross_entropy.loss", "is the mean over all entries, classes included", "Look at what equation 6 divides by.")(
    lambda P, Y: _total(P, Y) / Y.size
)
wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Columns are examples.")(
    lambda P, Y: _total(P, Y) / len(Y)
)
wrong("cross_entropy.loss", "has the wrong sign", "A loss falls as the right class becomes likelier.")(
    lambda P, Y: -_total(P, Y) / Y.shape[1]
)
wrong("cross_entropy.loss", "has the logarithm to base 2", "Look at which logarithm it is.")(
    lambda P, Y: _total(P, Y) / Y.shape[1] / np.log(2)
)
wrong("cross_entropy.loss", "has the logarithm to base 10", "Look at which logarithm it is.")(
    lambda P, Y: _total(P, Y) / Y.shape[1] / np.log(10)
)
wrong("cross_entropy.loss", "applies softmax to probabilities", "Say what X is: it went through softmax already.")(
    lambda P, Y: _total(_p(P), Y) / Y.shape[1]
)
wrong("cross_entropy.loss", "adds 1e-3 to the probabilities, which is seen", "Look at the epsilon you were given.")(
    lambda P, Y: _total(P, Y, 1e-3) / Y.shape[1]
)
wrong("cross_entropy.loss", "adds the other classes' 1 - p", "Equation 6 has one term for each example.")(
    lambda P, Y: (_total(P, Y) - ((1 - Y) * np.log(1 - P + EPSILON)).sum()) / Y.shape[1]
)
wrong("cross_entropy.loss", "has probabilities and labels the other way round", "Look at what is in the logarithm.")(
    lambda P, Y: _total(Y, P) / Y.shape[1]
)
wrong("cross_entropy.loss", "lacks the logarithm", "Look at what is added up for the right class.")(
    lambda P, Y: -(Y * P).sum() / Y.shape[1]
)
