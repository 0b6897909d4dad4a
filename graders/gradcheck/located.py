"""The wrong entries of a gradient, told from the right ones once it is known what they should be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graders.gradcheck.result import Array, WrongEntry
from graders.gradcheck.searching import Searcher

SHOWN = 10
"""Wrong entries listed in a result."""

NEARLY = 1e-3
"""A ratio this close to 1 is held against how far it is from it."""

ALIKE = 0.02
"""The ratios of entries are the same when they are to this fraction of that."""


@dataclass(frozen=True)
class Located:
    """The wrong entries, worst first, and the relative error of every entry looked at (NaN elsewhere)."""

    wrong: tuple[WrongEntry, ...]
    wrong_count: int
    examined: int
    ratio: float | None
    relative_error: Array


def located(search: Searcher, indices: Array, expected: Array) -> Located:
    """Build the answer from the expected gradients ``(cotangents, indices)`` of the entries looked at."""
    shape = search.direction.shape
    got = search.gradients[:, indices]
    lengths = np.abs(search.direction.reshape(-1)[indices])
    share = search.error / np.sqrt(search.direction.size)
    tolerance = (search.rounding + 3 * share) / lengths
    off = np.abs(got - expected)
    wrong = np.flatnonzero((off > tolerance).any(axis=0))
    if wrong.size == 0 and indices.size == 1:
        wrong = np.array([0])
    worst = wrong[np.argsort(-off[:, wrong].max(axis=0), kind="stable")]
    rows = off[:, worst].argmax(axis=0)
    entries = tuple(
        WrongEntry(_index(indices[k], shape), float(got[c, k]), float(expected[c, k]))
        for c, k in zip(rows[:SHOWN], worst[:SHOWN], strict=True)
    )
    errors = np.full(search.direction.size, np.nan)
    relative = off.max(axis=0) / np.maximum(np.abs(expected).max(axis=0), np.finfo(float).tiny)
    errors[indices] = np.where((off > tolerance).any(axis=0), np.minimum(relative, 1e300), 0.0)
    return Located(
        entries,
        int(wrong.size),
        int(indices.size),
        _common_ratio(got[:, wrong], expected[:, wrong]),
        errors.reshape(shape),
    )


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(flat), shape))


def _common_ratio(got: Array, expected: Array) -> float | None:
    """``got / expected``, when it is the same in every wrong entry."""
    if got.size == 0:
        return None
    large = np.abs(expected) > 1e-3 * np.abs(expected).max()
    if not large.any():
        return None
    ratios = got[large] / expected[large]
    middle = float(np.median(ratios))
    off = abs(middle - 1.0)
    slack = 1e-5 * max(abs(middle), 1e-3) if off > NEARLY else ALIKE * off
    return middle if np.all(np.abs(ratios - middle) <= slack) else None
