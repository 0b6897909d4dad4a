"""From what is wrong in the cases of a component to what explains it: in one place, or each quantity by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graders.judging.suspect import (
    Place,
    Reach,
    Repair,
    Spot,
    Statement,
    Suspicion,
    Trace,
    calls_with_several,
    of_spots,
    targets,
    unassigned,
    verdict,
)
from graders.marking.suspect.aims import Aims, Judged, but_for
from graders.marking.suspect.asked import Asked
from graders.marking.suspect.conversation import Conversation
from graders.marking.suspect.labels import attributes, labels

Known = Mapping[Place, bool]
"""Lines that are at fault in another component, or may be: whether that is certain."""
NONE: Known = {}
MOST_FAILING, MOST_PASSING, MOST_SEEN = 12, 12, 3
MOST_EDITED = 6
"""Cases that are tried again and again; and failing ones in which each statement's value is held against the bank."""
MOST_QUANTITIES = 6
"""Wrong ones that are explained each by itself."""
MOST_PLACES = 3
"""Lines that are said where each explains something else."""


@dataclass(frozen=True)
class Explanation:
    """The lines at fault, one statement at each of them, and the cases that become right."""

    suspicion: Suspicion
    right: frozenset[int]
    statements: Mapping[Place, Statement | Spot] = field(default_factory=dict)


class Wrong:
    """What is wrong in the cases of a component with one submission's answers."""

    def __init__(self, cases: Sequence[Asked], judgement: Sequence[Judged], failed: frozenset[str]) -> None:
        self._cases = cases
        self.judgement = judgement
        self.labels = [labels(one.operations) for one in cases]
        found = [place for place, one in enumerate(judgement) if one.wrong and cases[place].check in failed]
        self.short = [place for place in found if not cases[place].is_long]
        self.places = found
        self.passing = self.chosen(
            [place for place, one in enumerate(judgement) if not one.wrong and not cases[place].is_long], MOST_PASSING
        )

    def asked_for(self, place: int) -> tuple[str, int] | None:
        """The attribute that the first wrong reading of a case is of, and the call before; None if it is of none."""
        first = min(self.judgement[place].wrong, default=-1)
        return attributes(self._cases[place].operations)[first] if first >= 0 else None

    def missing(self, told: Collection[int]) -> bool:
        """Whether Python says about any wrong case that something isn't there."""
        return not frozenset(self.places).isdisjoint(told)

    @property
    def quantities(self) -> dict[str, list[int]]:
        """The labels of what is wrong, the most frequent first, with the cases in which it is."""
        found: dict[str, list[int]] = {}
        for place in self.places:
            for label in self.of(place):
                found.setdefault(label, []).append(place)
        return dict(sorted(found.items(), key=lambda one: -len(one[1])))

    def of(self, place: int) -> set[str]:
        """The labels of what is wrong in a case."""
        return {self.labels[place][index] for index in self.judgement[place].wrong}

    def chosen(self, places: Sequence[int], most: int) -> list[int]:
        """So many of these cases, the shortest first, one of each check before the second of any."""
        turn: dict[str, int] = {}
        ranked: list[tuple[int, int]] = []
        for place in sorted(places, key=lambda place: len(self._cases[place].operations)):
            check = self._cases[place].check
            turn[check] = turn.get(check, 0) + 1
            ranked.append((turn[check], place))
        kept = {place for _, place in sorted(ranked, key=lambda one: one[0])[:most]}
        return [place for _, place in ranked if place in kept]

    def checks(self, right: frozenset[int]) -> tuple[str, ...]:
        """The checks of which all wrong cases are among these."""
        wrong = dict.fromkeys(self._cases[place].check for place in self.places)
        left = {self._cases[place].check for place in self.places if place not in right}
        return tuple(check for check in wrong if check not in left)

    def aims_for(self, label: str) -> list[Aims]:
        """The aims of all cases, in which whatever else is wrong may be as it is."""
        return [
            but_for(one, {index for index in one.wrong if named[index] != label})
            for one, named in zip(self.judgement, self.labels, strict=True)
        ]


def explained(wrong: Wrong, worker: Conversation, known: Known) -> list[Explanation]:
    """One explanation of everything, or several, each of some of it; `known` are lines of other components."""
    failing = wrong.chosen(wrong.short or wrong.places, MOST_FAILING)
    if not failing:
        return []
    trace = worker.trace(wrong.judgement, failing[:MOST_SEEN])
    one = _explanation(wrong, trace, worker, failing, known)
    if one is None or not one.suspicion.sure:
        one = _unassigned(wrong, trace) or one or _edited(wrong, trace, worker, failing)
    if one is not None:
        return [one]
    each = _each_by_itself(wrong, trace, worker) if worker.whole else []
    return each or pointed_out(wrong, worker, worker.nearly_told) or _wrong_at_first(wrong, trace, worker)


