"""Which entries of an array are wrong, and by how much of themselves: in plain numbers, for a picture."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from graders.checking.failures import CheckFailed
from graders.coursework.record import ErrorMap
from graders.coursework.rubric import Reveal
from graders.gradcheck.error_levels import level
from graders.judging.difference import Difference
from graders.marking.explain import number

MAX_ENTRIES = 600
"""Of an array with more entries, the part around the first wrong one is kept."""
MAX_SIDE = 24
MAX_MAPS = 4


def error_maps(error: BaseException | None, reveal: Reveal) -> list[ErrorMap] | msgspec.UnsetType:
    """The maps of a failed check, if its failure has any and its homework lets students see them."""
    if not isinstance(error, CheckFailed) or reveal is Reveal.NOTHING:
        return msgspec.UNSET
    return list(_maps(error, reveal))[:MAX_MAPS] or msgspec.UNSET


def _maps(error: CheckFailed, reveal: Reveal) -> Iterator[ErrorMap]:
    difference = error.difference
    if difference is not None and difference.wrong_entries is not None and difference.expected.ndim:
        yield _of_values(error.about or "the answer", difference, reveal)
    for name, relative in (error.slopes or {}).items():
        if relative is not None and relative.ndim:
            yield _map(name, relative, _first(relative > 0))


def _of_values(name: str, difference: Difference, reveal: Reveal) -> ErrorMap:
    expected, wrong = difference.expected, difference.wrong_entries
    assert wrong is not None
    got = np.asarray(difference.got, dtype=np.float64).reshape(expected.shape)
    found = _map(name, _relative(got, expected, wrong), _first(wrong))
    if reveal is not Reveal.ALL:
        return found
    part = tuple(slice(start, start + length) for start, length in zip(found.corner, found.part, strict=True))
    return msgspec.structs.replace(found, got=_flat(got[part]), expected=_flat(difference.shown[part]))


def _relative(got: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Each wrong entry's error against the larger of the two values; 0 where right, infinite where not a number."""
    with np.errstate(all="ignore"):
        relative = np.abs(got - expected) / np.maximum(np.abs(got), np.abs(expected))
    return np.where(wrong, np.where(np.isfinite(relative), relative, 1.0), 0.0)


def _first(where: np.ndarray) -> tuple[int, ...]:
    found = np.argwhere(where)
    return tuple(int(i) for i in found[0]) if len(found) else (0,) * where.ndim


def _map(name: str, relative: np.ndarray, around: tuple[int, ...]) -> ErrorMap:
    shape = relative.shape
    corner, part = ((0,) * len(shape), shape) if relative.size <= MAX_ENTRIES else _window(shape, around)
    cut = relative[tuple(slice(start, start + length) for start, length in zip(corner, part, strict=True))]
    levels = [level(entry) for entry in cut.ravel().tolist()]
    return ErrorMap(name=name, shape=list(shape), corner=list(corner), part=list(part), levels=levels)


def _window(shape: tuple[int, ...], around: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the kept part begins, and its lengths: a piece of the one matrix that holds the entry."""
    sides = [1] * (len(shape) - 2) + [MAX_ENTRIES if len(shape) == 1 else MAX_SIDE] * min(2, len(shape))
    part = tuple(min(side, length) for side, length in zip(sides, shape, strict=True))
    corner = tuple(
        max(0, min(index - side // 2, length - side)) for index, side, length in zip(around, part, shape, strict=True)
    )
    return corner, part


def _flat(values: np.ndarray) -> list[float | str]:
    return [number(float(entry)) for entry in values.ravel()]
