"""Mistakes that students of cs189 make in activations, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import activation as right

CATALOGUE = Catalogue()


def wrong(name, quantity, says, look):
    """An entry for one activation; it says nothing of the others."""

    def add(formula):
        def of_this(name, Z, dY, only=name):
            return formula(Z, dY) if name == only else None

        of_this.__name__ = formula.__name__
        CATALOGUE.wrong(f"activation.{quantity}", says, look)(of_this)
        return formula

    return add


def _p(Z, axis=-1):
    powers = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@wrong("softmax", "Y", "is normalised over the batch, not over each row", "Look at the axis of the sum.")
def softmax_over_batch(Z, dY):
    return _p(Z, 0)


@wrong("softmax", "Y", "is divided by a sum over the batch, not over each row", "Look at the axis of the sum.")
def softmax_sum_of_columns(Z, dY):
    weights = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=0)


@wrong("softmax", "Y", "is normalised over the whole batch at once", "Each row is a distribution of its own.")
def softmax_over_all(Z, dY):
    return np.exp(Z) / np.exp(Z).sum()


@wrong("softmax", "Y", "is divided by the sum of all rows, each shifted by its own maximum", "Each row adds up to 1.")
def softmax_rows_shifted_over_all(Z, dY):
    weights = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return weights / weights.sum()


@wrong("softmax", "Y", "isn't normalised", "Each row adds up to 1.")
def softmax_not_normalised(Z, dY):
    return np.exp(Z - Z.max(axis=-1, keepdims=True))


@wrong("softmax", "Y", "is the logarithm of the probabilities", "Softmax gives probabilities.")
def log_softmax(Z, dY):
    return np.log(_p(Z))


@wrong("softmax", "Y", "has the wrong sign in the exponent", "Larger inputs give larger probabilities.")
def softmin(Z, dY):
    return _p(-Z)


@wrong("softmax", "dZ", "has only the diagonal of the Jacobian", "One output depends on all inputs of its row.")
def softmax_diagonal(Z, dY):
    return dY * _p(Z) * (1 - _p(Z))


@wrong("softmax", "dZ", "lacks the upstream gradient, and has the diagonal only", "Multiply by the Jacobian.")
def softmax_slope(Z, dY):
    return _p(Z) * (1 - _p(Z))


@wrong("softmax", "dZ", "sums over the whole batch", "Each row has a Jacobian of its own: look at the sum's axis.")
def softmax_sum_of_all(Z, dY):
    return _p(Z) * (dY - (dY * _p(Z)).sum())


@wrong("softmax", "dZ", "sums over the batch, not over each row", "Look at the sum's axis.")
def softmax_sum_over_batch(Z, dY):
    return _p(Z) * (dY - (dY * _p(Z)).sum(axis=0, keepdims=True))


@wrong("softmax", "dZ", "lacks the probabilities in the row's sum", "Write out one entry of the Jacobian's product.")
def softmax_sum_not_weighted(Z, dY):
    return _p(Z) * (dY - dY.sum(axis=-1, keepdims=True))


@wrong("softmax", "dZ", "averages where it should sum over the row", "Write out one entry of the Jacobian's product.")
def softmax_mean(Z, dY):
    return _p(Z) * (dY - (dY * _p(Z)).mean(axis=-1, keepdims=True))


@wrong("softmax", "dZ", "adds the row's sum", "Look at the sign of the Jacobian's entries off the diagonal.")
def softmax_sum_added(Z, dY):
    return _p(Z) * (dY + (dY * _p(Z)).sum(axis=-1, keepdims=True))


@wrong("softmax", "dZ", "lacks the probabilities before the bracket", "Write out one entry of the product.")
def softmax_without_factor(Z, dY):
    return dY - (dY * _p(Z)).sum(axis=-1, keepdims=True)


@wrong("softmax", "dZ", "takes Z for the probabilities", "backward is given what forward was given: not its output.")
def softmax_of_input(Z, dY):
    return Z * (dY - (dY * Z).sum(axis=-1, keepdims=True))


@wrong("softmax", "dZ", "applies softmax twice", "backward is given what forward was given: not its output.")
def softmax_twice(Z, dY):
    P = _p(_p(Z))
    return P * (dY - (dY * P).sum(axis=-1, keepdims=True))


@wrong("softmax", "dZ", "hands the upstream gradient on", "Softmax has a Jacobian.")
def softmax_passed(Z, dY):
    return dY


@wrong("softmax", "dZ", "has the Jacobian without its diagonal's part", "The Jacobian has two terms.")
def softmax_outer_only(Z, dY):
    return -_p(Z) * (dY * _p(Z)).sum(axis=-1, keepdims=True)


@wrong("softmax", "dZ", "is the product of gradient and probabilities alone", "The Jacobian has two terms.")
def softmax_diagonal_of_p(Z, dY):
    return dY * _p(Z)


@wrong("relu", "Y", "leaks for negative inputs", "ReLU is zero there.")
def relu_leaks(Z, dY):
    return np.where(Z > 0, Z, 0.01 * Z)


@wrong("relu", "Y", "is the absolute value", "ReLU is zero for negative inputs.")
def relu_absolute(Z, dY):
    return np.abs(Z)


@wrong("relu", "Y", "is the mask, not the values", "ReLU keeps what is positive.")
def relu_mask(Z, dY):
    return 1.0 * (Z > 0)


@wrong("relu", "dZ", "lacks the upstream gradient", "Look at what dY is for.")
def relu_without_upstream(Z, dY):
    return 1.0 * (Z > 0)


@wrong("relu", "dZ", "takes the mask of the upstream gradient", "Which of the two has to be positive?")
def relu_mask_of_upstream(Z, dY):
    return dY * (dY > 0)


@wrong("relu", "dZ", "masks by Z and by the upstream gradient", "Which of the two has to be positive?")
def relu_both_masks(Z, dY):
    return dY * (Z > 0) * (dY > 0)


@wrong("relu", "dZ", "is multiplied by the output", "ReLU's slope is 1 where it passes.")
def relu_times_output(Z, dY):
    return dY * np.maximum(Z, 0)


@wrong("relu", "dZ", "has Z and the upstream gradient swapped", "Which of the two decides, and which one passes?")
def relu_swapped(Z, dY):
    return Z * (dY > 0)


@wrong("relu", "dZ", "passes everything", "ReLU's slope isn't the same everywhere.")
def relu_passes(Z, dY):
    return dY


@wrong("relu", "dZ", "leaks for negative inputs", "ReLU's slope is zero there.")
def relu_slope_leaks(Z, dY):
    return dY * np.where(Z > 0, 1, 0.01)


@wrong("relu", "dZ", "passes where the input is negative", "Look at the direction of the comparison.")
def relu_mask_inverted(Z, dY):
    return dY * (Z < 0)


def _without_upstream(name):
    return lambda Z, dY: right(name, Z, np.ones_like(Z))["dZ"]


for _name in ("sigmoid", "tanh", "arctan"):
    _formula = _without_upstream(_name)
    _formula.__name__ = f"{_name}_without_upstream"
    wrong(_name, "dZ", "lacks the upstream gradient", "Look at what dY is for.")(_formula)


@wrong("sigmoid", "Y", "has the wrong sign in the exponent", "The sigmoid rises.")
def sigmoid_falls(Z, dY):
    return 1 / (1 + np.exp(Z))


@wrong("sigmoid", "dZ", "takes the slope of Z in place of the output's", "Say which of the two the formula is of.")
def sigmoid_slope_of_input(Z, dY):
    return dY * Z * (1 - Z)


@wrong("sigmoid", "dZ", "applies the sigmoid twice", "backward is given Z: follow what the formula is of.")
def sigmoid_twice(Z, dY):
    A = 1 / (1 + np.exp(-1 / (1 + np.exp(-Z))))
    return dY * A * (1 - A)


@wrong("tanh", "dZ", "lacks the square", "Differentiate tanh once more.")
def tanh_not_squared(Z, dY):
    return dY * (1 - np.tanh(Z))


@wrong("tanh", "dZ", "squares Z in place of the output", "Say which of the two the formula is of.")
def tanh_slope_of_input(Z, dY):
    return dY * (1 - Z**2)


@wrong("tanh", "dZ", "has the sigmoid's slope", "Differentiate tanh once more.")
def tanh_as_sigmoid(Z, dY):
    return dY * np.tanh(Z) * (1 - np.tanh(Z))


@wrong("arctan", "Y", "is the tangent, which arctan undoes", "Compare the two at large inputs.")
def tangent(Z, dY):
    return np.tan(Z)


@wrong("arctan", "dZ", "has a root in the slope", "Differentiate arctan once more.")
def arctan_root(Z, dY):
    return dY / np.sqrt(1 + Z**2)


@wrong("arctan", "dZ", "takes the output in place of Z", "Say which of the two the formula is of.")
def arctan_of_output(Z, dY):
    return dY / (1 + np.arctan(Z) ** 2)


@wrong("arctan", "dZ", "lacks the square", "Differentiate arctan once more.")
def arctan_not_squared(Z, dY):
    return dY / (1 + Z)


@wrong("linear", "dZ", "is the slope without the upstream gradient", "Look at what dY is for.")
def linear_without_upstream(Z, dY):
    return np.ones_like(Z)


@wrong("linear", "dZ", "is multiplied by the input", "The identity's slope is 1.")
def linear_times_input(Z, dY):
    return dY * Z
