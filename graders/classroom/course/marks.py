"""Marks by hand against the class: whose each is, a submission's or one member's alone, and when it was handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from graders import UsageError
from graders.classroom import marks
from graders.classroom.course.standings import Standings
from graders.classroom.course.tables import Course, keep_own, keep_times
from graders.classroom.marks import ByHand
from graders.classroom.result import Result
from graders.classroom.store import Store
from graders.coursework.term.moments import moment
from graders.coursework.term.roster import Person, Roster


@dataclass(frozen=True)
class Entered:
    """What a file of marks says, held against the class."""

    submissions: Mapping[str, ByHand] = field(default_factory=dict)
    students: Mapping[str, ByHand] = field(default_factory=dict)
    """By student: of one member of a group alone."""
    times: Mapping[str, datetime] = field(default_factory=dict)


def entered(read: Mapping[str, ByHand], store: Store, course: Course | None = None) -> Entered:
    """Whose the marks are; UsageError for a student or a section that isn't there, or too many points."""
    found = Standings(store, said=course)
    results = {result.name: result for result in store.results()}
    submissions: dict[str, ByHand] = {}
    students: dict[str, ByHand] = {}
    times: dict[str, datetime] = {}
    for student, by_hand in read.items():
        name, person = _meant(student, found, results)
        kept, key = (submissions, name) if person is None else (students, person.id)
        if key in kept:
            raise UsageError(f"{student} is there twice, as {key} too")
        marks.must_fit(student, by_hand, results[name].report)
        kept[key] = by_hand
        if by_hand.submitted:
            times[name] = _time(student, by_hand.submitted, found.course)
    return Entered(submissions, students, times)


def _meant(student: str, found: Standings, results: Mapping[str, Result]) -> tuple[str, Person | None]:
    """The submission, and the student where one member of several is meant."""
    if student in results:
        return student, None
    rows = list(found.people())
    everybody = Roster(list({person.id: person for person, _ in rows}.values()))
    person = everybody.find(student)
    meant = [person] if person is not None else everybody.team(student)
    names = {name for one, name in rows if name and one in meant}
    name = _the_only(student, names)
    shared = sum(theirs == name for _, theirs in rows) > 1
    return name, person if shared else None


def _the_only(student: str, names: set[str]) -> str:
    if len(names) != 1:
        raise UsageError(f"{student} has {f'{len(names)} submissions' if names else 'no submission'} here")
    return next(iter(names))


def _time(student: str, text: str, course: Course) -> datetime:
    try:
        return moment(text, course.due.tzinfo if course.due is not None else None)
    except UsageError as error:
        raise UsageError(f"{student}: submitted: {error}") from None


def keep(store: Store, found: Entered) -> None:
    """Write it."""
    marks.keep(store, found.submissions)
    keep_times(store, found.times)
    days = {student: one.days_late for student, one in found.students.items() if one.days_late is not None}
    keep_own(store, {student: one.sections for student, one in found.students.items()}, days)
