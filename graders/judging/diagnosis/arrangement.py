"""Answers with the right numbers in the wrong places."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank

MAX_AXES = 5


def transposed(evidence: Evidence) -> Iterator[Explanation]:
    """Axes in another order, with the shape that goes with it or without."""
    wanted = evidence.expected
    if not 2 <= wanted.ndim <= MAX_AXES or min(wanted.shape) < 2:
        return
    for order in itertools.permutations(range(wanted.ndim)):
        moved = wanted.transpose(order)
        if order != tuple(range(wanted.ndim)) and evidence.is_like(moved):
            text = "is the transpose of what it should be" if wanted.ndim == 2 else f"has its axes in the order {order}"
            yield Explanation(f"axes {order}", text, Rank.EXACT)
    if _is_rearranged(evidence):
        yield Explanation("reshaped", "is transposed and then reshaped: the numbers are in other places", Rank.EXACT)


def _is_rearranged(evidence: Evidence) -> bool:
    """Whether the last two axes, of different lengths, were transposed and the shape put right by force."""
    wanted = evidence.expected
    if not evidence.comparable or wanted.shape[-1] == wanted.shape[-2]:
        return False
    return evidence.is_like(wanted.swapaxes(-1, -2).reshape(wanted.shape))


def reversed_along_axes(evidence: Evidence) -> Iterator[Explanation]:
    """A kernel or an image upside down."""
    if not evidence.comparable or not evidence.informative or evidence.expected.ndim > MAX_AXES:
        return
    axes = [axis for axis, size in enumerate(evidence.expected.shape) if size > 1]
    for count in range(1, len(axes) + 1):
        for some in itertools.combinations(axes, count):
            if evidence.is_like(np.flip(evidence.expected, some)):
                yield Explanation(f"flipped {some}", f"is reversed along {_axes(some)}", Rank.EXACT)


def shifted(evidence: Evidence) -> Iterator[Explanation]:
    """Everything moved by one or two along an axis."""
    if not evidence.comparable or not evidence.informative:
        return
    got, wanted = evidence.got.astype(float), evidence.expected
    for axis, step in itertools.product(range(wanted.ndim), (1, 2, -1, -2)):
        size = wanted.shape[axis]
        if size < abs(step) + 2 or close(got, wanted, evidence.tolerance):
            continue
        kept = range(max(step, 0), size + min(step, 0))
        moved = np.take(got, kept, axis)
        source = np.take(wanted, [index - step for index in kept], axis)
        if np.ptp(source) > 0 and close(moved, source, evidence.tolerance):
            yield Explanation(
                f"shifted {axis} {step}", f"is shifted by {step:+d} along {_axes((axis,))}", Rank.STRUCTURE
            )


def permuted(evidence: Evidence) -> Iterator[Explanation]:
    """The right rows, or the right entries, in another order."""
    if not evidence.comparable or not evidence.informative:
        return
    got, wanted = evidence.got.astype(float), evidence.expected
    if close(got, wanted, evidence.tolerance):
        return
    for axis in range(wanted.ndim):
        if _has_slices(wanted, axis):
            a, b = (_sorted_along(array, axis) for array in (got, wanted))
            if close(a, b, evidence.tolerance):
                text = f"has the right slices along {_axes((axis,))} in the wrong order"
                yield Explanation(f"permuted {axis}", text, Rank.STRUCTURE)
    if close(np.sort(got, axis=None), np.sort(wanted, axis=None), evidence.tolerance):
        yield Explanation("permuted", "has the right numbers in the wrong places", Rank.COARSE)


def _has_slices(array: np.ndarray, axis: int) -> bool:
    """Whether there are several slices along this axis, and several entries in each."""
    return bool(1 < array.shape[axis] < array.size)


def _sorted_along(array: np.ndarray, axis: int) -> np.ndarray:
    rows = np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)
    return rows[np.lexsort(np.round(rows, 9).T[::-1])]


def _axes(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
