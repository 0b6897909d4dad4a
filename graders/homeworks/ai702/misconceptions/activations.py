"""Mistakes that students of ai702 make in activations, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@wrong("sigmoid.A", "is tanh(Z)", "Compare equations 8 and 14.")
def tanh_for_sigmoid(Z):
    return np.tanh(Z)


@wrong("sigmoid.A", "is 1 / (1 + exp(Z)): the exponent has the wrong sign", "Look at the exponent in equation 8.")
def sigmoid_mirrored(Z):
    return _sigmoid(-Z)


@wrong("sigmoid.A", "is exp(Z) alone", "Look at the denominator of equation 8.")
def exponential_alone(Z):
    return np.exp(Z)


@wrong("sigmoid.A", "is a softmax over the features", "Sigmoid looks at each entry alone.")
def softmax_for_sigmoid(Z):
    shifted = np.exp(Z - Z.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@wrong("sigmoid.dAdZ", "is Z (1 - Z)", "Equation 11 is written in terms of the output, not of the input.")
def sigmoid_slope_of_input(Z):
    return Z * (1 - Z)


@wrong("sigmoid.dAdZ", "is A (1 + A)", "Look at the sign in equation 11.")
def sigmoid_slope_sign(Z):
    return _sigmoid(Z) * (1 + _sigmoid(Z))


@wrong("sigmoid.dAdZ", "is A² (1 - A)", "Look at the powers in equation 11.")
def sigmoid_slope_square(Z):
    return _sigmoid(Z) ** 2 * (1 - _sigmoid(Z))


@wrong("sigmoid.dAdZ", "is 1 - A", "A factor of equation 11 is missing.")
def sigmoid_slope_without_factor(Z):
    return 1 - _sigmoid(Z)


@wrong("sigmoid.dAdZ", "is A itself", "The derivative is asked for, equation 11.")
def sigmoid_slope_is_output(Z):
    return _sigmoid(Z)


@wrong("sigmoid.dAdZ", "is 1 - A²: that is tanh's derivative", "Compare equations 11 and 16.")
def sigmoid_slope_of_tanh(Z):
    return 1 - _sigmoid(Z) ** 2


@wrong("sigmoid.dAdZ", "is the sigmoid of the sigmoid put into the formula", "Look at what you apply the function to.")
def sigmoid_twice(Z):
    A = _sigmoid(_sigmoid(Z))
    return A * (1 - A)


@wrong("tanh.A", "is the sigmoid of Z", "Compare equations 8 and 14.")
def sigmoid_for_tanh(Z):
    return _sigmoid(Z)


@wrong("tanh.A", "is tanh(Z / 2)", "Look at the exponents in equation 14: 2 σ(Z) - 1 is another function.")
def tanh_of_half(Z):
    return np.tanh(Z / 2)


@wrong("tanh.A", "is tanh(2 Z)", "Look at the exponents in equation 14.")
def tanh_of_double(Z):
    return np.tanh(2 * Z)


@wrong("tanh.A", "is 1 over tanh(Z)", "Numerator and denominator of equation 14 have changed places.")
def tanh_upside_down(Z):
    return 1 / np.tanh(Z)


@wrong("tanh.A", "is sinh(Z): it isn't divided", "Look at the denominator of equation 14.")
def sinh(Z):
    return np.sinh(Z)


@wrong("tanh.dAdZ", "is 1 - A: the square is missing", "Look at the power in equation 16.")
def tanh_slope_without_square(Z):
    return 1 - np.tanh(Z)


@wrong("tanh.dAdZ", "is 1 - Z²", "Equation 16 is written in terms of the output, not of the input.")
def tanh_slope_of_input(Z):
    return 1 - Z**2


@wrong("tanh.dAdZ", "is 1 + A²", "Look at the sign in equation 16.")
def tanh_slope_sign(Z):
    return 1 + np.tanh(Z) ** 2


@wrong("tanh.dAdZ", "is A (1 - A): that is the sigmoid's derivative", "Compare equations 11 and 16.")
def tanh_slope_of_sigmoid(Z):
    return np.tanh(Z) * (1 - np.tanh(Z))


@wrong("tanh.dAdZ", "is (1 - A)²", "Look at what is squared in equation 16.")
def tanh_slope_square_of_difference(Z):
    return (1 - np.tanh(Z)) ** 2


@wrong("tanh.dAdZ", "is 1 - tanh(tanh(Z))²", "Look at what you apply the function to: A is tanh(Z) already.")
def tanh_twice(Z):
    return 1 - np.tanh(np.tanh(Z)) ** 2


@wrong("relu.A", "is |Z|", "Negative entries become 0 in equation 18.")
def absolute(Z):
    return np.abs(Z)


@wrong("relu.A", "is min(Z, 0): the wrong side is kept", "Look at the comparison in equation 18.")
def minimum(Z):
    return np.minimum(Z, 0)


@wrong("relu.A", "is 1 where Z is positive: that is the derivative", "Compare equations 18 and 20.")
def step(Z):
    return (Z > 0).astype(float)


@wrong("relu.A", "lets a hundredth of negative entries through", "Equation 18 is ReLU, not LeakyReLU.")
def leaky(Z):
    return np.where(Z > 0, Z, 0.01 * Z)


@wrong("relu.A", "is log(1 + exp(Z)): that is softplus", "Look at equation 18.")
def softplus(Z):
    return np.logaddexp(0, Z)


@wrong("relu.dAdZ", "is ReLU's output, not its derivative", "Compare equations 18 and 20.")
def relu_slope_is_output(Z):
    return np.maximum(Z, 0)


@wrong("relu.dAdZ", "is 1 where Z is negative", "Look at the comparison in equation 20.")
def relu_slope_inverted(Z):
    return (Z < 0).astype(float)


@wrong("relu.dAdZ", "is the sign of Z", "Where Z is negative equation 20 says 0, not -1.")
def relu_slope_sign(Z):
    return np.sign(Z)


@wrong("relu.dAdZ", "is 1 at exactly 0 too", "Equation 20 puts 0 there: look at > and >=.")
def relu_slope_at_zero(Z):
    return (Z >= 0).astype(float)


@wrong("relu.dAdZ", "is ½ at exactly 0", "Equation 20 puts 0 there.")
def relu_slope_half_at_zero(Z):
    return np.heaviside(Z, 0.5)


@wrong("identity.dAdZ", "is the input", "Look at what the derivative of Z in Z is.")
def identity_slope_is_input(Z):
    return Z


@wrong("sigmoid.A", "is 1 / (2 + exp(-Z))", "Look at the denominator of equation 8.")
def sigmoid_over_two(Z):
    return 1 / (2 + np.exp(-Z))


@wrong("sigmoid.A", "is made of straight lines: the hard sigmoid", "Look at equation 8.")
def hard_sigmoid(Z):
    return np.clip(Z / 4 + 0.5, 0, 1)


@wrong("tanh.A", "is Z - Z³/3, the start of a series", "Look at equation 14: it holds for all Z.")
def tanh_series(Z):
    return Z - Z**3 / 3


@wrong("relu.A", "lets a thousandth of negative entries through", "Look at equation 18 where Z is negative.")
def leak_of_a_thousandth(Z):
    return np.where(Z > 0, Z, 1e-3 * Z)


@wrong("relu.A", "lets a ten-thousandth of negative entries through", "Look at equation 18 where Z is negative.")
def leak_of_a_ten_thousandth(Z):
    return np.where(Z > 0, Z, 1e-4 * Z)


@wrong("relu.dAdZ", "is a ten-thousandth for negative inputs", "Look at equation 20 where Z is negative.")
def slope_of_a_ten_thousandth(Z):
    return np.where(Z > 0, 1.0, 1e-4)


@wrong("tanh.A", "is the sigmoid of 2 Z", "Look at the numerator of equation 14.")
def sigmoid_of_double(Z):
    return _sigmoid(2 * Z)
