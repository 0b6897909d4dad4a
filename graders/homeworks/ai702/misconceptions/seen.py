"""Mistakes that real submissions of ai702 show: wrong powers, forgotten factors, sums, another variable.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from .batchnorm import EPS, _by_hand, _is_tiny, _normalised, _statistics, _with_variance_path
from .sgd import _steps

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


@wrong(
    "batchnorm.dLdZ",
    "has the direct path multiplied by the standard deviation, not divided by it",
    "Look at the power of σ² + ε in the first term of equation 66.",
)
def direct_path_times_deviation(Z, BW, Bb, dLdBZ):
    if _is_tiny(Z):
        return None
    M, V = _statistics(Z)
    g, deviation = dLdBZ * BW, np.sqrt(V + EPS)
    return _by_hand(Z, g, M, V) - g / deviation + g * deviation


@wrong(
    "batchnorm.dLdZ", "raises the variance to +3/2 where its derivative has -3/2", "Look at the power in equation 62."
)
def gradient_with_positive_power(Z, BW, Bb, dLdBZ):
    if _is_tiny(Z):
        return None
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: -0.5 * s * V**1.5)


@wrong("batchnorm.dLdZ", "has dLdBZ where the mean's path has dLdNZ: BW is missing", "Look at equation 64's sum.")
def mean_path_without_scale(Z, BW, Bb, dLdBZ):
    M, V = _statistics(Z)
    g = dLdBZ * BW
    return _by_hand(Z, g, M, V) + (g - dLdBZ).mean(axis=0) / np.sqrt(V + EPS)


@wrong(
    "batchnorm.BZ", "is scaled by the sum of BW: that is a matrix product, not an elementwise one", "See equation 53."
)
def scaled_by_matrix_product(Z, BW, Bb, dLdBZ):
    return BW.sum() * _normalised(Z) + Bb


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@wrong("sigmoid.dAdZ", "is A², the square of the output", "Equation 11 is a product of two different factors.")
def sigmoid_slope_is_square(Z):
    return _sigmoid(Z) ** 2


@wrong(
    "cross_entropy.dLdA", "has a softmax that isn't normalised: exp of the logits", "Look at equation 37's denominator."
)
def gradient_of_exponentials(A, Y):
    return np.exp(A) - Y


@wrong(
    "cross_entropy.dLdA",
    "has a softmax that isn't normalised: exp of the logits less their largest",
    "Look at equation 37's denominator: each row of the softmax adds up to 1.",
)
def gradient_of_shifted_exponentials(A, Y):
    return np.exp(A - A.max(axis=1, keepdims=True)) - Y


@wrong("cross_entropy.loss", "has a softmax that isn't normalised: the logarithm gives A back", "Look at equation 37.")
def entropy_of_exponentials(A, Y):
    return -(Y * A).sum() / len(A)


@wrong("sgd.W", "builds the velocity from the parameter, not from its gradient", "Look at what equations 46, 47 add.")
def velocity_from_parameter(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + w
        return w - r * v, v

    return _steps(W, dLdW, rates, momentum, rule)
