"""Mistakes in rectifiers that let something of negative inputs through: leaky ReLU, ELU."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.activations.elementwise import RELU, SMOOTH

_NEGATIVE = "Look at what becomes of negative entries."
_BACKWARD = "Look at the derivative where the input is negative."

LEAKY_RELU = RELU.extended()


def _slope(right, x):
    """What negative entries are multiplied by: found by asking."""
    return -float(right(x=np.full_like(x, -1.0))["out"].reshape(-1)[0])


@LEAKY_RELU.wrong("out", "is a plain ReLU: negative entries are 0", _NEGATIVE)
def negative_dropped(x):
    return np.maximum(x, 0)


@LEAKY_RELU.wrong("out", "has the slope on positive entries, not on negative ones", "Look at the comparison.")
def slope_on_positive(right, x):
    return np.where(x > 0, _slope(right, x) * x, x)


@LEAKY_RELU.wrong("out", "multiplies all entries by the slope", _NEGATIVE)
def slope_everywhere(right, x):
    return _slope(right, x) * x


@LEAKY_RELU.wrong("out", "is the slope itself where the input is negative", _NEGATIVE)
def slope_alone(right, x):
    return np.where(x > 0, x, _slope(right, x))


@LEAKY_RELU.wrong("out", "turns the sign of negative entries", _NEGATIVE)
def slope_of_sizes(right, x):
    return np.where(x > 0, x, -_slope(right, x) * x)


@LEAKY_RELU.wrong("dx", "is 0 where the input was negative, as of a plain ReLU", _BACKWARD)
def gradient_dropped(x, dout):
    return np.where(x > 0, dout, 0)


@LEAKY_RELU.wrong("dx", "has the slope where the input was positive", "Look at the comparison.")
def gradient_slope_on_positive(right, x, dout):
    return np.where(x > 0, _slope(right, x) * dout, dout)


@LEAKY_RELU.wrong("dx", "is multiplied by the input where that was negative", _BACKWARD)
def gradient_times_input(right, x, dout):
    return np.where(x > 0, dout, _slope(right, x) * x * dout)


@LEAKY_RELU.wrong("dx", "is the slope itself where the input was negative", "The upstream gradient belongs there, too.")
def gradient_slope_alone(right, x, dout):
    return np.where(x > 0, dout, _slope(right, x))


@LEAKY_RELU.wrong("dx", "decides by the sign of the upstream gradient, not of the input", "Look at the comparison.")
def gradient_by_upstream(right, x, dout):
    return np.where(dout > 0, dout, _slope(right, x) * dout)


ELU = SMOOTH.extended()


def _alpha(right, x):
    return -float(right(x=np.full_like(x, -60.0))["out"].reshape(-1)[0])


@ELU.wrong("out", "is a plain ReLU: negative entries are 0", _NEGATIVE)
def elu_dropped(x):
    return np.maximum(x, 0)


@ELU.wrong("out", "lacks the minus 1 where the input is negative", _NEGATIVE)
def elu_without_one(right, x):
    return np.where(x > 0, x, _alpha(right, x) * np.exp(np.minimum(x, 0)))


@ELU.wrong("out", "lacks alpha", _NEGATIVE)
def elu_without_alpha(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@ELU.wrong("out", "subtracts 1 from alpha times the exponential: alpha doesn't multiply both", _NEGATIVE)
def elu_without_parentheses(right, x):
    return np.where(x > 0, x, _alpha(right, x) * np.exp(np.minimum(x, 0)) - 1)


@ELU.wrong("dx", "is 0 where the input was negative", _BACKWARD)
def elu_gradient_dropped(x, dout):
    return np.where(x > 0, dout, 0)


@ELU.wrong("dx", "lacks alpha where the input was negative", _BACKWARD)
def elu_gradient_without_alpha(x, dout):
    return np.where(x > 0, dout, np.exp(np.minimum(x, 0)) * dout)


@ELU.wrong("dx", "is the output times the upstream gradient where the input was negative: alpha is missing", _BACKWARD)
def elu_gradient_of_output(right, x, dout):
    return np.where(x > 0, dout, right()["out"] * dout)


@ELU.wrong("dx", "has the output plus 1, not plus alpha, where the input was negative", _BACKWARD)
def elu_gradient_of_output_and_one(right, x, dout):
    return np.where(x > 0, dout, (right()["out"] + 1) * dout)


@ELU.wrong("dx", "is the upstream gradient where the input was negative", _BACKWARD)
def elu_gradient_of_exponential(right, x, dout):
    return np.where(x > 0, np.exp(np.minimum(x, 0)), 1.0) * dout * _alpha(right, x)


@ELU.wrong(
    "dx", "lacks the upstream gradient where the input was negative", "The upstream gradient belongs there, too."
)
def elu_gradient_without_upstream(right, x, dout):
    return np.where(x > 0, dout, right(dout=np.ones_like(dout))["dx"])
