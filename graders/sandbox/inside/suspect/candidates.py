"""The quantities that come into question in place of a statement, and which of them are the same there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from .bank import Row, Series, at, first_shape
from .numbers import Numbers, fingerprint

Shape = tuple[object, ...]
"""An array's, or a list's behind a word."""


class Candidate(NamedTuple):
    """A quantity, perhaps transposed; `mark` is equal for what is the same in the sequence that is tried first."""

    row: Row
    turned: bool
    mark: object


class Candidates:
    """Those of a bank."""

    def __init__(self, bank: Sequence[Row]) -> None:
        self._bank = bank
        self._prints: dict[int, object] = {}

    def of(
        self, place: int, shapes: Collection[Shape], clocks: Collection[int] | None, widely: bool
    ) -> Iterator[Candidate]:
        """Those that have a value in a sequence, and that of a size that one of these has, or `widely` any other.

        Of matrices also the transposed. `clocks` are the operations under which the statement runs there; None where
        that can't be told.
        """
        sizes = set(map(_size, shapes))
        for series, row in ((row[place], row) for row in self._bank if place in row):
            shape = first_shape(series)
            if (_size(shape) in sizes) is widely:
                continue
            turns = len(shape) == 2 and "list" not in shape and 1 not in shape
            for turned in (False, True) if turns else (False,):
                yield Candidate(row, turned, (self._mark(series, clocks), turned))

    def _mark(self, series: Series, clocks: Collection[int] | None) -> object:
        if clocks is None:
            return tuple((clock, self._print(times)) for clock, times in series.items())
        return tuple(self._print(at(series, clock)) for clock in clocks)

    def _print(self, times: list[Numbers]) -> object:
        """That of a quantity's values under one operation; the bank keeps the list, so that its id is its own."""
        if id(times) not in self._prints:
            self._prints[id(times)] = tuple(map(fingerprint, times))
        return self._prints[id(times)]


def _size(shape: Shape) -> Shape:
    """Equal for arrays that differ in the order of their axes and in axes of one entry at most."""
    return shape if "list" in shape else tuple(sorted(one for one in shape if isinstance(one, int) and one != 1))
