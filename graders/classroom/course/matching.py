"""Whose a submission is: its name, or what the platform says about its authors, held against the roster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graders import UsageError
from graders.coursework.term.gradescope_export import Author
from graders.coursework.term.roster import Person, Roster

_SUFFIX = re.compile(r"\.(zip|tar|tgz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
_CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_.*")
"""As Canvas names what it downloads: doejane_LATE_1234_5678_homework.zip."""
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_file_?.*")
"""As Moodle does: Jane Doe_12345_assignsubmission_file."""


@dataclass(frozen=True)
class Handed:
    """A submission by its name in the store, and what is known of who handed it in and when."""

    name: str
    student: str = ""
    authors: Sequence[Author] = ()
    at: datetime | None = None

    @property
    def members(self) -> list[Author]:
        """Who handed it in, as far as the platform says; nobody for a folder with just a name."""
        if self.authors:
            return list(self.authors)
        called = [part.strip() for part in self.student.split(", ") if part.strip()]
        return [Author(address=one) if "@" in one else Author(name=one) for one in called]


@dataclass(frozen=True)
class Matched:
    """Each student's submission, by the student's id; the ones that are nobody's; and lines of what is odd."""

    submissions: Mapping[str, str]
    strangers: Sequence[Handed]
    doubts: Sequence[str] = field(default_factory=tuple)


def match(roster: Roster, handed: Sequence[Handed]) -> Matched:
    """Whose each submission is. One of a group is that of each member who has none alone."""
    found: dict[str, list[Handed]] = {}
    teams: dict[str, list[Handed]] = {}
    strangers: list[Handed] = []
    doubts: list[str] = []
    for one in handed:
        try:
            people, is_team = _whose(roster, one)
        except UsageError as error:
            doubts.append(f"{one.name}: {error}; it counts for nobody")
            people, is_team = [], False
        for person in people:
            (teams if is_team else found).setdefault(person.id, []).append(one)
        if not people:
            strangers.append(one)
    _share(roster, found, teams)
    counting: dict[str, str] = {}
    for person in roster.people:
        if mine := found.get(person.id) or teams.get(person.id):
            counting[person.id] = _latest(mine).name
            if len(mine) > 1:
                doubts.append(f"{person.id} has {len(mine)} submissions: {counting[person.id]} counts")
    return Matched(counting, strangers, doubts)


def _share(roster: Roster, found: Mapping[str, list[Handed]], teams: dict[str, list[Handed]]) -> None:
    """What a member of a group handed in is also that of the others, where these have nothing."""
    for person in roster.people:
        if person.id in found or person.id in teams or not person.team:
            continue
        others = [one for other in roster.team(person.team) for one in found.get(other.id, [])]
        if others:
            teams[person.id] = list({one.name: one for one in others}.values())


def _latest(handed: Sequence[Handed]) -> Handed:
    """The one that came last; without times the last by name."""
    if all(one.at is not None for one in handed):
        return max(handed, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.name))
    return max(handed, key=lambda one: one.name)


def _whose(roster: Roster, one: Handed) -> tuple[list[Person], bool]:
    """The students, and whether they were meant as a group."""
    members = [person for author in one.members if (person := _author(roster, author)) is not None]
    if members:
        return list(dict.fromkeys(members)), False
    for text in _called(one.name):
        if team := roster.team(text):
            return team, True
        if person := roster.find(text):
            return [person], False
    return [], False


def _author(roster: Roster, author: Author) -> Person | None:
    """By id, then by address. A name can be anybody's choice: it counts where there is nothing surer on either side."""
    for text in (author.id, author.address):
        if text and (person := roster.find(text)):
            return person
    person = roster.find(author.name) if author.name else None
    surer = person is not None and person.address and (author.address or author.id)
    return None if surer else person


def _called(name: str) -> Iterator[str]:
    """What a submission's name may say of its student: the name without what kind of archive it is, and parts of it."""
    plain = _SUFFIX.sub("", name)
    yield plain
    for pattern in (_MOODLE, _CANVAS):
        if found := pattern.fullmatch(plain):
            yield found["id"]
            yield found["name"]
            return
    parts = re.split(r"[-_]", plain)
    rest = ("-".join(parts[place:]) for place in range(1, len(parts)))
    yield from (text for text in rest if not re.fullmatch(r"\d{0,4}", text))  # of hw1_2 the 2 is nobody's id


def person_of(handed: Handed) -> list[Person]:
    """Who handed it in, where no roster says so: everybody whom the platform names, or whom the folder is called by."""
    people = [_stranger(author) for author in handed.members]
    return people or [Person(handed.name)]


def _stranger(author: Author) -> Person:
    return Person(author.id or author.called, author.name, author.address, others=_others(author))


def _others(author: Author) -> tuple[str, ...]:
    return (author.address,) if author.address and author.id else ()
