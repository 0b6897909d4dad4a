"""The questions to the child that looks, one at a time, and its answers, none of which is trusted."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from graders.judging.suspect import Event, Place, Repair, Spot, Statement, Trace
from graders.marking.recordings.alike import alike
from graders.marking.suspect.aims import Aims, Judged
from graders.marking.suspect.battery import Battery
from graders.marking.suspect.worker import Look

SECONDS = 0.55
"""For one component, of the child's processor on the reference machine."""
EDIT_SECONDS, LEAST_EDIT_SECONDS = 0.4, 0.15
"""For edits, where there is time, and where there is none left."""
WALL_SECONDS = 30.0
MOST_STATEMENTS = 400
TOLD_BY_PYTHON = frozenset({"NameError", "AttributeError", "UnboundLocalError", "Missing"})
"""Exceptions of what isn't there."""
NEARLY_TOLD = frozenset({"TypeError", "IndexError", "KeyError"})
"""Those that mostly are the fault of the line at which they come."""
UNUSABLE = frozenset({"Late", "SyntaxError", "ImportError"})


class Tried(NamedTuple):
    """The statements that one right quantity repairs, those that have no influence, and all that were tried."""

    repairs: list[Repair]
    inert: set[int]
    tried: list[int]


class Conversation:
    """With a child that has one submission, about the cases of one component."""

    def __init__(self, battery: Battery, asking: Look) -> None:
        self._battery = battery
        self._asking = asking
        self._began = time.monotonic()
        self._spent = 0.0
        self.whole = True
        """Whether there was time for all that was asked."""
        self.told: dict[int, str] = {}
        """The cases in which Python says itself what is missing, with what it says."""
        self.nearly_told: dict[int, str] = {}
        """Those in which it says what most often is the mistake."""
        self.ended: list[Place] = []
        """The lines that cases ended at with an exception."""
        self.inert: set[int] = set()
        """Statements that were found to have no influence on what is wrong."""

    def values(self) -> list[list[object]] | None:
        """What is read in each case; None where that isn't always the same, or takes too long.

        `told` has the cases in which Python says already what is missing.
        """
        self._asking.ask("begin", [one.operations for one in self._battery.cases])
        first, again = self._asking.ask("run"), self._asking.ask("run")
        if not alike(first, again) or not isinstance(first, list) or len(first) != len(self._battery.cases):
            return None
        found: list[list[object]] = []
        for place, came in enumerate(first):
            match came:
                case [list(values), error, _] if not _is_of(error, UNUSABLE):
                    found.append(values)
                    self.ended += _place(error)
                    if _is_of(error, TOLD_BY_PYTHON):
                        self.told[place] = str(error)
                    if _is_of(error, NEARLY_TOLD):
                        self.nearly_told[place] = str(error)
                case _:
                    return None
        return found

    def unset(self, place: int) -> list[Spot]:
        """Where what is missing in a case may have been forgotten."""
        told = self._asking.ask("unset", place)
        found = [_unset(one) for one in told[:MOST_STATEMENTS]] if isinstance(told, list) else []
        return [one for one in found if one is not None]

    def trace(self, judgement: Sequence[Judged], places: Sequence[int]) -> Trace:
        """The statements that run in these cases, and which of their values are right quantities."""
        aims = [one.aims for one in judgement]
        match self._asking.ask("aim", aims, self._battery.bank, list(places)):
            case [list(statements), list(events), list(raised)]:
                known = dict(_statements(statements))
                ended = frozenset(number for number in raised if isinstance(number, int) and number in known)
                return Trace(known, {place: _of(known, came) for place, came in _events(events)}, ended)
        return Trace({}, {})

    def aim(self, aims: Sequence[Aims]) -> None:
        """Aim at these from now on."""
        self._asking.ask("focus", aims)

    def met(self) -> set[int]:
        """The cases in which the submission as it is has what is aimed at."""
        told = self._asking.ask("met")
        return {place for place, one in enumerate(told) if one is True} if isinstance(told, list) else set()

    def repaired(
        self,
        numbers: Sequence[int],
        failing: Sequence[int],
        passing: Sequence[int],
        *,
        most: int | None = None,
        widely: bool = False,
    ) -> Tried:
        """Those of these statements in whose place one right quantity makes everything right: `most`, in their order.

        It is one of the size that their values have, or `widely` any other.
        """
        came = Tried([], set(), [])
        for number in numbers[:MOST_STATEMENTS]:
            if len(came.repairs) == most or self._is_late():
                break
            came.tried.append(number)
            match self._asking.ask("values", number, list(failing), list(passing), widely):
                case [repairs, float(seconds), list(needed)]:
                    self._spent = seconds
                    if repairs is True:
                        came.repairs.append(Repair(number, dict(_flags(needed))))
                    elif repairs is None:
                        came.inert.add(number)
        self.inert |= came.inert
        return came

    def also(self, number: int, places: Sequence[int]) -> Mapping[int, bool]:
        """Whether what repairs a statement makes these cases right, too."""
        return _by_place(places, self._asking.ask("also", number, list(places)) if places else [])

    def edits(
        self, targets: Sequence[Place], failing: Sequence[int], passing: Sequence[int]
    ) -> tuple[list[Spot], bool]:
        """The statements that a small edit makes right, and whether there was time for all edits of all targets."""
        asked = [list(one) for one in [*self.ended, *targets[:MOST_STATEMENTS]]]
        match self._asking.ask("edits", asked, list(failing), list(passing), self._left()):
            case [list(told), bool(whole)]:
                found = [Spot.of(one) for one in told]
                return [one for one in found if one is not None], whole and None not in found
        return [], False

    def edited(self, index: int, places: Sequence[int]) -> Mapping[int, bool]:
        """Whether an edit that was found makes these cases right, too."""
        return _by_place(places, self._asking.ask("edited", index, list(places)) if places else [])

    def _left(self) -> float:
        """Seconds for edits: what is left, but some in any case."""
        left = SECONDS + LEAST_EDIT_SECONDS - self._spent / self._asking.session.slowness
        return max(LEAST_EDIT_SECONDS, min(EDIT_SECONDS, left)) * self._asking.session.slowness

    def _is_late(self) -> bool:
        """Whether the time is over; then nothing is certain, for what is left may be at fault as well."""
        limit = SECONDS * self._asking.session.slowness
        late = self._spent > limit or time.monotonic() - self._began > WALL_SECONDS
        self.whole &= not late
        return late


