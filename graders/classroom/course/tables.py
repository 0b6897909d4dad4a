"""What the store has of the course: kept all at once, and read as one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from graders.classroom.store import Store
from graders.coursework.finding import Submission
from graders.coursework.term.gradescope_export import Author
from graders.coursework.term.moments import moment
from graders.coursework.term.roster import Person, Roster

SINCE = 4
"""The version of the store's tables that has those of a course."""
DUE = "due"
EARLIER = "earlier"


@dataclass(frozen=True)
class Course:
    """The course: its roster, when the homework is due, for whom later, and when and by whom submissions came."""

    roster: Roster = field(default_factory=lambda: Roster([]))
    due: datetime | None = None
    extensions: Mapping[str, str] = field(default_factory=dict)
    """By student: a later date, or `+2 days` after the one of all."""
    handed_in: Mapping[str, datetime] = field(default_factory=dict)
    """By submission."""
    authors: Mapping[str, Sequence[Author]] = field(default_factory=dict)
    """By submission, where the platform says more than an address."""
    own_marks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By student: marks by hand of one member of a group alone, by section."""
    own_lateness: Mapping[str, int] = field(default_factory=dict)
    earlier: Sequence[Path] = ()
    """The files of the term's homeworks before this one, in order: late days of theirs are taken from its budget."""


def read_course(store: Store) -> Course:
    """What the store has; nothing of a file that no run has written to since there are courses."""
    if store.version < SINCE:
        return Course()
    settings = dict(store.select("SELECT key, value FROM course"))
    own: dict[str, dict[str, float]] = {}
    for student, section, score in store.select("SELECT student, section, score FROM own_marks"):
        own.setdefault(student, {})[section] = score
    authors: dict[str, list[Author]] = {}
    for name, *about in store.select("SELECT name, person, address, id FROM handed_in_by ORDER BY name, place"):
        authors.setdefault(name, []).append(Author(*about))
    return Course(
        roster=Roster(list(_people(store))),
        due=moment(settings[DUE]) if DUE in settings else None,
        extensions=dict(store.select("SELECT student, due FROM extensions")),
        handed_in={name: datetime.fromisoformat(at) for name, at in store.select("SELECT name, at FROM handed_in")},
        authors=authors,
        own_marks=own,
        own_lateness=dict(store.select("SELECT student, days FROM own_lateness")),
        earlier=[Path(path) for path in msgspec.json.decode(settings.get(EARLIER, "[]"), type=list[str])],
    )


def _people(store: Store) -> Iterable[Person]:
    query = "SELECT id, name, address, section, team, others FROM people ORDER BY place"
    for key, name, address, section, team, others in store.select(query):
        yield Person(key, name, address, section, team, tuple(others.split("\n")) if others else ())


def keep_roster(store: Store, roster: Roster) -> None:
    """Put this roster in place of the one before."""
    rows = [
        (person.id, place, person.name, person.address, person.section, person.team, "\n".join(person.others))
        for place, person in enumerate(roster.people)
    ]
    with store.writing() as database:
        database.execute("DELETE FROM people")
        database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def keep_submissions(store: Store, submissions: Sequence[Submission]) -> None:
    """Write when and by whom they were handed in, where the platform says so."""
    times = [(one.name, one.handed_in) for one in submissions if one.handed_in]
    authors = [
        (one.name, place, author.id, author.name, author.address)
        for one in submissions
        for place, author in enumerate(one.authors)
    ]
    if not times and not authors:
        return
    with store.writing() as database:
        database.executemany("INSERT OR REPLACE INTO handed_in VALUES (?, ?)", times)
        database.executemany("DELETE FROM handed_in_by WHERE name = ?", [(one.name,) for one in submissions])
        database.executemany("INSERT INTO handed_in_by VALUES (?, ?, ?, ?, ?)", authors)


def keep_times(store: Store, times: Mapping[str, datetime]) -> None:
    """Write when submissions were handed in, as somebody says who knows."""
    with store.writing() as database:
        rows = [(name, at.isoformat()) for name, at in times.items()]
        database.executemany("INSERT OR REPLACE INTO handed_in VALUES (?, ?)", rows)


def keep_extensions(store: Store, extensions: Mapping[str, str]) -> None:
    """Put these in place of all before: the file is the whole truth."""
    with store.writing() as database:
        database.execute("DELETE FROM extensions")
        database.executemany("INSERT INTO extensions VALUES (?, ?)", extensions.items())


def keep_setting(store: Store, key: str, value: str) -> None:
    """Write one thing that is said about the whole class."""
    with store.writing() as database:
        database.execute("INSERT OR REPLACE INTO course VALUES (?, ?)", [key, value])


def keep_earlier(store: Store, files: Sequence[Path]) -> None:
    """Note the homeworks before this one."""
    keep_setting(store, EARLIER, msgspec.json.encode([str(file.resolve()) for file in files]).decode())


def keep_own(store: Store, marks: Mapping[str, Mapping[str, float | None]], days: Mapping[str, int]) -> None:
    """Write what was entered for one member of a group alone; None takes a mark back."""
    with store.writing() as database:
        for student, sections in marks.items():
            for section, score in sections.items():
                database.execute("DELETE FROM own_marks WHERE student = ? AND section = ?", [student, section])
                if score is not None:
                    database.execute("INSERT INTO own_marks VALUES (?, ?, ?)", [student, section, score])
        database.executemany("INSERT OR REPLACE INTO own_lateness VALUES (?, ?)", days.items())
