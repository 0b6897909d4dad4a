"""Numbers of like size: an array is cut where sizes differ too much for one step to suit them all."""

from __future__ import annotations

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.extrapolation import middle
from graders.gradcheck.result import Array

UPPER = 2.0**6
"""Numbers beyond this many medians are outliers: ordinary data has none."""

WIDTH = 2.0**12
"""How far apart the numbers of one band may be."""

MOST = 6
"""Bands above the median's, and below it, at most; the last one takes what is further away."""

FAR = 2.0**-53
"""Numbers below this fraction of the median are no leftover of numbers that cancel: even one is a band."""

CROWDED = 4.0
"""Small numbers are a band when there are more than this many times those that a density without a peak at zero has."""

SAMPLE = 2**16
"""Of more numbers than this, about as many are enough to tell their median, or how far they reach."""

Reach = float | Array
"""How far an input is moved in one unit of a step: for all entries, or for each."""


def bands(x: Array, least: int = 1) -> list[Array]:
    """Which entries belong together, as masks, the largest band first; one of all entries where nothing sticks out.

    Zeros have no size and belong to the largest. Fewer than ``least`` small numbers are no band.
    """
    sizes = np.abs(x.astype(np.float64, copy=False))
    flat = sizes.reshape(-1)
    some = flat if flat.size == 0 or flat.min() > 0 else flat[flat > 0]
    if some.size < 2 or some.max() <= UPPER * some.min():
        return [np.ones(x.shape, dtype=bool)]
    edges = _edges(some, least)
    if not edges:
        return [np.ones(x.shape, dtype=bool)]
    number = np.searchsorted(edges, sizes, side="right")
    counts = np.bincount(number[sizes > 0].reshape(-1), minlength=len(edges) + 1)
    order = [int(k) for k in np.argsort(-counts, kind="stable") if counts[k]]
    number[sizes == 0] = order[0]
    return [number == k for k in order]


def _edges(sizes: Array, least: int) -> list[float]:
    """The sizes at which there is a cut, in rising order; those next to the median may be few, and then they stay."""
    median, largest, smallest = middle(sampled(sizes)), float(sizes.max()), float(sizes.min())
    found = []
    for k in range(1, MOST + 1):
        edge = median / WIDTH**k
        if smallest >= edge:
            break
        found += [edge] if _crowded(sizes, edge, edge / median, least if edge > FAR * median else 1) else []
    upper = [median * UPPER * WIDTH**k for k in range(MOST)]
    found += [edge for edge in upper if edge < largest]
    return sorted(found)


def sampled(flat: Array) -> Array:
    """Some of very many numbers, from all over them."""
    return flat[:: flat.size // SAMPLE | 1] if flat.size > SAMPLE else flat


def _crowded(sizes: Array, edge: float, fraction: float, least: int) -> bool:
    """Whether there are more numbers below an edge than chance puts there."""
    expected = 0.5 * sizes.size * fraction
    return bool(np.count_nonzero(sizes < edge) >= max(least, CROWDED * expected + 3 * np.sqrt(expected)))


def reaches(x: Array) -> list[Reach]:
    """For each band how far its entries are moved, and 0 for the other entries; one number where there is one band."""
    found = bands(x)
    if len(found) == 1:
        return [directions.scale_of(x)]
    return [np.where(mask, directions.scale_of(x[mask]), 0.0) for mask in found]
