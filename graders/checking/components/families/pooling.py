"""Mistakes in pooling: the wrong statistic, and where its gradient goes."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family
from graders.checking.components.families.windows import channels_of_pooling, replaced

MAX_POOL = Family("max_pool", ("x",))
AVERAGE_POOL = Family("average_pool", ("x",))


@MAX_POOL.wrong("out", "is the windows' mean, not their maximum", "Look at what is taken of a window.")
def mean_in_place_of_max(right):
    return right.of(_average)["out"]


@MAX_POOL.wrong("out", "is the windows' minimum", "Look at what is taken of a window.")
def minimum(right, x):
    return -right(x=-x)["out"]


@MAX_POOL.wrong("out", "is the windows' largest absolute value", "Look at what is taken of a window.")
def largest_size(right, x):
    return right(x=np.abs(x))["out"]


@MAX_POOL.wrong("dx", "is shared by all entries of a window", "Only the largest entry passes its gradient on.")
def gradient_shared(right):
    return right.of(_average)["dx"]


@MAX_POOL.wrong("dx", "goes whole to every entry of a window", "Only the largest entry passes its gradient on.")
def gradient_to_all(right, dout):
    shared = right.of(_average)
    size = shared["dx"].sum() / dout.sum()
    return None if not np.isclose(size, 1.0) else right.of(_total)["dx"]


@MAX_POOL.wrong(
    "dx", "lets overlapping windows overwrite each other instead of adding up", "Look for = where += belongs."
)
def gradient_replaced(right, x, dout):
    return replaced(right, dout, channels_of_pooling(x, dout))


@MAX_POOL.wrong("dx", "lacks the upstream gradient: it is 1 where the maximum was", "Look at where it enters.")
def gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dx"]


@MAX_POOL.wrong("dx", "is multiplied by the input", "The derivative of a maximum is 1 at its place.")
def gradient_times_input(right, x):
    return right()["dx"] * x


@AVERAGE_POOL.wrong("out", "is the windows' sum, not their mean", "Look at what it is divided by.")
def total_in_place_of_mean(right):
    return right.of(_total)["out"]


@AVERAGE_POOL.wrong("out", "is the windows' maximum, not their mean", "Look at what is taken of a window.")
def max_in_place_of_mean(right):
    return right.of(_maximum)["out"]


@AVERAGE_POOL.wrong("dx", "isn't divided by the window's size", "Look at the derivative of a mean.")
def gradient_not_divided(right):
    return right.of(_total)["dx"]


@AVERAGE_POOL.wrong("dx", "goes to the largest entry alone", "All entries of a window have a share in its mean.")
def gradient_to_the_largest(right):
    return right.of(_maximum)["dx"]


@AVERAGE_POOL.wrong("dx", "lets overlapping windows overwrite each other", "Look for = where += belongs.")
def average_gradient_replaced(right, x, dout):
    return replaced(right, dout, channels_of_pooling(x, dout))


@AVERAGE_POOL.wrong("dx", "uses ones in place of the upstream gradient", "Look at where it enters.")
def average_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dx"]


def _window(options):
    """Height, width and stride, by the names that options of pooling have."""
    height = next(
        (options[name] for name in ("pool_height", "kernel_height", "kernel", "kernel_size", "K") if name in options),
        None,
    )
    width = next((options[name] for name in ("pool_width", "kernel_width") if name in options), height)
    return (height, width), options.get("stride", height)


def _average(x, **options):
    return _pooled("avg_pool2d", x, options)


def _total(x, **options):
    return _pooled("avg_pool2d", x, options, divisor_override=1)


def _maximum(x, **options):
    return _pooled("max_pool2d", x, options)


def _pooled(name, x, options, **more):
    from torch.nn import functional  # here and not above: a pack is read without it

    kernel, stride = _window(options)
    return getattr(functional, name)(x, kernel, stride, **more)
