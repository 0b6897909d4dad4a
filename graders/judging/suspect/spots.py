"""Lines that are found in other ways than by their values: a small edit mends them, or nothing is assigned there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graders.judging.suspect.statements import Statement
from graders.judging.suspect.trace import Trace
from graders.judging.suspect.verdict import Place, Suspicion

TENTATIVE = frozenset({"flow", "removed", "unset"})
"""Kinds that fit much: what isn't run does no harm, and what isn't assigned may be missing in several places."""
_KINDS = TENTATIVE | {"statement", "operator", "sign", "number", "call", "part", "name"}

_SETTING = frozenset({"setattr", "vars", "update"})
"""Functions that set attributes by names that aren't written out."""


@dataclass(frozen=True)
class Spot:
    """A statement from its first line to its last, the kind of edit that fits, and where its function begins."""

    file: str
    function: int
    line: int
    end: int
    kind: str

    @classmethod
    def of(cls, told: object) -> Spot | None:
        """As the worker tells it; None where that is no such statement."""
        match told:
            case [str(file), int(function), int(line), int(end), str(kind)] if kind in _KINDS:
                return cls(file, function, line, end, kind) if 0 < function <= line <= end < 1 << 20 else None
        return None

    @property
    def place(self) -> Place:
        """The file and the line."""
        return self.file, self.line


def targets(trace: Trace, inert: Collection[int]) -> list[Place]:
    """Where to try edits: the lines that ran, those of what went wrong first of all first."""
    untold = [number for number in trace.order if trace.matched[number] is not True]
    ranked = [number for number in dict.fromkeys([*trace.by_moment, *untold, *trace.order]) if number not in inert]
    return list(dict.fromkeys(trace.statements[number].place for number in ranked))


def calls_with_several(trace: Trace, place: Place) -> list[Place]:
    """The lines that pass two values or more to the function of a line: each may be right, and in the other's place."""
    scopes = {one.scope for one in trace.statements.values() if one.place == place}
    passed: dict[Place, set[str]] = {}
    for one in trace.statements.values():
        if one.kind == "passed" and one.sets_in in scopes and one.place != place:
            passed.setdefault(one.place, set()).update(one.sets)
    return [line for line, names in passed.items() if len(names) > 1]


def of_spots(found: Sequence[Spot], whole: bool) -> Suspicion:
    """What it means that these statements can be edited so that everything is right; not `whole`: among others."""
    return Suspicion.of([one.place for one in found], sure=whole and all(one.kind not in TENTATIVE for one in found))


def unassigned(trace: Trace, place: int, attribute: str, clock: int) -> Spot | None:
    """The function that should assign an attribute, if nothing does but where objects are made.

    That is one that reads it, or else the one that was called by this operation.
    """
    if trace.raised:
        return None  # nothing says what would have been assigned
    came = trace.events.get(place, ())
    last = next((trace.statements[event.statement] for event in reversed(came) if event.clock == clock), None)
    ran = [trace.statements[event.statement] for event in came]
    if last is None or _is_assigned(ran, attribute, last.name):
        return None
    reading = [one for one in ran if _has(one.reads, attribute) and one.name != "__init__"]
    one = next(iter(reading), last)  # what blends in something new reads the old
    return Spot(one.file, one.function, one.function, one.function, "unset")


def _is_assigned(ran: Sequence[Statement], attribute: str, called: str) -> bool:
    """Whether something assigns it: where objects are made that counts only if nothing else was called."""
    assigning = [one for one in ran if _has(one.sets, attribute) or "*.?" in one.sets or one.calls & _SETTING]
    return any(called == "__init__" or one.name != "__init__" for one in assigning)


def _has(names: Collection[str], attribute: str) -> bool:
    return any(name.rpartition(".")[2] == attribute and "." in name for name in names)
