"""What counts for each student: a row for everybody of the roster, also who handed in nothing, and for each member of a
group."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from graders.classroom.course.matching import Handed, Matched, match, person_of
from graders.classroom.course.tables import Course, read_course
from graders.classroom.marks import ByHand, with_marks
from graders.classroom.result import Result
from graders.classroom.store import Store
from graders.coursework.lateness import due_date, lateness, paid, penalised, policy_of
from graders.coursework.record import Report
from graders.coursework.rubric import Late, Lateness
from graders.coursework.term.moments import clock_days, days_later, moment
from graders.coursework.term.names import exact
from graders.coursework.term.roster import Person

NOTHING = "nothing was handed in"


@dataclass(frozen=True)
class Standing:
    """A student's row. `result` is as it counts for this student, marks by hand and the penalty for lateness in it.

    It is None for who handed in nothing; `late` is None where nobody knows when something came or was due.
    """

    person: Person
    result: Result | None
    handed_in: datetime | None = None
    due: datetime | None = None
    late: Lateness | None = None

    @property
    def report(self) -> Report | None:
        """What there is of marks."""
        return self.result.report if self.result is not None else None

    @property
    def score(self) -> float | None:
        """The points; 0 for who handed in nothing, or nothing that can be used; None for our fault."""
        if self.report is not None:
            return self.report.score
        return None if self.result is not None and self.result.state == "fault" else 0.0

    @property
    def reason(self) -> str:
        """Why there are no marks, where there are none."""
        if self.result is None:
            return NOTHING
        return "" if self.report is not None else self.result.message or str(self.result.state)


@dataclass
class Standings:
    """The rows of a class as its store has them."""

    store: Store
    used: Mapping[str, int] = field(default_factory=dict)
    """By student the days of the term's budget that went before."""
    known: Collection[str] | None = None
    """The submissions that there are, where the store may have others."""
    said: Course | None = None
    """The course, where it isn't as the store has it yet."""

    def __post_init__(self) -> None:
        """Read what there is of the course."""
        self.course: Course = self.said or read_course(self.store)
        self._by_hand, self._days = self.store.by_hand(), self.store.lateness()
        self._policies: dict[tuple[object, str], Late | None] = {}
        self.handed = list(self._handed())
        self.matched: Matched = match(self.course.roster, self.handed)

    def _handed(self) -> Iterator[Handed]:
        for name, student in self.store.select("SELECT name, student FROM submissions ORDER BY name"):
            if self.known is None or name in self.known:
                course = self.course
                yield Handed(name, student, course.authors.get(name, ()), course.handed_in.get(name))

    def people(self) -> Iterator[tuple[Person, str]]:
        """Everybody with the name of their submission, which is empty where there is none: strangers come last."""
        for person in self.course.roster.people:
            yield person, self.matched.submissions.get(person.id, "")
        for handed in self.matched.strangers:
            for person in person_of(handed):
                yield person, handed.name

    def rows(self) -> Iterator[Standing]:
        """Each as it counts, in the order of `people`."""
        return (self.row(person, name) for person, name in self.people())

    def is_as_stored(self, person: Person, name: str) -> bool:
        """Whether nothing can come on top of what the program found, so that its columns say it all."""
        course = self.course
        entered = name in self._by_hand or name in self._days
        own = person.id in course.own_marks or person.id in course.own_lateness
        return not (entered or own or name in course.handed_in)

    def row(self, person: Person, name: str) -> Standing:
        """One student's."""
        result = self.store.result(name) if name else None
        if result is None:
            return Standing(person, None, due=self._due(person, None))
        return self._counting(person, result)

    def _counting(self, person: Person, result: Result) -> Standing:
        policy = None if self.is_as_stored(person, result.name) else self._policy(result.report)
        due, at = self._due(person, policy), self.course.handed_in.get(result.name)
        late = self._late(person, result.name, policy, due, at)
        report = result.report
        if report is not None:
            report = with_marks(report, self._marks(person, result.name))
            report = penalised(report, late) if late is not None and policy is not None else report
        return Standing(person, replace(result, report=report), at, due, late)

    def _marks(self, person: Person, name: str) -> ByHand:
        own = self.course.own_marks.get(person.id, {})
        return ByHand({**self._by_hand.get(name, {}), **own})

    def _late(
        self, person: Person, name: str, policy: Late | None, due: datetime | None, at: datetime | None
    ) -> Lateness | None:
        """What somebody entered comes before what the times say."""
        days = self.course.own_lateness.get(person.id, self._days.get(name))
        if days is None and (due is None or at is None):
            return None
        since = Lateness(days) if days is not None else lateness(policy, due, at) if due and at else Lateness()
        return since if policy is None else paid(policy, since, policy.budget_days - self.used.get(exact(person.id), 0))

    def _due(self, person: Person, policy: Late | None) -> datetime | None:
        due = self.course.due or (due_date(policy) if policy is not None else None)
        extension = self.course.extensions.get(person.id, "")
        return extended(due, extension)

    def _policy(self, report: Report | None) -> Late | None:
        if report is None or not report.homework:
            return None
        key = (str(report.environment.get("rubric", "")), report.homework)
        if key not in self._policies:
            self._policies[key] = policy_of(report)
        return self._policies[key]


def extended(due: datetime | None, extension: str) -> datetime | None:
    """The student's own date; an extension never makes it earlier."""
    if not extension:
        return due
    if extension.startswith("+"):
        return days_later(due, int(extension[1:].split()[0])) if due is not None else None
    own = moment(extension)
    return own if due is None or clock_days(due, own) else due


def used_before(earlier: Sequence[Path]) -> Mapping[str, int]:
    """The days of the term's budget that each student used in the homeworks before, in order."""
    used: dict[str, int] = {}
    for file in earlier:
        with Store(file, writing=False, named=True) as store:
            for row in Standings(store, dict(used)).rows():
                if row.late is not None and row.late.paid:
                    key = exact(row.person.id)
                    used[key] = used.get(key, 0) + row.late.paid
    return used


def standings(store: Store, known: Collection[str] | None = None, earlier: Sequence[Path] | None = None) -> Standings:
    """The rows of a class, with what earlier homeworks of the term took from the budget of late days."""
    before = read_course(store).earlier if earlier is None else earlier
    return Standings(store, used_before(before), known)
