"""Reads what the command line says about a course, checks it against the class, and stores all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path

from graders import UsageError
from graders.classroom.course.matching import Handed, match, person_of
from graders.classroom.course.tables import (
    DUE,
    Course,
    keep_earlier,
    keep_extensions,
    keep_roster,
    keep_setting,
    read_course,
)
from graders.classroom.store import Store
from graders.cli.course.options import CourseOptions
from graders.cli.options import database
from graders.coursework.finding import Submission
from graders.coursework.term.extensions import Extension, read_extensions
from graders.coursework.term.moments import moment, shown
from graders.coursework.term.roster import Person, Roster, read_roster


@dataclass(frozen=True)
class Asked:
    """What the options say, as read; None for what they don't speak of."""

    roster: Roster | None = None
    due: datetime | None = None
    extensions: Sequence[Extension] | None = None
    file: Path | None = None
    earlier: Sequence[Path] | None = None
    lines: Sequence[str] = field(default_factory=tuple)
    """How it was understood, for the user who waits."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return self == Asked()


def read_asked(options: CourseOptions, stored: Course) -> Asked:
    """The files and dates that were named; UsageError for what can't be read. `stored` is what was said before."""
    roster = read_roster(options.roster) if options.roster is not None else None
    due = _due(options.due)
    zone = _zone(due or stored.due)
    extensions = read_extensions(options.extensions, zone) if options.extensions is not None else None
    earlier = [_store_of(folder) for folder in options.after] if options.after else None
    lines = [roster.said] if roster is not None else []
    lines += [f"due {shown(due)}"] if due is not None else []
    if extensions is not None and options.extensions is not None:
        lines.append(f"{options.extensions.name}: {_count(len(extensions), 'extension')}")
    return Asked(roster, due, extensions, options.extensions, earlier, tuple(lines))


def _zone(due: datetime | None) -> tzinfo | None:
    """The course's, where the due date names it: an offset says nothing of other days."""
    return due.tzinfo if due is not None and hasattr(due.tzinfo, "key") else None


def _due(text: str | None) -> datetime | None:
    try:
        return moment(text) if text is not None else None
    except UsageError as error:
        raise UsageError(f"--due: {error}") from None


def _store_of(folder: Path) -> Path:
    """The file of an earlier homework's class, whose name vouches for it."""
    file = folder if folder.is_file() else database(folder, None)
    Store(file, writing=False, named=True).close()
    return file


@dataclass(frozen=True)
class Fitting:
    """What was asked for, held against the class: extensions by the students' ids."""

    asked: Asked
    course: Course
    """As it is once this is kept."""
    extensions: Mapping[str, str] | None

    def keep(self, store: Store) -> None:
        """Write it."""
        asked = self.asked
        if asked.roster is not None:
            keep_roster(store, asked.roster)
        if asked.due is not None:
            keep_setting(store, DUE, shown(asked.due))
        if self.extensions is not None:
            keep_extensions(store, self.extensions)
        if asked.earlier is not None:
            keep_earlier(store, asked.earlier)


def fitting(asked: Asked, stored: Course, handed: Sequence[Handed]) -> Fitting:
    """UsageError for an extension that is nobody's, or two for one student."""
    course = replace(stored, roster=asked.roster or stored.roster, due=asked.due or stored.due)
    if asked.extensions is None:
        return Fitting(asked, course, None)
    everybody = directory(course, handed)
    found: dict[str, str] = {}
    for one in asked.extensions:
        for person in _meant(everybody, one, asked.file):
            if person.id in found:
                raise UsageError(f"{asked.file}: line {one.line}: {one.student} has two extensions")
            found[person.id] = one.until
    return Fitting(asked, course, found)


def _meant(everybody: Roster, one: Extension, file: Path | None) -> Sequence[Person]:
    try:
        person = everybody.find(one.student)
    except UsageError as error:
        raise UsageError(f"{file}: line {one.line}: {error}") from None
    people = [person] if person is not None else everybody.team(one.student)
    if not people:
        raise UsageError(f"{file}: line {one.line}: {one.student} is nobody in this class")
    return people


def directory(course: Course, handed: Sequence[Handed]) -> Roster:
    """Everybody who can be named: the roster, and who handed in without being there."""
    strangers = match(course.roster, handed).strangers
    people = {person.id: person for one in strangers for person in person_of(one)}
    return Roster([*course.roster.people, *people.values()])


def handed_of(submissions: Sequence[Submission]) -> list[Handed]:
    """What is known of submissions before they are marked."""
    return [Handed(one.name, one.student, one.authors, _at(one.handed_in)) for one in submissions]


def _at(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def stored_course(file: Path, *, named: bool) -> Course:
    """What a class's file has already; nothing where there is none yet."""
    if not file.is_file():
        return Course()
    with Store(file, writing=False, named=named) as store:
        return read_course(store)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
