"""Mistakes that students of cs189 make in convolution's gradients, as the formulas that they write.

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


def _delta(name, X, W, b, dLdY, stride, padding):
    """The gradient before the activation."""
    Z = right("linear", X, W, b, dLdY, stride, padding)["Y"]
    return activation(name, Z, dLdY)["dZ"]


def _padded(X, padding):
    above, left = padding
    return np.pad(X, ((0, 0), (above, above), (left, left), (0, 0)))


def _cut(framed, X, padding):
    above, left = padding
    return framed[:, above : above + X.shape[1], left : left + X.shape[2]]


def _scattered(framed, W, dZ, stride, *, add=True):
    """Each window's gradient put where the window was, one window after another."""
    found = np.zeros_like(framed)
    for r, c in np.ndindex(*dZ.shape[1:3]):
        window = np.s_[:, r * stride : r * stride + W.shape[0], c * stride : c * stride + W.shape[1]]
        share = np.einsum("nf,ijcf->nijc", dZ[:, r, c], W)
        found[window] = found[window] + share if add else share
    return found


def _by_taps(framed, W, dZ, stride):
    """The last of the kernel's entries overwrites what others gave."""
    found = np.zeros_like(framed)
    for i, j in np.ndindex(*W.shape[:2]):
        rows = slice(i, i + stride * (dZ.shape[1] - 1) + 1, stride)
        found[:, rows, j : j + stride * (dZ.shape[2] - 1) + 1 : stride] = dZ @ W[i, j].T
    return found


