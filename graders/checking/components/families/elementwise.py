"""Mistakes in activations that work on each entry alone, and in those that work on each row: softmax."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

_NOT_MULTIPLIED = "is the local derivative: the upstream gradient is never multiplied in"
_UPSTREAM = "Look at where the upstream gradient enters."


def _activation(name: str, *, moderate: bool = True) -> Family:
    """A family with what goes wrong in every activation."""
    family = Family(name, ("x",), moderate)

    @family.wrong("out", "is the input itself", "Look at what forward returns.")
    def input_itself(x):
        return x

    @family.wrong("dx", _NOT_MULTIPLIED, _UPSTREAM)
    def without_upstream(right, dout):
        return right(dout=np.ones_like(dout))["dx"]

    @family.wrong(
        "dx", "is the upstream gradient itself", "Look at where the activation's derivative is multiplied in."
    )
    def upstream_itself(dout):
        return dout

    @family.wrong("dx", "is the derivative times the output, not times the upstream gradient", _UPSTREAM)
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


RELU = _activation("relu", moderate=False)


@RELU.wrong("out", "is the input's absolute value", "Look at what becomes of negative entries.")
def relu_absolute(x):
    return np.abs(x)


@RELU.wrong("out", "keeps negative entries and drops positive ones", "Look at the direction of the comparison.")
def relu_reversed(x):
    return np.minimum(x, 0)


@RELU.wrong("dx", "lets through where the upstream gradient is positive, not where the input was", "Look at the mask.")
def relu_mask_of_upstream(dout):
    return np.where(dout > 0, dout, 0)


@RELU.wrong("dx", "lets through where the input was negative", "Look at the direction of the comparison.")
def relu_mask_reversed(x, dout):
    return np.where(x < 0, dout, 0)


@RELU.wrong("dx", "is the upstream gradient times the output, not times 0 or 1", "Look at what the derivative of x is.")
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


@RELU.wrong("dx", "masks by the input and by the upstream gradient", "Which of the two has to be positive?")
def relu_both_masks(x, dout):
    return dout * (x > 0) * (dout > 0)


@RELU.wrong("dx", "has input and upstream gradient swapped", "Which of the two decides, and which one passes?")
def relu_swapped(x, dout):
    return x * (dout > 0)


SIGMOID = _activation("sigmoid")


def _sigmoid(x):
    return np.where(x > 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


@SIGMOID.wrong("out", "is one minus the sigmoid", "Look at the sign in the exponential.")
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


TANH = _activation("tanh")


@TANH.wrong("out", "is a sigmoid", "Look at the definition of tanh.")
def tanh_as_sigmoid(x):
    return _sigmoid(x)


@TANH.wrong("dx", "lacks the square of the output", "Look at the derivative of tanh.")
def tanh_not_squared(x, dout):
    return dout * (1 - np.tanh(x))


@TANH.wrong("dx", "uses the input in place of the output", "Look at what forward keeps, and what backward reads.")
def tanh_of_input(x, dout):
    return dout * (1 - x**2)


@TANH.wrong("out", "has exp(x) where exp(2x) belongs", "Divide the definition by exp(-x) once more.")
def tanh_of_half(x):
    return np.tanh(x / 2)


@TANH.wrong("out", "is upside down: cosh over sinh", "Look at which of the two is the denominator.")
def tanh_upside_down(x):
    return 1 / np.tanh(x)


@TANH.wrong("dx", "has the sigmoid's derivative", "Differentiate tanh once more.")
def tanh_with_slope_of_sigmoid(x, dout):
    return dout * np.tanh(x) * (1 - np.tanh(x))


@TANH.wrong("dx", "squares the upstream gradient", "Look at which of the two is squared.")
def tanh_of_upstream(dout):
    return 1 - dout**2


@TANH.wrong("dx", "has a plus in place of the minus", "Look at the sign in the derivative of tanh.")
def tanh_sign(x, dout):
    return dout * (1 + np.tanh(x) ** 2)


ARCTAN = _activation("arctan", moderate=False)


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


SOFTMAX = _activation("softmax")


def _shifted(x):
    return np.exp(x - x.max(axis=-1, keepdims=True))


def _rows(terms):
    return terms.sum(axis=-1, keepdims=True)


@SOFTMAX.wrong("out", "is normalised over the wrong axis", "Look at which axis holds the classes.")
def softmax_other_axis(right, x):
    return right(x=x.T.copy())["out"].T if x.ndim == 2 else None


@SOFTMAX.wrong("out", "is normalised over all entries", "Look at the axis of the sum.")
def softmax_over_everything(right, x):
    return right(x=x.reshape(1, -1))["out"].reshape(x.shape)


@SOFTMAX.wrong("out", "is divided by a sum over the batch, not over each row", "Look at the axis of the sum.")
def softmax_sum_of_columns(x):
    return _shifted(x) / _shifted(x).sum(axis=0)


@SOFTMAX.wrong(
    "out", "is divided by the sum of all rows, each shifted by its own maximum", "Each row should add up to 1."
)
def softmax_rows_over_everything(x):
    return _shifted(x) / _shifted(x).sum()


@SOFTMAX.wrong("out", "has the wrong sign in the exponent", "Larger inputs should give larger probabilities.")
def softmax_falling(right, x):
    return right(x=-x)["out"]


@SOFTMAX.wrong("out", "is the input over its row's sum, without exp", "Look at what is normalised.")
def softmax_without_exp(x):
    return x / _rows(x)


@SOFTMAX.wrong("out", "isn't normalised", "Look at what the exponentials are divided by.")
def softmax_shifted_not_normalised(x):
    return _shifted(x)


@SOFTMAX.wrong("out", "isn't normalised", "Look at what the exponentials are divided by.")
def softmax_not_normalised(x):
    return np.exp(x)


@SOFTMAX.wrong("out", "is its logarithm", "Look at what forward returns.")
def softmax_logarithm(right):
    return np.log(right()["out"])


@SOFTMAX.wrong("dx", "has the diagonal of the Jacobian alone", "Each output depends on all inputs of its row.")
def softmax_diagonal(right, dout):
    p = right()["out"]
    return dout * p * (1 - p)


@SOFTMAX.wrong("dx", "lacks what comes through the sum in the denominator", "Look at both terms of the Jacobian.")
def softmax_first_term(right, dout):
    return dout * right()["out"]


@SOFTMAX.wrong("dx", "has the diagonal of the Jacobian alone, without the upstream gradient", "Multiply by it.")
def softmax_slope(right):
    p = right()["out"]
    return p * (1 - p)


@SOFTMAX.wrong("dx", "sums over the whole batch", "Each row has a Jacobian of its own: look at the sum's axis.")
def softmax_sum_of_everything(right, dout):
    p = right()["out"]
    return p * (dout - (dout * p).sum())


@SOFTMAX.wrong("dx", "sums over the batch, not over each row", "Look at the sum's axis.")
def softmax_sum_over_batch(right, dout):
    p = right()["out"]
    return p * (dout - (dout * p).sum(axis=0, keepdims=True))


@SOFTMAX.wrong("dx", "lacks the probabilities in the row's sum", "Write out one entry of the Jacobian's product.")
def softmax_sum_not_weighted(right, dout):
    return right()["out"] * (dout - _rows(dout))


@SOFTMAX.wrong("dx", "averages where it should sum over the row", "Write out one entry of the Jacobian's product.")
def softmax_mean(right, dout):
    p = right()["out"]
    return p * (dout - (dout * p).mean(axis=-1, keepdims=True))


@SOFTMAX.wrong("dx", "adds the row's sum", "Look at the sign of the Jacobian's entries off the diagonal.")
def softmax_sum_added(right, dout):
    p = right()["out"]
    return p * (dout + _rows(dout * p))


@SOFTMAX.wrong("dx", "lacks the probabilities before the bracket", "Write out one entry of the product.")
def softmax_without_factor(right, dout):
    return dout - _rows(dout * right()["out"])


@SOFTMAX.wrong("dx", "has the Jacobian without its diagonal's part", "The Jacobian has two terms.")
def softmax_second_term(right, dout):
    p = right()["out"]
    return -p * _rows(dout * p)


@SOFTMAX.wrong("dx", "takes the input for the probabilities", "Look at what backward reads: input, or output.")
def softmax_of_input(x, dout):
    return x * (dout - _rows(dout * x))


@SOFTMAX.wrong("dx", "uses the first example's Jacobian for all", "Each row has a Jacobian of its own.")
def softmax_first_jacobian(right, dout):
    p = right()["out"][0]
    return dout @ (np.diag(p) - np.outer(p, p)) if p.ndim == 1 else None


SMOOTH = _activation("smooth")
"""Any other activation that works on each entry: GELU, Swish, softplus, ELU."""


@SMOOTH.wrong("dx", "is the output times the upstream gradient", "Look at the derivative.")
def smooth_output(right, dout):
    return dout * right()["out"]


@SMOOTH.wrong(
    "dx", "is the sigmoid times the upstream gradient: one term of the derivative", "Look for the product rule."
)
def smooth_sigmoid(x, dout):
    return dout * _sigmoid(x)
