"""Mistakes that students of cs189 make in convolution's forward pass, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import activation
from ..closed_forms import conv as right

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _framed(X, padding, rows=(1, 1), columns=(1, 1), **how):
    """X with its frame's rows above and below, and columns left and right, this many times."""
    above, left = padding
    frame = ((0, 0), (above * rows[0], above * rows[1]), (left * columns[0], left * columns[1]), (0, 0))
    return np.pad(X, frame, **how)


def _activated(name, Z):
    return activation(name, Z, Z)["Y"]


def _sums(X, W, b, dLdY, stride, padding):
    return right("linear", X, W, b, dLdY, stride, padding)["Y"]


def _forward(name, X, W, b, stride, padding):
    """The layer's output, whatever its size."""
    above, left = padding
    rows = (X.shape[1] + 2 * above - W.shape[0]) // stride + 1
    columns = (X.shape[2] + 2 * left - W.shape[1]) // stride + 1
    if rows < 1 or columns < 1:
        return None
    return right(name, X, W, b, np.zeros((len(X), rows, columns, W.shape[3])), stride, padding)["Y"]


@wrong("conv.Y", "ignores the bias", "Look at the last term of equation 1.")
def no_bias(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, 0 * b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "adds the bias once for each entry of the kernel", "Count how often a sum is given its bias.")
def bias_at_every_tap(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, W.shape[0] * W.shape[1] * b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "adds the bias of the first filter to all", "Follow the shape of b until it is added.")
def first_bias(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, np.full_like(b, b[0, 0]), dLdY, stride, padding)["Y"]


@wrong(
    "conv.Y",
    "is a true convolution, with the kernel flipped in both directions",
    "Compare the signs of the indices in equation 1 with those in your loop.",
)
def true_convolution(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W[::-1, ::-1], b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "ignores the padding", "Look at which image your windows are taken from.")
def no_padding(name, X, W, b, dLdY, stride, padding):
    return _forward(name, X, W, b, stride, (0, 0)) if any(padding) else None


@wrong("conv.Y", "puts all of the padding above and to the left", "Look at the pairs that np.pad is given.")
def padded_before(name, X, W, b, dLdY, stride, padding):
    return right(name, _framed(X, padding, (2, 0), (2, 0)), W, b, dLdY, stride, (0, 0))["Y"]


@wrong("conv.Y", "puts all of the padding below and to the right", "Look at the pairs that np.pad is given.")
def padded_after(name, X, W, b, dLdY, stride, padding):
    return right(name, _framed(X, padding, (0, 2), (0, 2)), W, b, dLdY, stride, (0, 0))["Y"]


@wrong("conv.Y", "pads with the image's edge, not with zeros", "Look at the mode that np.pad is given.")
def padded_with_edge(name, X, W, b, dLdY, stride, padding):
    return right(name, _framed(X, padding, mode="edge"), W, b, dLdY, stride, (0, 0))["Y"]


@wrong("conv.Y", "has its columns counted with the kernel's height", "Say which of the kernel's sizes counts columns.")
def columns_by_height(name, X, W, b, dLdY, stride, padding):
    fewer = (X.shape[2] + 2 * padding[1] - W.shape[0]) // stride + 1
    return _forward(name, X, W, b, stride, padding)[:, :, :fewer] if fewer < dLdY.shape[2] else None


@wrong("conv.Y", "has its rows counted with the kernel's width", "Say which of the kernel's sizes counts rows.")
def rows_by_width(name, X, W, b, dLdY, stride, padding):
    fewer = (X.shape[1] + 2 * padding[0] - W.shape[1]) // stride + 1
    return _forward(name, X, W, b, stride, padding)[:, :fewer] if fewer < dLdY.shape[1] else None


@wrong("conv.Y", "pads rows and columns the other way round", "Say which of the two paddings belongs to the rows.")
def padding_swapped(name, X, W, b, dLdY, stride, padding):
    return _forward(name, X, W, b, stride, padding[::-1]) if padding[0] != padding[1] else None