def _by_place(places: Sequence[int], told: object) -> dict[int, bool]:
    answers = told if isinstance(told, list) and len(told) == len(places) else [False] * len(places)
    return {place: answer is True for place, answer in zip(places, answers, strict=True)}


def _is_of(error: object, kinds: Collection[str]) -> bool:
    return isinstance(error, dict) and error.get("type") in kinds


def _place(error: object) -> list[Place]:
    match error:
        case {"file": str(file), "line": int(line)}:
            return [(file, line)]
    return []


def _unset(told: object) -> Spot | None:
    match told:
        case [file, function, line]:
            return Spot.of([file, function, line, line, "unset"])
    return None


def _statements(told: Sequence[object]) -> list[tuple[int, Statement]]:
    found: list[tuple[int, Statement]] = []
    for one in told:
        match one:
            case [int(number), list(fields)] if (statement := Statement.of(fields)) is not None:
                found.append((number, statement))
    return found


def _events(told: Sequence[object]) -> list[tuple[int, list[Event]]]:
    found: list[tuple[int, list[Event]]] = []
    for one in told:
        match one:
            case [int(place), list(events)]:
                found.append((place, [event for event in map(_event, events) if event is not None]))
    return found


def _flags(told: Sequence[object]) -> list[tuple[int, list[bool]]]:
    found: list[tuple[int, list[bool]]] = []
    for one in told:
        match one:
            case [int(place), list(flags)]:
                found.append((place, [flag is True for flag in flags]))
    return found


def _of(known: Mapping[int, Statement], events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.statement in known]


def _event(told: object) -> Event | None:
    match told:
        case [int(number), int(clock), (True | False | None) as right]:
            return Event(number, clock, right)
    return None
