"""The entries of what came and of what should have, as far as a record has them, and where they are farthest apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from graders.coursework.record import CheckResult, ErrorMap
from graders.gradcheck.digits import told_apart
from graders.reports.arrays import ArrayRecord, Nested


@dataclass(frozen=True)
class Values:
    """An array's entries row by row, or those of a part of it that begins at `corner`."""

    shape: Sequence[int]
    corner: Sequence[int]
    entries: Sequence[float]

    def at(self, index: Sequence[int]) -> float:
        """An entry by its place in this part."""
        place = 0
        for length, one in zip(self.shape, index, strict=True):
            place = place * length + one
        return self.entries[place]

    def index(self, place: int) -> list[int]:
        """The place in this part of the entry with this number."""
        found: list[int] = []
        for length in reversed(self.shape):
            place, one = divmod(place, length)
            found.insert(0, one)
        return found


class Pair(NamedTuple):
    """What came, what should have, and where these are farthest apart."""

    got: Values
    expected: Values
    farthest: list[int]

    @property
    def place(self) -> list[int]:
        """The same place in the whole array."""
        return [start + one for start, one in zip(self.got.corner, self.farthest, strict=True)]


def pair(check: CheckResult) -> Pair | None:
    """Both, entry by entry; None where their shapes differ, where one isn't known, or where they are alike."""
    if "index" not in check.counterexample:
        return None
    found = next(_pairs(check), None)
    if found is None:
        return None
    off = [_distance(*entries) for entries in zip(found[0].entries, found[1].entries, strict=True)]
    largest = max(off, default=0.0)
    return Pair(*found, found[0].index(off.index(largest))) if largest > 0 else None


def worst(check: CheckResult) -> str:
    """The check's message, told of the entry that is farthest off, if it is told of another one."""
    told, found = check.counterexample.get("index"), pair(check)
    beginning = f"{_name(check)}[{', '.join(map(str, told or []))}] is "
    if found is None or found.place == told or not _name(check) or not check.message.startswith(beginning):
        return check.message
    came, should = told_apart(found.got.at(found.farthest), found.expected.at(found.farthest))
    return f"{_name(check)}[{', '.join(map(str, found.place))}] is {came}, but should be {should}"


def values(record: ArrayRecord | None) -> Values | None:
    """The values of an array; None where the record has none, or they aren't in its shape."""
    if record is None or "values" not in record:
        return None
    entries, shape = list(_flat(record["values"])), list(record["shape"])
    return Values(shape, [0] * len(shape), entries) if shape and len(entries) == math.prod(shape) else None


def _pairs(check: CheckResult) -> Iterator[tuple[Values, Values]]:
    got, expected = (values(check.counterexample.get(name)) for name in ("got", "expected"))
    if got is not None and expected is not None and got.shape == expected.shape:
        yield got, expected
    yield from (found for one in _maps(check) if (found := _part(one)) is not None)


def _maps(check: CheckResult) -> list[ErrorMap]:
    return [] if isinstance(check.errors, msgspec.UnsetType) else check.errors


def _name(check: CheckResult) -> str:
    """What the wrong array is called."""
    return next((one.name for one in _maps(check) if isinstance(one.got, list)), "")


def _part(found: ErrorMap) -> tuple[Values, Values] | None:
    if not isinstance(found.got, list) or not isinstance(found.expected, list):
        return None
    size = math.prod(found.part)
    if {len(found.got), len(found.expected)} != {size} or len(found.corner) != len(found.part):
        return None
    got, expected = ([_number(value) for value in entries] for entries in (found.got, found.expected))
    return Values(found.part, found.corner, got), Values(found.part, found.corner, expected)


def _flat(found: Nested) -> Iterator[float]:
    if isinstance(found, list):
        for value in found:
            yield from _flat(value)
    else:
        yield _number(found)


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return math.nan


def _distance(one: float, other: float) -> float:
    """How far apart two entries are: infinitely, where only one is a number."""
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    off = abs(one - other)
    return off if math.isfinite(off) else math.inf
