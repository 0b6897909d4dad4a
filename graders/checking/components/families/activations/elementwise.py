"""Mistakes in activations that work on each entry alone."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

_NOT_MULTIPLIED = "is the local derivative: the upstream gradient is never multiplied in"
_UPSTREAM = "Look at where the upstream gradient enters."


def activation(name: str, *, moderate: bool = True) -> Family:
    """A family with what goes wrong in every activation."""
    family = Family(name, ("x",), moderate)

    @family.wrong("out", "is the input itself", "Look at what forward returns.")
    def input_itself(x):
        return x

    @family.wrong("dx", _NOT_MULTIPLIED, _UPSTREAM, of_upstream=True)
    def without_upstream(right, dout):
        return right(dout=np.ones_like(dout))["dx"]

    @family.wrong(
        "dx",
        "is the upstream gradient itself",
        "Look at where the activation's derivative is multiplied in.",
        of_upstream=True,
    )
    def upstream_itself(dout):
        return dout

    @family.wrong(
        "dx", "is the derivative times the output, not times the upstream gradient", _UPSTREAM, of_upstream=True
    )
    def times_output(right):
        return right(dout=right()["out"])["dx"]

    @family.wrong(
        "dx", "is taken at the output, not at the input", "Look at what forward keeps, and what backward reads."
    )
    def at_the_output(right):
        found = right(x=right()["out"])["dx"]
        return None if np.array_equal(found, right()["dx"]) else found  # a ReLU's output has the input's sign

    @family.wrong("dx", "is divided by the batch size", "Look at which gradients are averages.")
    def averaged(right, x):
        return right()["dx"] / len(x)

    return family


RELU = activation("relu", moderate=False)


@RELU.wrong("out", "is the input's absolute value", "Look at what becomes of negative entries.")
def relu_absolute(x):
    return np.abs(x)


@RELU.wrong("out", "keeps negative entries and drops positive ones", "Look at the direction of the comparison.")
def relu_reversed(x):
    return np.minimum(x, 0)


@RELU.wrong(
    "dx",
    "lets through where the upstream gradient is positive, not where the input was",
    "Look at the mask.",
    of_upstream=True,
)
def relu_mask_of_upstream(dout):
    return np.where(dout > 0, dout, 0)


@RELU.wrong("dx", "lets through where the input was negative", "Look at the direction of the comparison.")
def relu_mask_reversed(x, dout):
    return np.where(x < 0, dout, 0)


@RELU.wrong("dx", "has the output where 0 or 1 belongs", "Look at what the derivative of x is.")
def relu_times_x(x, dout):
    return dout * np.maximum(x, 0)


@RELU.wrong("out", "lets a little of negative entries through", "Look at what becomes of negative entries.")
def relu_leaky(x):
    return np.where(x > 0, x, 0.01 * x)


@RELU.wrong("out", "is the mask, not the values", "ReLU keeps what is positive.")
def relu_mask(x):
    return 1.0 * (x > 0)


@RELU.wrong("dx", "lets a little through for negative inputs", "The slope is zero there.")
def relu_slope_leaky(x, dout):
    return dout * np.where(x > 0, 1, 0.01)


@RELU.wrong(
    "dx", "masks by the input and by the upstream gradient", "Which of the two has to be positive?", of_upstream=True
)
def relu_both_masks(x, dout):
    return dout * (x > 0) * (dout > 0)


@RELU.wrong(
    "dx",
    "has input and upstream gradient swapped",
    "Which of the two decides, and which one passes?",
    of_upstream=True,
)
def relu_swapped(x, dout):
    return x * (dout > 0)


_LEAK = "lets a little of negative entries through"
RELU.wrongs(
    "out",
    {
        "relu_leaky_thousandth": (
            _LEAK,
            "Look at what becomes of negative entries.",
            lambda x: np.where(x > 0, x, 1e-3 * x),
        ),
        "relu_leaky_less": (_LEAK, "Look at what becomes of negative entries.", lambda x: np.where(x > 0, x, 1e-4 * x)),
        "relu_softplus": ("is log(1 + exp({x})): that is softplus", "ReLU has a kink.", lambda x: np.logaddexp(0, x)),
    },
)
RELU.wrongs("dx", {
    "relu_slope_leaky_less": ("lets a little through for negative inputs", "The slope is zero there.",
                              lambda x, dout: dout * np.where(x > 0, 1, 1e-4)),
    "relu_slope_sign": ("is made of the sign of {x}", "Where the input is negative the slope is 0, not -1.",
                        lambda x, dout: dout * np.sign(x)),
    "relu_slope_at_zero": ("lets everything through at exactly 0, too", "Look at > and >=: the slope is 0 there.",
                           lambda x, dout: dout * (x >= 0) if (x == 0).any() else None),
    "relu_slope_half_at_zero": ("has the slope ½ at exactly 0", "The slope is 0 there.",
                                lambda x, dout: dout * np.heaviside(x, 0.5) if (x == 0).any() else None),
})  # fmt: skip


SIGMOID = activation("sigmoid")


def _softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _sigmoid(x):
    return np.where(x > 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


@SIGMOID.wrong("out", "is 1 / (1 + exp({x})): the exponent has the wrong sign", "Look at the sign in the exponential.")
def sigmoid_mirrored(x):
    return _sigmoid(-x)


@SIGMOID.wrong("dx", "lacks the factor 1 minus the output", "Look at the derivative of the sigmoid.")
def sigmoid_output_only(x, dout):
    return dout * _sigmoid(x)


@SIGMOID.wrong("dx", "lacks the factor of the output", "Look at the derivative of the sigmoid.")
def sigmoid_complement_only(x, dout):
    return dout * (1 - _sigmoid(x))


@SIGMOID.wrong("dx", "uses the input in place of the output", "Look at what forward keeps, and what backward reads.")
def sigmoid_of_input(x, dout):
    return dout * x * (1 - x)


_DEFINITION, _SLOPE = "Look at the definition of the sigmoid.", "Look at the derivative of the sigmoid."
SIGMOID.wrongs(
    "out",
    {
        "sigmoid_as_tanh": ("is tanh of {x}", _DEFINITION, lambda x: np.tanh(x)),
        "sigmoid_exponential": ("is exp({x}) alone", "Look at the denominator.", lambda x: np.exp(x)),
        "sigmoid_as_softmax": (
            "is a softmax of each row",
            "The sigmoid looks at each entry alone.",
            _softmax,
        ),
        "sigmoid_over_two": ("is 1 / (2 + exp(-{x}))", "Look at the denominator.", lambda x: 1 / (2 + np.exp(-x))),
        "sigmoid_hard": (
            "is made of straight lines: the hard sigmoid",
            _DEFINITION,
            lambda x: np.clip(x / 4 + 0.5, 0, 1),
        ),
    },
)
SIGMOID.wrongs("dx", {
    "sigmoid_sign": ("has a plus in place of the minus", _SLOPE,
                     lambda x, dout: dout * _sigmoid(x) * (1 + _sigmoid(x))),
    "sigmoid_square": ("has the output squared: A² (1 - A)", "Look at the powers.",
                       lambda x, dout: dout * _sigmoid(x) ** 2 * (1 - _sigmoid(x))),
    "sigmoid_slope_of_tanh": ("is 1 minus the output's square: that is tanh's derivative", _SLOPE,
                              lambda x, dout: dout * (1 - _sigmoid(x) ** 2)),
    "sigmoid_slope_is_square": ("is the output's square", "It is a product of two different factors.",
                                lambda x, dout: dout * _sigmoid(x) ** 2),
})  # fmt: skip


TANH = activation("tanh")


@TANH.wrong("out", "is a sigmoid", "Look at the definition of tanh.")
def tanh_as_sigmoid(x):
    return _sigmoid(x)


@TANH.wrong("dx", "lacks the square of the output", "Look at the derivative of tanh.")
def tanh_not_squared(x, dout):
    return dout * (1 - np.tanh(x))


@TANH.wrong("dx", "uses the input in place of the output", "Look at what forward keeps, and what backward reads.")
def tanh_of_input(x, dout):
    return dout * (1 - x**2)


@TANH.wrong(
    "out",
    "is tanh of half of {x}: exp({x}) stands where exp(2 {x}) belongs",
    "Divide the definition by exp(-x) once more.",
)
def tanh_of_half(x):
    return np.tanh(x / 2)


@TANH.wrong("out", "is upside down: cosh over sinh", "Look at which of the two is the denominator.")
def tanh_upside_down(x):
    return 1 / np.tanh(x)


@TANH.wrong(
    "dx", "is the output times 1 minus the output: that is the sigmoid's derivative", "Differentiate tanh once more."
)
def tanh_with_slope_of_sigmoid(x, dout):
    return dout * np.tanh(x) * (1 - np.tanh(x))


@TANH.wrong("dx", "squares the upstream gradient", "Look at which of the two is squared.", of_upstream=True)
def tanh_of_upstream(dout):
    return 1 - dout**2


@TANH.wrong("dx", "has a plus in place of the minus", "Look at the sign in the derivative of tanh.")
def tanh_sign(x, dout):
    return dout * (1 + np.tanh(x) ** 2)


_OF_TANH = "Look at the exponents in the definition of tanh."
TANH.wrongs(
    "out",
    {
        "tanh_of_double": ("is tanh(2 {x})", _OF_TANH, lambda x: np.tanh(2 * x)),
        "tanh_sinh": ("is sinh({x}): it isn't divided", "Look at the denominator.", lambda x: np.sinh(x)),
        "tanh_series": (
            "is the start of a series: {x} - {x}³/3",
            "The definition holds for all inputs.",
            lambda x: x - x**3 / 3,
        ),
        "tanh_sigmoid_of_double": ("is the sigmoid of 2 {x}", "Look at the numerator.", lambda x: _sigmoid(2 * x)),
    },
)
TANH.wrongs("dx", {
    "tanh_square_of_difference": ("squares 1 minus the output, not the output", "Look at what is squared.",
                                  lambda x, dout: dout * (1 - np.tanh(x)) ** 2),
})  # fmt: skip


ARCTAN = activation("arctan", moderate=False)


@ARCTAN.wrong("out", "is the tangent, which arctan undoes", "Compare the two at large inputs.")
def arctan_tangent(x):
    return np.tan(x)


@ARCTAN.wrong("dx", "has a root in the slope", "Differentiate arctan once more.")
def arctan_root(x, dout):
    return dout / np.sqrt(1 + x**2)


@ARCTAN.wrong("dx", "takes the output in place of the input", "Say which of the two the formula is of.")
def arctan_of_output(x, dout):
    return dout / (1 + np.arctan(x) ** 2)


@ARCTAN.wrong("dx", "lacks the square", "Differentiate arctan once more.")
def arctan_not_squared(x, dout):
    return dout / (1 + x)


SMOOTH = activation("smooth")
"""Any other activation that works on each entry: GELU, Swish, softplus, ELU."""


@SMOOTH.wrong("dx", "is the output times the upstream gradient", "Look at the derivative.")
def smooth_output(right, dout):
    return dout * right()["out"]


@SMOOTH.wrong(
    "dx", "is the sigmoid times the upstream gradient: one term of the derivative", "Look for the product rule."
)
def smooth_sigmoid(x, dout):
    return dout * _sigmoid(x)
