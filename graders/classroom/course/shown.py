"""Who is shown, and under what name: the class's students in rows, of one section or all, by names or by numbers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from graders import UsageError
from graders.classroom.course.standings import NOTHING, Standing, Standings, standings
from graders.classroom.course.tables import SINCE
from graders.classroom.result import Result, State
from graders.classroom.store import Store
from graders.coursework.packs.pack import read_rubric
from graders.coursework.term.names import exact, folded
from graders.coursework.term.roster import Person


@dataclass(frozen=True)
class Student:
    """One row before its record is read: the label is like no other's, and the only name in an anonymous report."""

    label: str
    about: str
    """What is below the label: an id, an address; empty where that is the label itself."""
    person: Person
    submission: str


@dataclass(frozen=True)
class Shown:
    """The students of a class, as its store has them; records are read one at a time."""

    found: Standings
    people: Sequence[tuple[Person, str]]
    numbers: Mapping[str, int] | None = None

    @property
    def by_students(self) -> bool:
        """Whether there is a roster: without one rows are called as what was handed in."""
        return bool(self.found.course.roster.people)

    @property
    def what(self) -> str:
        """What a row is."""
        return "student" if self.by_students else "submission"

    @cached_property
    def students(self) -> Sequence[Student]:
        """In order."""
        if self.numbers is not None:
            numbered = [(f"student {self.numbers[exact(person.id)]:03d}", person, name) for person, name in self.people]
            return [
                Student(label, "", person, name) for label, person, name in sorted(numbered, key=lambda one: one[0])
            ]
        called = [person.shown if self.by_students else name or person.id for person, name in self.people]
        often = Counter(called)
        return [
            _student(label, person, name, alone=often[label] == 1)
            for label, (person, name) in zip(called, self.people, strict=True)
        ]

    def rows(self) -> Iterator[tuple[Student, Standing]]:
        """Each student with what counts; under a number nothing says whose it is."""
        for student in self.students:
            row = self.found.row(student.person, student.submission)
            yield student, row if self.numbers is None else _anonymous(row, student)

    def results(self) -> Iterator[Result]:
        """The rows as the tables of the command line have them: who handed in nothing is absent."""
        for student, row in self.rows():
            result = row.result or Result("", "", 0, "", "", State.ABSENT, NOTHING, None, "", 0.0)
            yield replace(result, name=student.label, student=student.about)

    @property
    def doubts(self) -> Iterator[str]:
        """Lines on what is odd; under numbers without those that name students."""
        yield from _without_penalty(self.found)
        if self.numbers is not None:
            return
        matched, people = self.found.matched, self.found.course.roster.people
        yield from matched.doubts
        if people and len(self.people) >= len(people):
            absent = len(people) - len(matched.submissions)
            strangers = [one.name for one in matched.strangers]
            if absent:
                yield f"{absent} of {len(people)} students of the roster handed in nothing"
            if strangers:
                yield f"not in the roster: {', '.join(strangers[:8])}{' ...' * (len(strangers) > 8)}"


def _without_penalty(found: Standings) -> Iterator[str]:
    """A due date alone takes no points: that is the rubric's to say."""
    if found.course.due is None:
        return
    for homework in found.store.homeworks():
        try:
            late = read_rubric(homework).late
        except UsageError:
            continue
        if late is None:
            yield f"{homework}'s rubric.toml has no [late] with a line as per_day = 0.1: coming late costs nothing"


def _student(called: str, person: Person, name: str, *, alone: bool) -> Student:
    """Two of one name are told apart by what else is known of them."""
    about = next((one for one in (person.address, person.id, person.name) if one and one != called), "")
    if person.shown == called:
        about = person.id if person.id != called else person.address
    return Student(called if alone or not about else f"{called} ({about})", about if alone else "", person, name)


def _anonymous(row: Standing, student: Student) -> Standing:
    result = row.result
    if result is not None:
        report = result.report
        report = msgspec.structs.replace(report, submission=student.label) if report is not None else None
        message = without_name(result.message, student)
        result = replace(result, name=student.label, student="", message=message, report=report)
    return replace(row, person=Person(student.label), result=result, handed_in=None, due=None)


def without_name(text: str, student: Student) -> str:
    """A text with the student's label for what the submission is called."""
    return text.replace(student.submission, student.label) if student.submission else text


def shown(
    store: Store,
    known: Collection[str] | None = None,
    *,
    section: str | None = None,
    anonymous: bool = False,
    earlier: Sequence[Path] | None = None,
) -> Shown:
    """Everybody, or one section of the roster; UsageError for a section that it hasn't."""
    found = standings(store, known, earlier)
    people = list(found.people())
    if section is not None:
        people = _of_section(found, people, section)
    return Shown(found, people, numbers(store, [person for person, _ in people]) if anonymous else None)


def _of_section(found: Standings, people: Sequence[tuple[Person, str]], section: str) -> list[tuple[Person, str]]:
    there = list(dict.fromkeys(person.section for person in found.course.roster.people if person.section))
    if folded(section) not in {folded(one) for one in there}:
        has = f"it has {', '.join(there[:12])}" if there else "no roster says who is in which"
        raise UsageError(f"--section {section}: there is no such section; {has}")
    return [(person, name) for person, name in people if folded(person.section) == folded(section)]


def numbers(store: Store, people: Sequence[Person]) -> dict[str, int]:
    """Of each student the number that stands for them: drawn once, and kept in the class's file."""
    rows = store.select("SELECT student, number FROM numbers") if store.version >= SINCE else ()
    found: dict[str, int] = dict(rows)
    new = list(dict.fromkeys(key for person in people if (key := exact(person.id)) not in found))
    if not new:
        return found
    taken = set(found.values())
    free = [number for number in range(1, len(taken) + len(new) + 1) if number not in taken]
    secrets.SystemRandom().shuffle(free)
    drawn = dict(zip(new, free, strict=False))
    with store.writing() as database:
        database.executemany("INSERT INTO numbers VALUES (?, ?)", drawn.items())
    return found | drawn
