"""Mistakes in smooth activations that have a name: GELU, Swish, softplus."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import math

import numpy as np

from graders.checking.components.families.activations.elementwise import SMOOTH

_PRODUCT = "Look for the product rule: both factors depend on x."
_erf = np.vectorize(math.erf, otypes=[float])


def _share(x):
    """The normal distribution's function."""
    return 0.5 * (1 + _erf(x / math.sqrt(2)))


def _density(x):
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


def _tanh_inner(x):
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)


GELU = SMOOTH.extended()


@GELU.wrong("out", "is the approximation by tanh, not the exact one", "Look at which formula the handout has.")
def approximated(x):
    return 0.5 * x * (1 + np.tanh(_tanh_inner(x)))


@GELU.wrong("out", "is the exact one, not the approximation by tanh", "Look at which formula the handout has.")
def exact(x):
    return x * _share(x)


@GELU.wrong("out", "is the approximation by a sigmoid", "Look at which formula the handout has.")
def approximated_by_sigmoid(x):
    return x * _sigmoid(1.702 * x)


@GELU.wrong("out", "has erf of x, not of x divided by the root of 2", "Look at what erf is taken of.")
def without_root_of_two(x):
    return 0.5 * x * (1 + _erf(x))


@GELU.wrong("out", "lacks the factor x", "Look at what the distribution's function is multiplied by.")
def share_alone(x):
    return _share(x)


@GELU.wrong("out", "is twice as large: the factor 1/2 is missing", "Look at the factor.")
def doubled(right):
    return 2 * right()["out"]


@GELU.wrong("dx", "lacks the term with the density", _PRODUCT)
def first_term(x, dout):
    return dout * _share(x)


@GELU.wrong("dx", "is the term with the density alone", _PRODUCT)
def second_term(x, dout):
    return dout * x * _density(x)


@GELU.wrong("dx", "lacks the factor x before the density", _PRODUCT)
def density_without_x(x, dout):
    return dout * (_share(x) + _density(x))


@GELU.wrong("dx", "has the density without its factor 1 over the root of 2 pi", "Look at the density.")
def density_not_normalised(x, dout):
    return dout * (_share(x) + x * np.exp(-x * x / 2))


@GELU.wrong("dx", "has 2 pi in the density where its root belongs", "Look at the density.")
def density_without_root(x, dout):
    return dout * (_share(x) + x * np.exp(-x * x / 2) / (2 * math.pi))


@GELU.wrong("dx", "has the root of pi in the density, not of 2 pi", "Look at the density.")
def density_over_root_of_pi(x, dout):
    return dout * (_share(x) + x * np.exp(-x * x / 2) / math.sqrt(math.pi) / 2)


@GELU.wrong("dx", "has a plus in the density's exponent", "Look at the density.")
def density_growing(x, dout):
    return dout * (_share(x) + x * np.exp(x * x / 2) / math.sqrt(2 * math.pi))


@GELU.wrong("dx", "subtracts the term with the density", _PRODUCT)
def density_subtracted(x, dout):
    return dout * (_share(x) - x * _density(x))


@GELU.wrong("dx", "has {x}² before the density", _PRODUCT)
def density_with_square(x, dout):
    return dout * (_share(x) + x * x * _density(x))


@GELU.wrong("dx", "has exp(-x²) in the density, not exp(-x²/2)", "Look at the density.")
def density_too_narrow(x, dout):
    return dout * (_share(x) + x * np.exp(-x * x) / math.sqrt(2 * math.pi))


@GELU.wrong("dx", "has the density of erf: its factor 1/2 and 1 over the root of 2 are missing", "Look at erf's slope.")
def density_of_erf(x, dout):
    return dout * (_share(x) + x * np.exp(-x * x / 2) / math.sqrt(math.pi))


@GELU.wrong("dx", "lacks the derivative of what tanh is taken of", "Look at the chain rule.")
def tanh_inner_constant(x, dout):
    t = np.tanh(_tanh_inner(x))
    return dout * 0.5 * (1 + t + x * (1 - t * t))


SWISH = SMOOTH.extended("beta")
"""x times a sigmoid of beta x."""


def _gate(right, x):
    """The sigmoid, whatever beta is."""
    return right()["out"] / x


@SWISH.wrong("out", "is the sigmoid alone: the factor x is missing", "Look at what the sigmoid is multiplied by.")
def gate_alone(right, x):
    return _gate(right, x)


@SWISH.wrong("out", "has the sigmoid of x alone: beta is never used", "Look at what the sigmoid is taken of.")
def without_beta(x):
    return x * _sigmoid(x)


@SWISH.wrong("out", "has x times tanh", "Look at what x is multiplied by.")
def with_tanh(x):
    return x * np.tanh(x)