@wrong("conv.dX", "uses the kernel the wrong way round", "Follow one entry of X to all sums that it is part of.")
def kernel_flipped_back(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return right("linear", X, W[::-1, ::-1], b, dZ, stride, padding)["dX"]


@wrong(
    "conv.dX",
    "keeps only the last window's gradient where several overlap",
    "See what becomes of what earlier windows gave.",
)
def windows_overwrite(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return _cut(_scattered(_padded(X, padding), W, dZ, stride, add=False), X, padding)


@wrong(
    "conv.dX",
    "keeps only what the kernel's last entry gives",
    "See what becomes of what its other entries gave.",
)
def taps_overwrite(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return _cut(_by_taps(_padded(X, padding), W, dZ, stride), X, padding)


@wrong("conv.dX", "ignores the stride", "Work out which entries of X the second window saw.")
def stride_ignored_back(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return _cut(_scattered(_padded(X, padding), W, dZ, 1), X, padding)


@wrong("conv.dX", "has the padding cut off at the end only", "Look at where X lies in the padded image.")
def cut_at_the_end(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return _scattered(_padded(X, padding), W, dZ, stride)[:, : X.shape[1], : X.shape[2]]


@wrong("conv.dX", "is the gradient of the padded image", "Compare its shape with that of X.")
def padding_not_cut(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return _scattered(_padded(X, padding), W, dZ, stride) if any(padding) else None


@wrong(
    "conv.dX",
    "is cut at minus the padding, which leaves nothing where that is 0",
    "Try x[p:-p] with p = 0.",
)
def cut_at_minus_padding(name, X, W, b, dLdY, stride, padding):
    if all(padding):
        return None
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    above, left = padding
    return _scattered(_padded(X, padding), W, dZ, stride)[:, above:-above, left:-left]


@wrong("conv.dX", "is averaged over the batch", "Each image has a gradient of its own.")
def image_averaged(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, b, dLdY, stride, padding)["dX"] / len(X)


@wrong("conv.dX", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def image_without_slope(name, X, W, b, dLdY, stride, padding):
    return right("linear", X, W, b, dLdY, stride, padding)["dX"]


@wrong("conv.dX", "takes the activation's slope at its output", "Look at which Z backward finds in the cache.")
def image_slope_at_output(name, X, W, b, dLdY, stride, padding):
    dZ = activation(name, right(name, X, W, b, dLdY, stride, padding)["Y"], dLdY)["dZ"]
    return right("linear", X, W, b, dZ, stride, padding)["dX"]


@wrong("conv.dX", "is made of the first filter only", "Every filter has seen X.")
def first_filter_only(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    return right("linear", X, W[..., :1], b[:, :1], dZ[..., :1], stride, padding)["dX"]


@wrong("conv.dX", "gives every channel the same gradient", "Each channel has its own part of the kernel.")
def channels_alike(name, X, W, b, dLdY, stride, padding):
    found = right(name, X, W, b, dLdY, stride, padding)["dX"]
    return np.broadcast_to(found.sum(axis=3, keepdims=True), found.shape)


@wrong("conv.dW", "is averaged over the batch", "The loss has been averaged already: see where N comes in.")
def weight_averaged(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, b, dLdY, stride, padding)["dW"] / len(X)


@wrong("conv.dW", "is averaged over the windows' positions", "Every window adds to the gradient.")
def weight_averaged_over_positions(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, b, dLdY, stride, padding)["dW"] / (dLdY.shape[1] * dLdY.shape[2])


@wrong("conv.dW", "is averaged over images and positions", "Every window of every image adds to the gradient.")
def weight_averaged_over_all(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, b, dLdY, stride, padding)["dW"] / dLdY[..., 0].size


@wrong("conv.dW", "is that of the first image", "Look at the loop over the batch.")
def weight_of_first_image(name, X, W, b, dLdY, stride, padding):
    return right(name, X[:1], W, b, dLdY[:1], stride, padding)["dW"]


@wrong("conv.dW", "is that of the last image", "Look at whether images add up or replace one another.")
def weight_of_last_image(name, X, W, b, dLdY, stride, padding):
    return right(name, X[-1:], W, b, dLdY[-1:], stride, padding)["dW"]


@wrong("conv.dW", "is that of the last window", "Look at whether windows add up or replace one another.")
def weight_of_last_window(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    last = np.zeros_like(dZ)
    last[:, -1, -1] = dZ[:, -1, -1]
    return right("linear", X, W, b, last, stride, padding)["dW"]


@wrong("conv.dW", "is flipped", "Compare the window that an entry of W meets with the one in your loop.")
def weight_flipped(name, X, W, b, dLdY, stride, padding):
    return right(name, X, W, b, dLdY, stride, padding)["dW"][::-1, ::-1]


@wrong("conv.dW", "takes its windows one apart, not a stride", "Work out by hand where the second window starts.")
def weight_without_stride(name, X, W, b, dLdY, stride, padding):
    dZ = _delta(name, X, W, b, dLdY, stride, padding)
    rows, columns = (size + kernel - 1 for size, kernel in zip(dZ.shape[1:3], W.shape[:2], strict=True))
    return right("linear", _padded(X, padding)[:, :rows, :columns], W, b, dZ, 1, (0, 0))["dW"]


@wrong("conv.dW", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def weight_without_slope(name, X, W, b, dLdY, stride, padding):
    return right("linear", X, W, b, dLdY, stride, padding)["dW"]


def _reduced(dZ, reduce, axes):
    return reduce(dZ, axis=axes)[None]


@wrong("conv.db", "is averaged over the batch", "The loss has been averaged already: see where N comes in.")
def bias_averaged(name, X, W, b, dLdY, stride, padding):
    return _reduced(_delta(name, X, W, b, dLdY, stride, padding), np.sum, (0, 1, 2)) / len(X)


@wrong("conv.db", "is averaged over images and positions", "The bias is part of every sum.")
def bias_averaged_over_all(name, X, W, b, dLdY, stride, padding):
    return _reduced(_delta(name, X, W, b, dLdY, stride, padding), np.mean, (0, 1, 2))


@wrong("conv.db", "is averaged over the windows' positions", "The bias is part of every sum.")
def bias_averaged_over_positions(name, X, W, b, dLdY, stride, padding):
    return _delta(name, X, W, b, dLdY, stride, padding).mean(axis=(1, 2)).sum(axis=0)[None]


@wrong("conv.db", "is that of the first image", "Look at which axes the sum goes over.")
def bias_of_first_image(name, X, W, b, dLdY, stride, padding):
    return _delta(name, X, W, b, dLdY, stride, padding)[0].sum(axis=(0, 1))[None]


@wrong("conv.db", "is that of the last image", "Look at whether images add up or replace one another.")
def bias_of_last_image(name, X, W, b, dLdY, stride, padding):
    return _delta(name, X, W, b, dLdY, stride, padding)[-1].sum(axis=(0, 1))[None]


@wrong("conv.db", "is that of the first position", "Look at which axes the sum goes over.")
def bias_of_first_position(name, X, W, b, dLdY, stride, padding):
    return _delta(name, X, W, b, dLdY, stride, padding)[:, 0, 0].sum(axis=0)[None]


@wrong("conv.db", "is that of the last position", "Look at whether windows add up or replace one another.")
def bias_of_last_position(name, X, W, b, dLdY, stride, padding):
    return _delta(name, X, W, b, dLdY, stride, padding)[:, -1, -1].sum(axis=0)[None]


@wrong("conv.db", "is summed over the filters, too", "Each filter has a bias of its own.")
def bias_over_filters(name, X, W, b, dLdY, stride, padding):
    return np.full_like(b, _delta(name, X, W, b, dLdY, stride, padding).sum())


@wrong("conv.db", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def bias_without_slope(name, X, W, b, dLdY, stride, padding):
    return dLdY.sum(axis=(0, 1, 2))[None]
