"""The right quantities: what each expression of a worked submission is, by the operation under which it is computed."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from .numbers import Numbers, close, close_to_any, copied, fingerprint, numbers, shape_of
from .probes import SEEN, Prober
from .replacing import Functions
from .running import Runner, Sequence_, named

Series = dict[int, list[Numbers]]
"""A quantity's values in one sequence, by the operation under which they are computed."""
Row = dict[int, Series]
"""A quantity: its series by sequence."""

MAX_TIMES = 64
"""How often one operation may compute an expression: of more values, none is the quantity."""
MAX_SECONDS = 2.0


def collected(runner: Runner, functions: Functions, sequences: Sequence[Sequence_]) -> list[Row]:
    """The quantities of the submission that is loaded, which is right; what is equal throughout comes once."""
    rows: dict[int, Row] = {}
    place = 0

    def see(number: int, value: object) -> object:
        found = numbers(value)
        if found is not None:
            times = rows.setdefault(number, {}).setdefault(place, {}).setdefault(runner.clock, [])
            if len(times) <= MAX_TIMES:
                times.append(copied(found))
        return value

    count = 0

    def probed(tree: ast.Module, path: str) -> ast.Module:  # noqa: ARG001 - as `rewrite` calls it
        nonlocal count
        prober = Prober(count)
        made: ast.Module = prober.visit(tree)
        count = prober.count
        return made

    with named(SEEN, see):
        functions.rewrite(probed)
        for place, sequence in enumerate(sequences):  # noqa: B007 - `see` uses it
            runner.plainly(sequence, MAX_SECONDS)
        functions.restore()
    return distinct([row for row in map(_usable, rows.values()) if row])


def _usable(row: Row) -> Row:
    """Without the sequences in which it is computed too often."""
    return {place: series for place, series in row.items() if all(len(times) <= MAX_TIMES for times in series.values())}


def distinct(rows: Sequence[Row]) -> list[Row]:
    """Each quantity once."""
    return list({_mark(row): row for row in reversed(rows)}.values())[::-1]


def _mark(row: Row) -> object:
    return tuple(
        (place, tuple((clock, tuple(map(fingerprint, times))) for clock, times in sorted(series.items())))
        for place, series in sorted(row.items())
    )


def at(series: Series, clock: int) -> list[Numbers]:
    """Its values under an operation: those of the latest one before that computed it, else of the first after."""
    if clock in series:
        return series[clock]
    before = [one for one in series if one < clock]
    return series[max(before)] if before else series[min(series)]


class Moments:
    """The right quantities of each operation of each sequence, so that a value is held against all of them at once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._made: dict[tuple[int, int], tuple[dict[tuple[int, ...], np.ndarray], list[list[np.ndarray]]]] = {}

    def has(self, found: Numbers, place: int, clock: int) -> bool:
        """Whether a value is one of them, whichever way it lies."""
        if (place, clock) not in self._made:
            self._made[place, clock] = self._at(place, clock)
        arrays, lists = self._made[place, clock]
        if isinstance(found, list):
            return any(close(found, one) for one in lists)
        plain = found.squeeze()
        return plain.shape in arrays and close_to_any(plain, arrays[plain.shape])

    def _at(self, place: int, clock: int) -> tuple[dict[tuple[int, ...], np.ndarray], list[list[np.ndarray]]]:
        """Arrays by their shape without axes of one entry, matrices both ways; and lists."""
        by_shape: dict[tuple[int, ...], list[np.ndarray]] = {}
        lists: list[list[np.ndarray]] = []
        for one in (one for row in self._rows if place in row for one in at(row[place], clock)):
            if isinstance(one, list):
                lists.append(one)
                continue
            plain = one.squeeze()
            for way in (plain, plain.T) if plain.ndim == 2 and plain.shape[0] != plain.shape[1] else (plain,):
                by_shape.setdefault(way.shape, []).append(way)
        return {shape: np.stack(found).astype(float) for shape, found in by_shape.items()}, lists


def first_shape(series: Series) -> tuple[object, ...]:
    """The shape of its first value."""
    return shape_of(next(iter(series.values()))[0])


def plain(rows: Sequence[Row]) -> list[object]:
    """As lists, for the wire."""
    return [
        [[place, [[clock, times] for clock, times in series.items()]] for place, series in row.items()] for row in rows
    ]


def of_plain(rows: Sequence[Sequence[tuple[int, Sequence[tuple[int, list[Numbers]]]]]]) -> list[Row]:
    """From lists."""
    return [{place: {clock: list(times) for clock, times in series} for place, series in row} for row in rows]
