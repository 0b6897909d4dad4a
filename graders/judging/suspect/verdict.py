"""From the statements that a right value repairs to the lines that are reported: one, a few, or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from graders.judging.suspect.reach import Reach
from graders.judging.suspect.trace import Repair, Trace

MOST_LINES = 3
"""Of more, none is said."""
DRAWS = ("rand", "binomial", "bernoulli", "normal", "uniform", "choice", "shuffle", "permut")
"""What the names of functions say that draw numbers."""
Place = tuple[str, int]
"""A file and a line in it."""


@dataclass(frozen=True)
class Suspicion:
    """The lines at one of which the mistake is; `sure` if it is one, and nothing speaks for another."""

    places: tuple[Place, ...] = ()
    sure: bool = False

    @classmethod
    def of(cls, places: Iterable[Place], sure: bool = True) -> Suspicion:
        """These, unless they are too many."""
        found = tuple(dict.fromkeys(places))
        return cls(found, sure and len(found) == 1) if len(found) <= MOST_LINES else cls()


NOTHING = Suspicion()


def verdict(trace: Trace, repairs: Sequence[Repair], inert: Collection[int] = ()) -> Suspicion:
    """What it means that a right quantity in place of each of these statements makes everything right.

    Other values of those that are inert change nothing of what is wrong: they can't be its cause.
    """
    hits = [repair for repair in repairs if trace.statements[repair.statement].kind != "missing"]
    if hits:
        return _Weighing(trace, hits, inert).suspicion()
    return Suspicion.of((trace.statements[repair.statement].place for repair in repairs[:1]), sure=False)


class _Weighing:
    """The repairs of one trace, held against what went wrong when."""

    def __init__(self, trace: Trace, repairs: Sequence[Repair], inert: Collection[int]) -> None:
        self._trace = trace
        self._inert = inert
        self._reach = Reach(trace)
        self._repairs = {repair.statement: repair for repair in repairs}
        wrong = trace.wrong_since
        self._place = max(trace.events, key=lambda place: sum(hit in wrong[place] for hit in self._repairs))
        self._when = wrong[self._place]
        self._not_needed = self._first_not_needed()

    def _first_not_needed(self) -> dict[int, int]:
        """Of each repaired statement when it first had a value other than what repairs it, in the sequence."""
        found: dict[int, int] = {}
        for number, repair in self._repairs.items():
            other = [moment for moment, _, right in self._trace.moments(self._place, repair) if not right]
            if other:
                found[number] = other[0]
        return found

    def suspicion(self) -> Suspicion:
        hits = list(self._repairs)
        wrong = self._wrong(hits)
        kept = self._reach.leaving(wrong)
        if kept:
            hits = [hit for hit in hits if hit not in wrong or hit in kept]
            wrong = kept
        if not wrong:
            own = self._without_names(hits)
            return Suspicion.of(self._lines([*self._unexplained(own[0], hits), *own]), sure=False)
        return self._of_first(min(wrong, key=self._moment), hits)

    def _wrong(self, hits: Sequence[int]) -> list[int]:
        """Those with a value that is no right quantity at all; what is no number is none from the start."""
        known = [hit for hit in hits if hit in self._when]
        return known or [hit for hit in hits if self._trace.matched[hit] is not True]

    def _moment(self, number: int) -> int:
        return self._when.get(number, self._not_needed.get(number, 1 << 30))

    def _of_first(self, first: int, hits: list[int]) -> Suspicion:
        """What went wrong first is at fault, unless something before it may be."""
        if self._trace.stays_blank(first):
            one = self._trace.statements[first]
            return Suspicion.of([(one.file, one.function), one.place], sure=False)
        earlier = [hit for hit in hits if self._not_needed.get(hit, 1 << 30) < self._moment(first) and hit != first]
        suspects = [*self._unexplained(first, hits), *earlier, *self._renamed(first, hits), first]
        if first not in self._when or self._came_from_elsewhere(first):  # a value that is none may be another's fault
            return Suspicion.of(self._lines([*suspects, *self._without_names(hits)]), sure=False)
        return Suspicion.of(self._lines(self._without_names(suspects)), sure=len(suspects) == 1)

    def _without_names(self, hits: Sequence[int]) -> list[int]:
        """Without what returns, as it is, what another of them has set and nothing else reads."""
        of = self._trace.statements
        returned = [hit for hit in hits if of[hit].plain and of[hit].kind == "returned"]
        idle = {hit for hit in returned if any(self._trace.readers(other) == [hit] for other in hits if other != hit)}
        return [hit for hit in hits if hit not in idle]

    def _unexplained(self, first: int, hits: list[int]) -> list[int]:
        """Statements with wrong values before the first, whose values may be the cause and which nothing repairs."""
        own, moment = self._trace.statements[first].place, self._moment(first)
        found = [number for number, when in self._when.items() if when < moment and number not in hits]
        other = [number for number in found if self._trace.statements[number].place != own]
        fills = self._reach.fills(first)  # where it writes may be wrong, and no other value shows that
        return [number for number in self._reach.reaching(other, first) if number in fills or number not in self._inert]

    def _renamed(self, first: int, hits: list[int]) -> list[int]:
        """Two or more values of this function that it reads under another name, as they are: in each something may be
        missing, which no single value repairs.
        """
        of, aimed = self._trace.statements, self._trace.statements[first]
        before = self._trace.order[: self._trace.order.index(first)]
        here = [number for number in before if of[number].scope == aimed.scope]
        found = [
            number
            for number in here
            if of[number].plain and of[number].sets & aimed.reads and number not in (*hits, *self._inert)
            if any(of[other].sets & of[number].reads for other in here if other != number)
        ]
        return found if len(found) > 1 else []

    def _came_from_elsewhere(self, first: int) -> bool:
        """Whether what is wrong may be what was kept, or the state of a random generator, and not this statement."""
        return (
            self._is_drawn(first)
            or self._came_with_the_state(first)
            or self._reads_what_is_old(first)
            or self._was_given_what_it_can_not_use(first)
            or self._may_be_spoilt(first)
        )

    def _may_be_spoilt(self, first: int) -> bool:
        """Whether another function has written before into what it was passed: arrays that are read here, maybe."""
        of, scope = self._trace.statements, self._trace.statements[first].scope
        passed = {(one.sets_in, name) for one in of.values() if one.kind == "passed" for name in one.sets}
        writing = {
            number
            for number, one in of.items()
            if one.kind == "in place" and one.scope != scope and any((one.scope, name) in passed for name in one.sets)
        }
        before = self._trace.events[self._place][: self._moment(first)]
        return any(event.statement in writing for event in before)

    def _was_given_what_it_can_not_use(self, first: int) -> bool:
        """Whether it ended with an exception, and what it read of its object isn't known to be right."""
        if first not in self._trace.raised:
            return False
        setters = self._trace.setters(first)
        kept = {name for name in self._trace.statements[first].reads if name.startswith("self.")}
        kept -= {name for number in setters for name in self._trace.statements[number].sets}
        return bool(kept) or not all(self._trace.matched[number] is True for number in setters)

    def _is_drawn(self, first: int) -> bool:
        return any(word in name for name in self._trace.statements[first].calls for word in DRAWS)

    def _reads_what_is_old(self, first: int) -> bool:
        """Whether it reads what the object keeps, and the function that keeps it has run since without doing so."""
        of, reads = self._trace.statements, self._trace.statements[first].reads
        keep = [number for number, one in of.items() if one.kept & reads]
        scopes = {of[number].scope for number in keep}
        came = self._trace.events[self._place]
        end = max((one.clock for one in came if one.statement == first), default=0)
        kept = max((one.clock for one in came if one.statement in keep and one.clock <= end), default=end)
        ran = [one.clock for one in came if one.statement in of and of[one.statement].scope in scopes]
        return any(kept < clock < end for clock in ran)

    def _came_with_the_state(self, first: int) -> bool:
        """Whether it was right under an earlier operation: then it may be anything that was kept in between."""
        moments = self._trace.moments(self._place, self._repairs[first])
        now = [clock for moment, clock, _ in moments if moment == self._when.get(first)]
        right = [event.clock for event in self._trace.events[self._place] if event.statement == first and event.right]
        return bool(now) and any(clock < now[0] for clock in right)

    def _lines(self, numbers: Iterable[int]) -> list[Place]:
        return [self._trace.statements[number].place for number in numbers]
