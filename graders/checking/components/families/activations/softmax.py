"""Mistakes in softmax as a layer, which works on each row."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.activations.elementwise import activation

SOFTMAX = activation("softmax")


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


@SOFTMAX.wrong("dx", "sums over the whole batch", "Each row has its own Jacobian: look at the sum's axis.")
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


@SOFTMAX.wrong(
    "dx", "has the wrong sign off the Jacobian's diagonal", "The derivative of one output in another's input is -a b."
)
def softmax_sign_off_diagonal(right, dout):
    p = right()["out"]
    return p * (dout + _rows(dout * p) - 2 * p * dout)


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


@SOFTMAX.wrong("dx", "uses the first example's Jacobian for all", "Each row has its own Jacobian.")
def softmax_first_jacobian(right, dout):
    p = right()["out"][0]
    return dout @ (np.diag(p) - np.outer(p, p)) if p.ndim == 1 else None