def _wrong_at_first(wrong: Wrong, trace: Trace, worker: Conversation) -> list[Explanation]:
    """Where in each case a value is no right quantity for the first time, though nothing repairs it."""
    found: dict[Place, Statement] = {}
    for since in trace.wrong_since.values():
        first = min((number for number in since if number not in worker.inert), key=since.__getitem__, default=None)
        if first is not None:
            found[trace.statements[first].place] = trace.statements[first]
    suspicion = Suspicion.of(found, sure=False)
    return [Explanation(suspicion, frozenset(wrong.places), found)] if suspicion.places else []


def pointed_out(wrong: Wrong, worker: Conversation, told: Mapping[int, str]) -> list[Explanation]:
    """The lines of which Python itself says what is wrong, and where what is missing may have been forgotten."""
    by_text: dict[str, list[int]] = {}
    for place in wrong.places:
        if place in told:
            by_text.setdefault(told[place], []).append(place)
    found: dict[tuple[Place, ...], Explanation] = {}
    for places in sorted(by_text.values(), key=len, reverse=True)[:MOST_PLACES]:
        spots = {one.place: one for one in worker.unset(wrong.chosen(places, 1)[0])}
        suspicion = Suspicion.of(spots, sure=False)
        before = found[suspicion.places].right if suspicion.places in found else frozenset()
        if suspicion.places:
            found[suspicion.places] = Explanation(suspicion, before | frozenset(places), spots)
    return list(found.values())


def _unassigned(wrong: Wrong, trace: Trace) -> Explanation | None:
    """The functions that should assign what is wrong, where nothing does; None where that isn't all that is wrong."""
    found: dict[Place, Spot] = {}
    for place in trace.events:
        asked = wrong.asked_for(place)
        spot = unassigned(trace, place, *asked) if asked is not None else None
        if spot is None:
            return None
        found[spot.place] = spot
    suspicion = Suspicion.of(found, sure=False)
    return Explanation(suspicion, frozenset(wrong.places), found) if suspicion.places else None


def _explanation(
    wrong: Wrong, trace: Trace, worker: Conversation, failing: Sequence[int], known: Known = NONE
) -> Explanation | None:
    """What makes these cases right in one place; None where nothing does, or the time was over."""
    met = worker.met()
    tried = [place for place in failing if place not in met]
    if not tried:
        return None
    passing = [place for place in wrong.passing if place in met]
    found, repairs = _repaired(trace, worker, tried, passing, known)
    if not found.places:
        return None
    rest = [place for place in wrong.places if place not in tried and place not in met]
    found = _of_a_part(trace, found, known)
    one = _confirmed(wrong, trace, worker, found, repairs, tried, rest)
    return _or_its_call(trace, worker, one, tried, passing) if one.suspicion.sure else one


def _of_a_part(trace: Trace, found: Suspicion, known: Known) -> Suspicion:
    """The same; not certain in another file than what was called is in, unless that line is at fault there as well.

    A part whose own checks pass is right, but may be the wrong one: an Identity where a ReLU belongs.
    """
    own = all(known.get(place) or place[0] in trace.called_files for place in found.places)
    return found if own else replace(found, sure=False)


def _repaired(
    trace: Trace, worker: Conversation, tried: Sequence[int], passing: Sequence[int], known: Known
) -> tuple[Suspicion, Sequence[Repair]]:
    """The lines that come of one right value, with what it repairs; first of all one that is at fault elsewhere."""
    at_known = [number for number in trace.order if trace.statements[number].place in known]
    again = worker.repaired(at_known, tried, passing).repairs
    if again:
        return _known_again(trace, again, known), again
    return _Repairing(trace, worker, tried, passing).found()


class _Repairing:
    """Tries right values in place of statements: what was wrong first comes first, and no more than tells."""

    def __init__(self, trace: Trace, worker: Conversation, tried: Sequence[int], passing: Sequence[int]) -> None:
        self._trace, self._worker = trace, worker
        self._tried, self._passing = tried, passing
        self._known: set[int] = set()
        self._repairs: dict[int, Repair] = {}
        self._inert: set[int] = set()

    def found(self) -> tuple[Suspicion, Sequence[Repair]]:
        """The lines that come of it, and what repairs them."""
        trace = self._trace
        self._try(trace.by_moment, most=1)
        first = Reach(trace).leaving(list(self._repairs))
        self._try(self._nearest(trace.before(first) if first else trace.order))
        others = [number for number in trace.before(self._repairs) if trace.may_be_another(number)]
        self._try(self._nearest(others), widely=True)
        repairs = [self._repairs[number] for number in trace.order if number in self._repairs]
        found = verdict(trace, repairs, self._inert)
        return (found if self._worker.whole else replace(found, sure=False)), repairs

    def _nearest(self, numbers: Sequence[int]) -> list[int]:
        """What nobody has filled in, then what is in the files that are called, the nearest to a wrong value first.

        What stands elsewhere has its own checks, for the most part; how a network is made is far from its loss.
        """
        trace = self._trace
        ran = [number for number in trace.order if number in numbers]
        wrong = [place for place, number in enumerate(ran) if trace.matched[number] is False]
        end = wrong[0] if wrong else len(ran)
        ranked = [*ran[:end][::-1], *ran[end:]]
        elsewhere = {number for number in ranked if trace.statements[number].file not in trace.called_files}
        return sorted(ranked, key=lambda number: (not trace.stays_blank(number), number in elsewhere))

    def _try(self, numbers: Sequence[int], *, most: int | None = None, widely: bool = False) -> None:
        done = {*self._repairs, *self._inert, *(() if widely else self._known)}
        left = [number for number in numbers if number not in done]
        came = self._worker.repaired(left, self._tried, self._passing, most=most, widely=widely)
        self._known |= {*came.tried}
        self._repairs |= {one.statement: one for one in came.repairs}
        self._inert |= {*came.inert}


