"""Mistakes that students of cs189 make in pooling, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import pool as right

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong
MAX, AVERAGE = "max", "average"


def _windows(X, kernel, stride, shape):
    """Each output's row and column with the place of its window."""
    for r, c in np.ndindex(*shape):
        yield r, c, np.s_[:, r * stride : r * stride + kernel[0], c * stride : c * stride + kernel[1]]


def _reduced(X, dLdY, kernel, stride, reduce):
    found = np.zeros_like(dLdY)
    for r, c, window in _windows(X, kernel, stride, dLdY.shape[1:3]):
        found[:, r, c] = reduce(X[window])
    return found


def _shared(X, dLdY, kernel, stride, share, *, add=True):
    """`share` makes a window's gradient of its pixels and of its upstream gradient, (N, 1, 1, C)."""
    found = np.zeros_like(X)
    for r, c, window in _windows(X, kernel, stride, dLdY.shape[1:3]):
        given = share(X[window], dLdY[:, r, c][:, None, None])
        found[window] = found[window] + given if add else np.broadcast_to(given, found[window].shape)
    return found


def _largest(seen):
    return seen == seen.max(axis=(1, 2), keepdims=True)


def _even(seen, g):
    return np.broadcast_to(g / (seen.shape[1] * seen.shape[2]), seen.shape)