@SWISH.wrong("dx", "is the sigmoid times the upstream gradient: one term of the product rule", _PRODUCT)
def gate_times_upstream(right, x, dout):
    return dout * _gate(right, x)


@SWISH.wrong("dx", "has the second term of the product rule alone", _PRODUCT)
def slope_of_the_gate(right, x, dout):
    return right()["dx"] - dout * _gate(right, x)


@SWISH.wrong("dx", "lacks the factor x in the second term", _PRODUCT)
def slope_without_x(right, x, dout):
    gate = _gate(right, x)
    return dout * (gate + gate * (1 - gate))


@SWISH.wrong("dx", "is the derivative of the sigmoid alone", _PRODUCT)
def slope_of_sigmoid(right, x, dout):
    gate = _gate(right, x)
    return dout * gate * (1 - gate)


@SWISH.wrong("dx", "has the output in place of x in the second term", _PRODUCT)
def slope_with_output(right, x, dout):
    gate = _gate(right, x)
    return dout * (gate + right()["out"] * gate * (1 - gate))


@SWISH.wrong("dx", "adds the output, but multiplies the rest by 1 minus the sigmoid", _PRODUCT)
def rest_with_gate(right, x, dout):
    gate = _gate(right, x)
    return dout * (right()["out"] + gate * (1 - gate))


def _of_beta(factor):
    """The gradient in beta with another factor before the slope of the sigmoid."""

    def formula(right, x, beta, dout):
        gate = _sigmoid(beta * x)
        return np.sum(dout * factor(x, gate) * gate * (1 - gate)).reshape(np.shape(right()["dbeta"]))

    return formula


_SQUARE = "beta {x} is in the sigmoid, which {x} is multiplied by: there are two factors {x}."
SWISH.wrongs("dbeta", {
    "beta_of_input": ("has {x} where {x}² belongs", _SQUARE, _of_beta(lambda x, gate: x)),
    "beta_without_input": ("lacks both factors {x}", _SQUARE, _of_beta(lambda x, gate: 1)),
    "beta_with_cube": ("has {x}³ where {x}² belongs", _SQUARE, _of_beta(lambda x, gate: x**3)),
    "beta_of_output": ("has the output where {x}² belongs", _SQUARE, _of_beta(lambda x, gate: x * gate)),
    "beta_without_slope": ("lacks the factor 1 minus the sigmoid", "Differentiate the sigmoid.",
                           _of_beta(lambda x, gate: x * x / (1 - gate))),
    "beta_averaged": ("is averaged over all entries, not summed", "Every entry has a part in it: they add up.",
                      lambda right, x: right()["dbeta"] / x.size),
    "beta_over_batch": ("is averaged over the batch, not summed", "Every entry has a part in it: they add up.",
                        lambda right, x: right()["dbeta"] / len(x)),
})  # fmt: skip


@SWISH.wrong(
    "dx", "lacks the factor beta in the second term", "Look at the chain rule in what the sigmoid is taken of."
)
def slope_without_beta(right, x, beta, dout):
    gate = _sigmoid(beta * x)
    found = dout * (gate + x * gate * (1 - gate))
    return None if np.allclose(found, right()["dx"]) else found


@SWISH.wrong("dx", "subtracts the second term of the product rule", _PRODUCT)
def slope_subtracted(right, x, dout):
    return 2 * dout * _gate(right, x) - right()["dx"]


SOFTPLUS = SMOOTH.extended()


@SOFTPLUS.wrong("out", "is exp(x): log(1 + …) is missing", "Look at what is returned.")
def exponential(x):
    return np.exp(x)


@SOFTPLUS.wrong("out", "lacks the 1 in the logarithm, which gives x back", "Look at what the logarithm is taken of.")
def without_one(x):
    return x


@SOFTPLUS.wrong("out", "has exp(-x) in the logarithm", "Look at the sign in the exponential.")
def mirrored(right, x):
    return right(x=-x)["out"]


@SOFTPLUS.wrong("dx", "is 1 minus the sigmoid times the upstream gradient", "Look at the sign in the exponential.")
def slope_mirrored(x, dout):
    return dout * _sigmoid(-x)


@SOFTPLUS.wrong(
    "dx", "is the derivative of the sigmoid: one derivative too many", "Differentiate log(1 + exp(x)) once."
)
def slope_of_sigmoid_for_softplus(x, dout):
    return dout * _sigmoid(x) * _sigmoid(-x)


@SOFTPLUS.wrong("dx", "is exp(x) times the upstream gradient: the denominator is missing", "Look at the chain rule.")
def slope_without_denominator(x, dout):
    return dout * np.exp(x)


@SOFTPLUS.wrong("dx", "lacks the exponential in the numerator", "Look at the derivative of what the logarithm is of.")
def slope_without_numerator(x, dout):
    return dout / (1 + np.exp(x))