def _or_its_call(
    trace: Trace, worker: Conversation, one: Explanation, tried: Sequence[int], passing: Sequence[int]
) -> Explanation:
    """The same; with the call of its function, where that may as well have passed the values in another order."""
    calls = calls_with_several(trace, one.suspicion.places[0])
    spots, _ = worker.edits(calls, tried[:MOST_EDITED], passing[:MOST_EDITED]) if calls else ([], True)
    found = {spot.place: spot for spot in spots if spot.place in calls}
    if not found:
        return one
    suspicion = Suspicion.of([*found, *one.suspicion.places], sure=False)
    return Explanation(suspicion, one.right, {**one.statements, **found}) if suspicion.places else one


def _edited(wrong: Wrong, trace: Trace, worker: Conversation, failing: Sequence[int]) -> Explanation | None:
    """What makes these cases right with a small edit in one place; None where nothing does."""
    tried = failing[:MOST_EDITED]
    found, whole = worker.edits(targets(trace, worker.inert), tried, wrong.passing[:MOST_EDITED])
    suspicion = of_spots(found, whole)
    if not suspicion.places:
        return None
    rest = [place for place in wrong.places if place not in tried]
    also = worker.edited(found.index(_at(found, suspicion.places[-1])), rest)
    if not all(right for place, right in also.items() if place in wrong.short):
        suspicion = replace(suspicion, sure=False)
    right = frozenset([*tried, *(place for place, is_right in also.items() if is_right)])
    return Explanation(suspicion, right, {one.place: one for one in found})


def _at(found: Sequence[Spot], place: Place) -> Spot:
    return next(one for one in found if one.place == place)


def _known_again(trace: Trace, repairs: Sequence[Repair], known: Known) -> Suspicion:
    """The line that is at fault in another component and explains this one's failures as well; or those that may be."""
    places = [trace.statements[repair.statement].place for repair in repairs]
    certain = [place for place in places if known[place]]
    return Suspicion.of(certain[:1] or places, sure=bool(certain))


def _confirmed(
    wrong: Wrong,
    trace: Trace,
    worker: Conversation,
    found: Suspicion,
    repairs: Sequence[Repair],
    tried: Sequence[int],
    rest: Sequence[int],
) -> Explanation:
    """The explanation with all cases that it makes right; not certain if it fits those alone that were tried."""
    at = {trace.statements[repair.statement].place: repair.statement for repair in repairs}
    also = worker.also(at[found.places[-1]], rest) if found.places[-1] in at else {}
    if not all(right for place, right in also.items() if place in wrong.short):
        found = replace(found, sure=False)
    right = frozenset([*tried, *(place for place, is_right in also.items() if is_right)])
    return Explanation(found, right, {place: _standing_at(trace, place) for place in found.places})


def _standing_at(trace: Trace, place: Place) -> Statement | Spot:
    """The statement there; where there is none, the line in which a function begins that lacks one."""
    file, line = place
    found = next((one for one in trace.statements.values() if one.place == place), None)
    return found or Spot(file, line, line, line, "unset")


def _each_by_itself(wrong: Wrong, trace: Trace, worker: Conversation) -> list[Explanation]:
    """The lines that explain one wrong quantity each, as far as they are certain."""
    found = _of_quantities(wrong, trace, worker)
    places = dict.fromkeys(one.suspicion.places for _, one in found)
    if not 0 < len(places) <= MOST_PLACES:
        return []
    return [_joined(wrong, [(label, one) for label, one in found if one.suspicion.places == place]) for place in places]


def _of_quantities(wrong: Wrong, trace: Trace, worker: Conversation) -> list[tuple[str, Explanation]]:
    """The wrong quantities of which one line is certain, with that."""
    quantities = wrong.quantities
    found: list[tuple[str, Explanation]] = []
    for label, places in list(quantities.items())[:MOST_QUANTITIES] if len(quantities) > 1 else []:
        worker.aim(wrong.aims_for(label))
        short = [place for place in places if place in wrong.short]
        one = _explanation(wrong, trace, worker, wrong.chosen(short, MOST_FAILING))
        if one is not None and one.suspicion.sure:
            found.append((label, one))
    return found


def _joined(wrong: Wrong, found: Sequence[tuple[str, Explanation]]) -> Explanation:
    """One line's explanations of several quantities: a case is right in which nothing else is wrong."""
    told = {label for label, _ in found}
    right = frozenset(place for place in wrong.places if wrong.of(place) <= told)
    return Explanation(found[0][1].suspicion, right, found[0][1].statements)
