"""Puts right quantities in place of one statement's value, until what failed is right and what passed still is."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from itertools import chain
from types import CodeType, FunctionType

import numpy as np

from .bank import Moments, Row, Series, at
from .callers import Callers
from .candidates import Candidates
from .numbers import Numbers, copied, is_same, numbers, same, shape_of
from .replacing import Functions, Place
from .running import Aims, Different, Runner, Sequence_, named
from .statements import HOOK, Rewriter, Statement

Hooked = dict[Place, list[tuple[FunctionType, CodeType]]]
"""The functions that call the hook, with the code that does, by place."""
Compute = Callable[[], object]
MAX_SEEN = 3
"""Sequences of which each statement's values are kept."""
MAX_EVENTS = 1500
"""Values that are kept of a sequence."""
NOWHERE: tuple[str, int] = ("", 0)
TRIAL_SECONDS, LONG_SECONDS = 0.15, 0.5

Event = tuple[int, int, bool | None]
"""A statement, the operation under which it ran, and whether its value is a right quantity; None if it is no number."""


class _NoValue(Exception):
    """The quantity has none here."""


class Values:
    """The statements of a submission, with the means to put other values in their places."""

    def __init__(
        self,
        runner: Runner,
        functions: Functions,
        sequences: Sequence[Sequence_],
        aims: Sequence[Aims],
        bank: Sequence[Row],
    ) -> None:
        self._runner = runner
        self._functions = functions
        self._sequences = sequences
        self.aims = aims
        self._candidates = Candidates(bank)
        self._moments = Moments(bank)
        self.statements: dict[int, Statement] = {}
        self._hooked: Hooked = {}
        self.raised: set[int] = set()
        """Statements that ended with an exception in a recorded sequence."""
        self.shapes: dict[int, set[tuple[object, ...] | None]] = {}
        self._base: dict[int, list[object]] = {}
        self._kept: dict[int, list[tuple[int, int, Numbers | None]]] = {}
        self._callers = Callers(functions.root, self.statements)
        self._active, self._from = -1, NOWHERE
        self._act: Callable[[Compute], object] = lambda compute: compute()
        self._last = (-1, 0)
        self._winning: dict[int, tuple[Row, bool]] = {}

    def __call__(self, number: int, compute: Compute) -> object:
        """The hook."""
        if number != self._active or (self._from is not NOWHERE and self._callers.place() != self._from):
            return compute()
        return self._act(compute)

    def rewritten(self, tree: ast.Module, path: str) -> ast.Module:
        """A module whose statements' values come here."""
        rewriter = Rewriter(path, len(self.statements))
        made: ast.Module = rewriter.visit(tree)
        self.statements.update({one.number: one for one in rewriter.statements})
        return made

    def record(self, places: Sequence[int]) -> dict[int, list[Event]]:
        """What each statement's values were in these sequences, in the order in which they came."""
        self._functions.rewrite(self.rewritten)
        self._hooked = self._functions.rewritten()
        return {place: self._recorded(place) for place in places}

    def _recorded(self, place: int) -> list[Event]:
        events: list[Event] = []
        kept = self._kept.setdefault(place, [])

        def note(number: int, compute: Compute) -> object:
            try:
                value = compute()
            except Exception:
                self._note_exception(number, place, events)
                raise
            if self.statements[number].kind == "passed":
                where = self._callers.place()
                if where is None:
                    return value  # the check's own
                number = self._callers.number(number, where)
            found = numbers(value)
            self.shapes.setdefault(number, set()).add(None if found is None else shape_of(found))
            if len(events) < MAX_EVENTS:
                clock = self._runner.clock
                told = found is not None and not self._is_mere_number(number, found)
                right = self._moments.has(found, place, clock) if told and found is not None else None
                events.append((number, clock, right))
                kept.append((number, clock, found))
            return value

        with named(HOOK, note):
            self._base[place] = self._runner.plainly(self._sequences[place]).values
        return events

    def _note_exception(self, number: int, place: int, events: list[Event]) -> None:
        """A statement that ends with an exception has a value that is none."""
        self.raised.add(number)
        if len(events) < MAX_EVENTS:
            events.append((number, self._runner.clock, False))
            self._kept[place].append((number, self._runner.clock, None))

    def _is_mere_number(self, number: int, found: Numbers) -> bool:
        """Whether it is one number that is written into an array: 0 is a right quantity of almost everything."""
        one = self.statements[number]
        is_part = one.kind == "in place" and not one.loop and not one.whole
        return is_part and isinstance(found, np.ndarray) and found.ndim == 0

    def met(self) -> list[bool]:
        """Of each sequence whether its aims are met as it is."""
        self._functions.restore()
        both = zip(self._sequences, self.aims, strict=True)
        return [self._runner.meets(sequence, aims, TRIAL_SECONDS) for sequence, aims in both]

    def repairs(self, number: int, failing: Sequence[int], passing: Sequence[int], widely: bool) -> bool | None:
        """Whether one quantity makes all failing sequences right and keeps the others; None if it has no influence.

        Tried are those of the shape that the statement's values have, or `widely` all others.
        """
        one = self.statements[number]
        if self.shapes.get(number) == {None} and not one.blank and one.kind not in ("returned", "missing"):
            return False  # a switch, say: with another value other code would run
        self._put_at(number)
        with named(HOOK, self):
            if not widely and not self._influences(failing[0]):
                return None
            return self._is_repaired(number, failing, passing, widely)

    def _is_repaired(self, number: int, failing: Sequence[int], passing: Sequence[int], widely: bool) -> bool:
        """Whether there is such a quantity; of those that are the same in the first sequence one is tried there."""
        first, *others = failing
        is_right: dict[object, bool] = {}
        shapes = [shape for shape in self.shapes.get(number, ()) if shape is not None]
        if widely and not shapes:
            return False  # its values have none, and all were tried at once
        clocks, widely = self._clocks(number, first), widely or not shapes
        for row, turned, mark in self._candidates.of(first, shapes, clocks, widely):
            if mark not in is_right:
                is_right[mark] = self._is_right(first, row.get(first), turned)
            if is_right[mark] and self._makes_right(row, turned, [*others, *passing]):
                self._winning[number] = row, turned
                return True
        return False

    def _clocks(self, number: int, place: int) -> list[int] | None:
        """The operations under which a statement runs; None where not all of the sequence was seen."""
        kept = self._kept.get(place, ())
        if len(kept) in (0, MAX_EVENTS) or len(self._base[place]) < len(self.aims[place]):
            return None
        return sorted({clock for one, clock, _ in kept if one == number}) or None

    def also_right(self, number: int, places: Sequence[int]) -> list[bool]:
        """Which of these sequences the quantity that repairs the statement makes right."""
        row, turned = self._winning[number]
        self._put_at(number)
        with named(HOOK, self):
            return [self._is_right(place, row.get(place), turned, LONG_SECONDS) for place in places]

    def as_needed(self, number: int) -> dict[int, list[bool]]:
        """Of each value that the statement had in the recorded sequences whether it was what the repair puts there."""
        row, turned = self._winning[number]
        return {place: self._needed(number, row.get(place), turned, kept) for place, kept in self._kept.items()}

    def _needed(
        self, number: int, series: Series | None, turned: bool, kept: Sequence[tuple[int, int, Numbers | None]]
    ) -> list[bool]:
        flags: list[bool] = []
        times: dict[int, int] = {}
        for _, clock, found in (one for one in kept if one[0] == number):
            index = times.get(clock, 0)
            times[clock] = index + 1
            value = None if series is None else _chosen(at(series, clock), index)
            aimed = value.T if turned and isinstance(value, np.ndarray) else value
            flags.append(series is None or (found is not None and aimed is not None and is_same(found, aimed)))
        return flags

    def _put_at(self, number: int) -> None:
        """Have this statement's value be another one from now on; only its function has to call the hook for that."""
        self._active, self._from = self._callers.passed.get(number, (number, NOWHERE))
        one = self.statements[self._active]
        here = self._hooked.get((one.file, one.outer))
        self._functions.restore()
        for function, code in here if here is not None else chain.from_iterable(self._hooked.values()):
            function.__code__ = code

    def _makes_right(self, row: Row, turned: bool, places: Sequence[int]) -> bool:
        return all(self._is_right(place, row.get(place), turned) for place in places)

    def _is_right(self, place: int, series: Series | None, turned: bool, seconds: float = TRIAL_SECONDS) -> bool:
        self._last = (-1, 0)
        self._act = (lambda compute: compute()) if series is None else lambda compute: self._instead(series, turned)
        return self._runner.meets(self._sequences[place], self.aims[place], seconds)

    def _instead(self, series: Series, turned: bool) -> object:
        clock, times = self._runner.clock, self._last[1]
        if clock != self._last[0]:
            times = 0
        self._last = (clock, times + 1)
        value = _chosen(at(series, clock), times)
        if value is None:
            raise _NoValue
        if isinstance(value, list):
            return copied(value)
        return value.T.copy() if turned else value.copy() if value.ndim else value.item()

    def _influences(self, place: int) -> bool:
        """Whether other values of the statement, of either sign, change all that is wrong."""
        base, aims = self._base.get(place, []), self.aims[place]
        judged = enumerate(zip(base, aims, strict=False))
        same_yet = {index for index, (old, aim) in judged if aim is not None and not aim.met_by(old)}
        for sign in (1, -1):
            self._act = functools.partial(_shaken, sign=sign)
            outcome = self._runner.plainly(self._sequences[place], TRIAL_SECONDS)
            if outcome.error is not None or len(outcome.values) != len(base):
                return True
            same_yet = {index for index in same_yet if same(outcome.values[index], _thawed(base[index]), True, 1e-9)}
            if not same_yet:
                return True
        return False


def _chosen(values: Sequence[Numbers], index: int) -> Numbers | None:
    """A quantity's value at a statement's n-th run under an operation; None where it was computed less often."""
    return values[0] if len(values) == 1 else values[index] if index < len(values) else None


def _thawed(value: object) -> object:
    """A value that was read, as an aim."""
    content = getattr(value, "content", value)
    pairs = getattr(content, "pairs", None)
    return dict(pairs) if pairs is not None else content


def _shaken(compute: Compute, sign: int) -> object:
    """Another value of the same kind; of the other sign, which a rectifier doesn't hide where it hides the first."""
    value = compute()
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, int | np.integer):
        return value + sign
    if isinstance(value, float | np.floating):
        return sign * value * 1.37 + 0.11
    if isinstance(value, np.ndarray) and value.dtype.kind in "fi":
        value = np.where(np.isfinite(value), value, 0.73)  # of an infinity another one is the same
        return sign * value * (1.37 + 0.1 * np.arange(value.size).reshape(value.shape)) + 0.11
    if isinstance(value, list) and value and numbers(value) is not None:
        return [sign * item * 1.37 + 0.11 for item in value]
    raise Different