@wrong("pool.Y", "is the average where it should be the maximum", "Look at what the mode decides.")
def average_for_max(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["Y"] if mode == MAX else None


@wrong("pool.Y", "is the maximum where it should be the average", "Look at what the mode decides.")
def max_for_average(mode, X, dLdY, kernel, stride):
    return right(MAX, X, dLdY, kernel, stride)["Y"] if mode == AVERAGE else None


@wrong("pool.Y", "is the smallest of each window", "Look at how the window is reduced.")
def smallest(mode, X, dLdY, kernel, stride):
    return -right(MAX, -X, dLdY, kernel, stride)["Y"]


@wrong("pool.Y", "is the largest absolute value of each window", "Try a window of negative numbers.")
def largest_absolute(mode, X, dLdY, kernel, stride):
    return right(MAX, np.abs(X), dLdY, kernel, stride)["Y"] if mode == MAX else None


@wrong("pool.Y", "is never below zero", "Try a window of negative numbers: look at what the padding or the start is.")
def starts_at_zero(mode, X, dLdY, kernel, stride):
    return np.maximum(right(MAX, X, dLdY, kernel, stride)["Y"], 0) if mode == MAX else None


@wrong("pool.Y", "takes windows as wide as the kernel is high", "Say which of the kernel's sizes counts columns.")
def as_wide_as_high(mode, X, dLdY, kernel, stride):
    reduce = np.max if mode == MAX else np.mean
    return _reduced(X, dLdY, (kernel[0], kernel[0]), stride, lambda seen: reduce(seen, axis=(1, 2)))


@wrong("pool.Y", "takes windows as high as the kernel is wide", "Say which of the kernel's sizes counts rows.")
def as_high_as_wide(mode, X, dLdY, kernel, stride):
    reduce = np.max if mode == MAX else np.mean
    return _reduced(X, dLdY, (kernel[1], kernel[1]), stride, lambda seen: reduce(seen, axis=(1, 2)))


@wrong("pool.Y", "is the window's sum", "An average is divided by how many there are.")
def sum_for_average(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["Y"] * kernel[0] * kernel[1] if mode == AVERAGE else None


@wrong("pool.Y", "is divided by the square of the kernel's height", "Count the entries of a window that isn't square.")
def divided_by_height(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["Y"] * kernel[1] / kernel[0] if mode == AVERAGE else None


@wrong("pool.Y", "is divided by the square of the kernel's width", "Count the entries of a window that isn't square.")
def divided_by_width(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["Y"] * kernel[0] / kernel[1] if mode == AVERAGE else None


@wrong("pool.Y", "has windows that start one apart, not a stride", "Work out by hand where the second window starts.")
def windows_one_apart(mode, X, dLdY, kernel, stride):
    rows, columns = dLdY.shape[1] + kernel[0] - 1, dLdY.shape[2] + kernel[1] - 1
    return right(mode, X[:, :rows, :columns], dLdY, kernel, 1)["Y"] if stride > 1 else None


@wrong("pool.Y", "moves its windows by the kernel's height, not by the stride", "The stride is an argument of its own.")
def windows_side_by_side(mode, X, dLdY, kernel, stride):
    sizes = [(size - side) // kernel[0] + 1 for size, side in zip(X.shape[1:3], kernel, strict=True)]
    return right(mode, X, np.zeros((len(X), *sizes, X.shape[3])), kernel, kernel[0])["Y"]


@wrong("pool.Y", "goes over all channels at once", "Channels are pooled one by one.")
def over_channels(mode, X, dLdY, kernel, stride):
    reduce = np.max if mode == MAX else np.mean
    return _reduced(X, dLdY, kernel, stride, lambda seen: reduce(seen, axis=(1, 2, 3))[:, None])


@wrong("pool.Y", "swaps the kernel's height and width", "Say which of the two sizes belongs to the rows.")
def kernel_swapped(mode, X, dLdY, kernel, stride):
    sizes = [(size - side) // stride + 1 for size, side in zip(X.shape[1:3], kernel[::-1], strict=True)]
    if kernel[0] == kernel[1] or min(sizes) < 1:
        return None
    return right(mode, X, np.zeros((len(X), *sizes, X.shape[3])), kernel[::-1], stride)["Y"]


@wrong("pool.dX", "gives the gradient to every entry of the window", "Only one entry decided the maximum.")
def max_to_all(mode, X, dLdY, kernel, stride):
    if mode == MAX:
        return _shared(X, dLdY, kernel, stride, lambda seen, g: np.broadcast_to(g, seen.shape))
    return None


@wrong("pool.dX", "shares the maximum's gradient among the window", "Only one entry decided the maximum.")
def max_shared(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["dX"] if mode == MAX else None


@wrong("pool.dX", "goes to the first entry of each window", "See which entry decided the window's output.")
def to_the_first(mode, X, dLdY, kernel, stride):
    def first(seen, g):
        place = np.zeros((1, *seen.shape[1:3], 1))
        place[0, 0, 0] = 1
        return g * place

    return _shared(X, dLdY, kernel, stride, first) if mode == MAX else None


@wrong("pool.dX", "goes to the smallest entry of each window", "See which entry decided the window's output.")
def to_the_smallest(mode, X, dLdY, kernel, stride):
    return right(MAX, -X, dLdY, kernel, stride)["dX"] if mode == MAX else None


@wrong("pool.dX", "lacks the upstream gradient", "Look at what the mask is multiplied by.")
def mask_alone(mode, X, dLdY, kernel, stride):
    return right(mode, X, np.ones_like(dLdY), kernel, stride)["dX"]


@wrong("pool.dX", "multiplies the gradient by the maximum itself", "The slope of a maximum is 1 or 0.")
def times_the_maximum(mode, X, dLdY, kernel, stride):
    return _shared(X, dLdY, kernel, stride, lambda seen, g: g * seen * _largest(seen)) if mode == MAX else None


@wrong("pool.dX", "divides the maximum's gradient by the size of the window", "A maximum isn't an average.")
def max_divided(mode, X, dLdY, kernel, stride):
    return right(MAX, X, dLdY, kernel, stride)["dX"] / (kernel[0] * kernel[1]) if mode == MAX else None


@wrong(
    "pool.dX",
    "keeps only the last window's gradient where windows overlap",
    "See what becomes of what earlier windows gave.",
)
def windows_overwrite(mode, X, dLdY, kernel, stride):
    share = _even if mode == AVERAGE else lambda seen, g: g * _largest(seen)
    return _shared(X, dLdY, kernel, stride, share, add=False)


@wrong(
    "pool.dX",
    "gives an entry that wins several windows only the last one's gradient",
    "See what becomes of what earlier windows gave.",
)
def winners_overwrite(mode, X, dLdY, kernel, stride):
    found = np.zeros_like(X)
    for r, c, window in _windows(X, kernel, stride, dLdY.shape[1:3]):
        found[window] = np.where(_largest(X[window]), dLdY[:, r, c][:, None, None], found[window])
    return found if mode == MAX else None


@wrong("pool.dX", "ignores the stride", "Work out which entries of X the second window saw.")
def stride_ignored(mode, X, dLdY, kernel, stride):
    rows, columns = dLdY.shape[1] + kernel[0] - 1, dLdY.shape[2] + kernel[1] - 1
    found = np.zeros_like(X)
    found[:, :rows, :columns] = right(mode, X[:, :rows, :columns], dLdY, kernel, 1)["dX"]
    return found


@wrong("pool.dX", "isn't divided by the size of the window", "An average shares its gradient.")
def average_not_divided(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["dX"] * kernel[0] * kernel[1] if mode == AVERAGE else None


@wrong("pool.dX", "is divided by the square of the kernel's height", "Count the entries of a window that isn't square.")
def shared_by_height(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["dX"] * kernel[1] / kernel[0] if mode == AVERAGE else None


@wrong("pool.dX", "is divided by the square of the kernel's width", "Count the entries of a window that isn't square.")
def shared_by_width(mode, X, dLdY, kernel, stride):
    return right(AVERAGE, X, dLdY, kernel, stride)["dX"] * kernel[0] / kernel[1] if mode == AVERAGE else None


@wrong(
    "pool.dX",
    "keeps only what the window's last place gives where several overlap",
    "See what becomes of what its other places gave.",
)
def places_overwrite(mode, X, dLdY, kernel, stride):
    found, Y = np.zeros_like(X), right(mode, X, dLdY, kernel, stride)["Y"]
    for i, j in np.ndindex(*kernel):
        rows = slice(i, i + stride * (dLdY.shape[1] - 1) + 1, stride)
        place = np.s_[:, rows, j : j + stride * (dLdY.shape[2] - 1) + 1 : stride]
        found[place] = dLdY * (X[place] == Y if mode == MAX else 1 / (kernel[0] * kernel[1]))
    return found