def _same(W):
    return (W.shape[0] - 1) // 2, (W.shape[1] - 1) // 2


def _padded_by(frame, name, X, W, b, stride, padding):
    return _forward(name, X, W, b, stride, frame) if tuple(frame) != tuple(padding) else None


@wrong("conv.Y", 'takes half the kernel, k // 2, for the padding of "same"', "Try a kernel with an even side.")
def same_of_half(name, X, W, b, dLdY, stride, padding):
    half = W.shape[0] // 2, W.shape[1] // 2
    return _padded_by(half, name, X, W, b, stride, padding) if tuple(padding) == _same(W) else None


@wrong("conv.Y", 'takes the padding of "same" from the kernel\'s height alone', "Try a kernel that isn't square.")
def same_of_height(name, X, W, b, dLdY, stride, padding):
    above = _same(W)[0]
    return _padded_by((above, above), name, X, W, b, stride, padding) if tuple(padding) == _same(W) else None


@wrong("conv.Y", 'takes the padding of "same" from the kernel\'s width alone', "Try a kernel that isn't square.")
def same_of_width(name, X, W, b, dLdY, stride, padding):
    left = _same(W)[1]
    return _padded_by((left, left), name, X, W, b, stride, padding) if tuple(padding) == _same(W) else None


@wrong("conv.Y", "pads by one where there should be no padding", 'Look at what "valid" and 0 come to.')
def padded_by_one(name, X, W, b, dLdY, stride, padding):
    return _padded_by((1, 1), name, X, W, b, stride, padding) if not any(padding) else None


@wrong("conv.Y", "ignores the stride", "Look at how far apart two windows start.")
def no_stride(name, X, W, b, dLdY, stride, padding):
    return _forward(name, X, W, b, 1, padding) if stride > 1 else None


@wrong(
    "conv.Y",
    "has as many windows as it should, but they start one apart, not a stride",
    "Work out by hand where the second window starts.",
)
def windows_one_apart(name, X, W, b, dLdY, stride, padding):
    found = _forward(name, X, W, b, 1, padding)
    return None if found is None else found[:, : dLdY.shape[1], : dLdY.shape[2]]


@wrong("conv.Y", "uses the stride for rows only", "Look for the stride in both directions.")
def stride_of_rows_only(name, X, W, b, dLdY, stride, padding):
    return _forward(name, X, W, b, 1, padding)[:, ::stride]


@wrong("conv.Y", "uses the stride for columns only", "Look for the stride in both directions.")
def stride_of_columns_only(name, X, W, b, dLdY, stride, padding):
    return _forward(name, X, W, b, 1, padding)[:, :, ::stride]


@wrong("conv.Y", "sees the first channel only", "Equation 1 adds up over the channels.")
def first_channel_only(name, X, W, b, dLdY, stride, padding):
    return right(name, X[..., :1], W[:, :, :1], b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "averages over the channels", "Equation 1 adds up over the channels.")
def mean_of_channels(name, X, W, b, dLdY, stride, padding):
    return right(name, X / X.shape[3], W, b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "takes the channels in reverse order", "Compare the channel of X with the one of W in each product.")
def channels_reversed(name, X, W, b, dLdY, stride, padding):
    return right(name, X[..., ::-1], W, b, dLdY, stride, padding)["Y"]


@wrong("conv.Y", "is divided by the size of the kernel", "Equation 1 is a sum.")
def divided_by_kernel(name, X, W, b, dLdY, stride, padding):
    Z = _sums(X, W, 0 * b, dLdY, stride, padding) / (W.shape[0] * W.shape[1])
    return _activated(name, Z + b[0])


@wrong("conv.Y", "isn't activated", "Look at what comes after the sum.")
def not_activated(name, X, W, b, dLdY, stride, padding):
    return _sums(X, W, b, dLdY, stride, padding)
