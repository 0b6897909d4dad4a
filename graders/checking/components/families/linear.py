"""Mistakes in layers that multiply by weights and add a bias: fully connected ones and convolutions."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family
from graders.checking.components.families.windows import at_one_position, channels_of_bias, replaced, turned

LINEAR = Family("linear", ("x", "W", "b"))
"""`x` is the input, `W` the weights, `b` the bias."""
wrong = LINEAR.wrong


@wrong("out", "is without the bias", "Look at where b is added.")
def without_bias(right, b):
    return right(b=0 * b)["out"]


@wrong("out", "has the bias subtracted", "Look at the sign of b.")
def bias_subtracted(right, b):
    return right(b=-b)["out"]


@wrong("out", "has one number, the bias's mean, added everywhere", "Each output has its own bias.")
def bias_averaged(right, b):
    return right(b=np.full_like(b, b.mean()))["out"]


@wrong("out", "has the first output's bias added everywhere", "Look at how b is broadcast.")
def first_bias(right, b):
    return right(b=np.full_like(b, b.reshape(-1)[0]))["out"]


@wrong("out", "has the bias multiplied by the batch size", "Each example gets the bias once.")
def bias_times_batch(right, x, b):
    return right(b=len(x) * b)["out"]


@wrong("out", "is the bias alone: the weights are zero or never used", "Look at where W is read.")
def bias_alone(right, W):
    return right(W=0 * W)["out"]


@wrong("out", "uses W reshaped, which is not its transpose", "Look at the shapes in the product.")
def weights_reshaped(right, W):
    return right(W=W.reshape(W.shape[::-1]).T)["out"] if _is_oblong(W) else None


@wrong("out", "uses W where its transpose belongs, or the other way round", "Which index is summed over?")
def weights_turned(right, W):
    return right(W=W.T.copy())["out"] if W.ndim == 2 and W.shape[0] == W.shape[1] else None


@wrong("out", "goes through a ReLU", "This layer is linear: ReLU is a separate layer.")
def activated(right):
    return np.maximum(right()["out"], 0)


@wrong("out", "is made with the kernels turned by 180 degrees", "Look at which way the kernel runs over its window.")
def kernel_turned(right, W, b):
    other = turned(W, b)
    return None if other is None else right(W=other)["out"]


@wrong("dx", "is divided by the batch size", "Look at which gradients are averages.")
def input_gradient_averaged(right, x):
    return right()["dx"] / len(x)


@wrong("dx", "is multiplied by the input", "The derivative in x doesn't contain x.")
def input_gradient_times_input(right, x):
    return right()["dx"] * x


@wrong("dx", "uses ones in place of the upstream gradient", "Look at where the upstream gradient enters.")
def input_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dx"]


@wrong("dx", "uses W reshaped, which is not its transpose", "Look at the shapes in the product.")
def input_gradient_with_weights_reshaped(right, W):
    return right(W=W.reshape(W.shape[::-1]).T)["dx"] if _is_oblong(W) else None


@wrong("dx", "uses W where its transpose belongs, or the other way round", "Which index does forward sum over?")
def input_gradient_turned(right, W):
    return right(W=W.T.copy())["dx"] if W.ndim == 2 and W.shape[0] == W.shape[1] else None


@wrong("dx", "is made with the kernels turned by 180 degrees", "Look at which weight each entry of the window had.")
def input_gradient_kernel_turned(right, W, b):
    other = turned(W, b)
    return None if other is None else right(W=other)["dx"]


@wrong("dx", "lets overlapping windows overwrite each other instead of adding up", "Look for = where += belongs.")
def input_gradient_replaced(right, b, dout):
    return replaced(right, dout, channels_of_bias(right, b)) if dout.ndim > 2 else None


@wrong("dW", "uses ones in place of the upstream gradient", "Look at where the upstream gradient enters.")
def weight_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dW"]


@wrong("dW", "is made of the first example alone", "Look at what is summed over the batch.")
def weight_gradient_of_the_first(right, dout):
    return right(dout=_only(dout, 0))["dW"]


@wrong("dW", "is made of the last example alone", "Look at what is summed over the batch: is it added, or replaced?")
def weight_gradient_of_the_last(right, dout):
    return right(dout=_only(dout, -1))["dW"]


@wrong("dW", "is averaged over the batch, not summed", "Look at what is divided by N.")
def weight_gradient_averaged(right, x):
    return right()["dW"] / len(x) if right.is_summed("dW") else None


@wrong("dW", "is divided by the batch size twice", "Look for a second division by N, or a mean.")
def weight_gradient_averaged_twice(right, x):
    return None if right.is_summed("dW") else right()["dW"] / len(x)


@wrong("dW", "is a sum over the batch, not an average", "Look at what is divided by N.")
def weight_gradient_summed(right, x):
    return None if right.is_summed("dW") else right()["dW"] * len(x)


@wrong("dW", "has the weights added to it", "The gradient is the loss's alone.")
def weight_gradient_decayed(right, W):
    return right()["dW"] + W


@wrong("dW", "is made with the input's absolute values", "Look at what multiplies the upstream gradient.")
def weight_gradient_of_sizes(right, x):
    return right(x=np.abs(x))["dW"]


@wrong("db", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def bias_gradient_averaged(right, x):
    return right()["db"] / len(x) if right.is_summed("db") else None


@wrong("db", "is divided by the batch size twice", "Look for a second division by N, or a mean.")
def bias_gradient_averaged_twice(right, x):
    return None if right.is_summed("db") else right()["db"] / len(x)


@wrong("db", "is averaged over positions, not summed", "Look at whether it is a sum or a mean.")
def bias_gradient_averaged_over_places(right, x, b, dout):
    return right()["db"] * b.size * len(x) / dout.size if dout.ndim > 2 else None


@wrong("db", "is averaged over examples and positions, not summed", "Look at whether it is a sum or a mean.")
def bias_gradient_averaged_over_positions(right, b, dout):
    return right()["db"] * b.size / dout.size if dout.ndim > 2 else None  # else they are the examples alone


@wrong("db", "is a sum over the batch, not an average", "Look at what is divided by N.")
def bias_gradient_summed(right, x):
    return None if right.is_summed("db") else right()["db"] * len(x)


@wrong("db", "is one number for all outputs", "Look at the axis of your sum or mean.")
def bias_gradient_collapsed(right, b):
    return np.full_like(b, right()["db"].mean())


@wrong("db", "is one sum for all outputs", "Look at the axis of your sum.")
def bias_gradient_of_everything(right, b):
    return np.full_like(b, right()["db"].sum())


@wrong("db", "is the upstream gradient of the last example alone", "Look at how the examples are summed.")
def bias_gradient_of_the_last(right, dout):
    return right(dout=_only(dout, -1))["db"]


@wrong("db", "is the upstream gradient of the first example alone", "Look at how the examples are summed.")
def bias_gradient_of_the_first(right, dout):
    return right(dout=_only(dout, 0))["db"]


@wrong(
    "db", "counts examples in place of adding up the upstream gradient", "Look at where the upstream gradient enters."
)
def bias_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["db"]


@wrong("db", "is made of one position alone", "Every position has an upstream gradient.")
def bias_gradient_of_one_position(right, b, dout):
    only = at_one_position(dout, 0, channels_of_bias(right, b))
    return None if only is None else right(dout=only)["db"]


@wrong("dW", "is made of the last position alone", "Look for = where += belongs.")
def weight_gradient_of_the_last_position(right, b, dout):
    only = at_one_position(dout, -1, channels_of_bias(right, b))
    return None if only is None else right(dout=only)["dW"]


def _of_one(example):
    """The gradient in W of one example, whatever the others are divided by."""
    return lambda right, x, dout: right(dout=_only(dout, example))["dW"] * len(x)


_WHICH = "Look at which size divides."
LINEAR.wrongs(
    "dW",
    {
        "weight_gradient_over_features": (
            "is divided by the number of inputs, not of examples",
            "Look at which axis of {x} is the batch.",
            lambda right, x: right.summed("dW") / x.shape[-1],
        ),
        "weight_gradient_over_outputs": (
            "is divided by the number of outputs, not of examples",
            "Look at which axis is the batch.",
            lambda right, dout: right.summed("dW") / dout.shape[-1],
        ),
        "weight_gradient_over_all_entries": (
            "is divided by the number of entries of {dout}",
            _WHICH,
            lambda right, dout: right.summed("dW") / dout.size,
        ),
        "weight_gradient_with_decay": (
            "has W added to it, as weight decay would",
            "The gradient is the loss's alone.",
            lambda right, W: right()["dW"] + 1e-3 * W,
        ),
        "weight_gradient_of_the_last_alone": (
            "is that of the last example, not of a mean",
            "Look at what is summed over the batch.",
            _of_one(-1),
        ),
        "weight_gradient_of_the_first_alone": (
            "is that of the first example, not of a mean",
            "Look at what is summed over the batch.",
            _of_one(0),
        ),
    },
)
LINEAR.wrongs("db", {
    "bias_gradient_over_outputs": (
        "is divided by the number of outputs, not of examples", "Look at which axis is the batch.",
        lambda right, dout: right.summed("db") / dout.shape[-1],
    ),
})  # fmt: skip


def _is_oblong(W):
    """Whether a reshape could be told from a transposition."""
    return W.ndim == 2 and W.shape[0] != W.shape[1]


def _only(dout, example):
    kept = np.zeros_like(dout)
    kept[example] = dout[example]
    return kept
