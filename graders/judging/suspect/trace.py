"""What ran in the failing sequences, in its order, and whether each value was a right quantity of that moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graders.judging.suspect.statements import Statement, Statements


class Event(NamedTuple):
    """A statement ran, under this operation; `right` is None where its value is nothing that can be told."""

    statement: int
    clock: int
    right: bool | None


class Repair(NamedTuple):
    """A statement in whose place one right quantity makes everything right.

    `needed` says about each of its values, by sequence, whether it was that quantity.
    """

    statement: int
    needed: Mapping[int, Sequence[bool]]


@dataclass(frozen=True)
class Trace:
    """The statements that ran, and what their values were, by sequence."""

    statements: Statements
    events: Mapping[int, Sequence[Event]]
    raised: frozenset[int] = frozenset()
    """Those that ended with an exception."""

    @cached_property
    def order(self) -> list[int]:
        """The statements in the order in which they first ran."""
        ran = [event.statement for came in self.events.values() for event in came]
        return [number for number in dict.fromkeys(ran) if number in self.statements]

    @cached_property
    def matched(self) -> Mapping[int, bool | None]:
        """Whether all values of a statement were right quantities; None if nothing can be told of any."""
        found: dict[int, bool | None] = dict.fromkeys(self.order)
        for came in self.events.values():
            for number, _, right in came:
                if right is not None and found.get(number) is not False:
                    found[number] = right
        return found

    @cached_property
    def wrong_since(self) -> Mapping[int, Mapping[int, int]]:
        """By sequence: the statements that had a wrong value, each with the moment of its first."""
        found: dict[int, dict[int, int]] = {}
        for place, came in self.events.items():
            first = found.setdefault(place, {})
            for moment, (number, _, right) in enumerate(came):
                if right is False:
                    first.setdefault(number, moment)
        return found

    @cached_property
    def called_files(self) -> frozenset[str]:
        """The files of the functions that the operations themselves called: those that end last."""
        last = {
            (place, event.clock): event.statement
            for place, came in self.events.items()
            for event in came
            if event.statement in self.statements
        }
        return frozenset(self.statements[number].file for number in last.values())

    def moments(self, place: int, repair: Repair) -> list[tuple[int, int, bool]]:
        """When a repaired statement ran in a sequence: moment, operation, and whether its value was what is needed."""
        ran = [
            (moment, one.clock) for moment, one in enumerate(self.events[place]) if one.statement == repair.statement
        ]
        return [(*one, right) for one, right in zip(ran, repair.needed.get(place, ()), strict=False)]

    @cached_property
    def by_moment(self) -> list[int]:
        """The statements with a wrong value, what was wrong first of all first."""
        moments: dict[int, int] = {}
        for first in self.wrong_since.values():
            for number, moment in first.items():
                moments[number] = min(moment, moments.get(number, moment))
        return sorted(moments, key=lambda number: moments[number])

    def before(self, hits: Collection[int]) -> list[int]:
        """The statements that ran before one of these was first wrong; all, where none of them was."""
        ran: set[int] = set()
        for place, came in self.events.items():
            end = min((when for number, when in self.wrong_since[place].items() if number in hits), default=len(came))
            ran.update(event.statement for event in came[:end])
        return [number for number in self.order if number in ran and number not in hits]

    def stays_blank(self, number: int) -> bool:
        """Whether it is the starter's `loss = 0.0`, and no other statement sets that: one may be missing."""
        one = self.statements[number]
        others = [other for at, other in self.statements.items() if at != number and other.scope == one.scope]
        return one.blank and not any(other.sets & one.sets for other in others)

    def may_be_another(self, number: int) -> bool:
        """Whether its value may be of another shape than it should have: a wrong one, or another variable's."""
        one = self.statements[number]
        return self.matched[number] is not True or one.plain or one.kind == "passed"

    def setters(self, number: int) -> list[int]:
        """The statements that may set what this one reads."""
        mine = self.statements[number]
        return [other for other in self.order if other != number and _reads(mine, self.statements[other])]

    def readers(self, number: int) -> list[int]:
        """The statements that may read what this one sets, or what its function returns."""
        mine = self.statements[number]
        if mine.leaves_function:
            return [other for other in self.order if other != number and self._calls(self.statements[other], mine.name)]
        return [other for other in self.order if other != number and _reads(self.statements[other], mine)]

    @staticmethod
    def _calls(other: Statement, name: str) -> bool:
        return name in other.calls or (name == "__init__" and bool(other.calls))


def _reads(other: Statement, mine: Statement) -> bool:
    read = other.reads | (other.sets if other.writes_into else frozenset())
    return bool(read & mine.kept) or (other.scope == mine.sets_in and bool(read & mine.sets))
