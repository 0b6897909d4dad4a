"""The people of a course: read from a spreadsheet, and found again by whatever they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graders import UsageError
from graders.coursework.clean import clean, printable
from graders.coursework.term.names import exact, folded, joined, spellings
from graders.coursework.term.spreadsheet import Sheet, read_sheet

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "sid", "student id", "sis user id", "id number", "student number", "matriculation number"),
        *("matrikelnummer", "login", "username", "sis login id", "github username", "identifier"),
    ),
    "name": ("name", "full name", "student", "student name", "display name", "vollstandiger name", "nom complet"),
    "address": ("address", "email", "e mail", "email address", "mail", "e mail adresse", "e mail address"),
    "section": ("section", "sections", "tutorial", "class", "section name"),
    "group": ("group", "groups", "team", "group name", "gruppe", "gruppen", "groupe"),
    "first": ("first name", "given name", "vorname", "prenom", "first"),
    "last": ("last name", "surname", "family name", "nachname", "nom", "last"),
}
"""What a column can be called, in our roster and in the exports of Canvas, Moodle and Gradescope; folded."""
MOST = 100_000
MAX_CELL = 200


@dataclass(frozen=True)
class Person:
    """A student of the course. `others` are further ids: a login, a platform's own number."""

    id: str
    name: str = ""
    address: str = ""
    section: str = ""
    team: str = ""
    others: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What the student is called in reports."""
        return self.name or self.id


@dataclass(frozen=True)
class Roster:
    """Everybody, in the file's order, and how the file was understood."""

    people: Sequence[Person]
    said: str = ""

    @cached_property
    def _by_key(self) -> Mapping[object, list[Person]]:
        """By ids, addresses, logins and names, each kind apart."""
        found: dict[object, list[Person]] = {}
        for person in self.people:
            for key in _keys(person):
                found.setdefault(key, []).append(person)
        return found

    def find(self, text: str) -> Person | None:
        """Who is meant by an id, an address, or a name; None for nobody, UsageError where it could be several."""
        for key in _asked(text):
            found = self._by_key.get(key, [])
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(person.id for person in found[:4])
                raise UsageError(f"{text} could be {len(found)} students of the roster: {names}")
        return None

    def team(self, name: str) -> list[Person]:
        """The members of a group, by its name; nobody where there is no such group."""
        return self._teams.get(folded(name), [])

    @cached_property
    def _teams(self) -> Mapping[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.people:
            if person.team:
                for name in {folded(person.team), folded(f"group {person.team}"), folded(f"team {person.team}")}:
                    found.setdefault(name, []).append(person)
        return found


def _keys(person: Person) -> Iterator[object]:
    yield from {("id", exact(one)) for one in (person.id, *person.others) if one}
    if person.address:
        yield "address", exact(person.address)
        yield "login", exact(person.address.partition("@")[0])
    for spelling in spellings(person.name):
        yield "name", spelling
    yield from {("joined", one) for one in joined(person.name)}


def _asked(text: str) -> Iterator[object]:
    """Under which keys a text is looked for: the surest first."""
    yield "id", exact(text)
    yield "address", exact(text)
    yield "login", exact(text)
    for spelling in sorted(spellings(text)):
        yield "name", spelling
    yield "joined", folded(text)


def read_roster(path: Path) -> Roster:
    """Who is in the file; UsageError where a line can't be meant so, or two have one id."""
    sheet = read_sheet(path)
    columns = _columns(path, sheet)
    found = [(number, person) for number, row in sheet.rows if (person := _person(row, columns)) is not None]
    if not found:
        raise UsageError(f"{path}: it names nobody")
    for what in ("id", "address"):
        _must_differ(path, found, what)
    return Roster([person for _, person in found], _said(path, sheet, columns, len(found)))


def _columns(path: Path, sheet: Sheet) -> Mapping[str, list[str]]:
    columns = recognised(sheet.columns)
    names = [folded(column) for column in sheet.columns]
    used = {folded(name) for found in columns.values() for name in found}
    if doubled := sorted(name for name in used if names.count(name) > 1):
        raise UsageError(f"{path}: its first line names {doubled[0]} twice")
    if not {"id", "name", "address", "last"} & columns.keys():
        raise UsageError(f"{path}: its first line has to name id, name or address; it has {_list(sheet.columns)}")
    return columns


def recognised(columns: Iterable[str]) -> Mapping[str, list[str]]:
    """Of each of our fields the columns that have it, the most usual name first."""
    by_name = {folded(column): column for column in columns}
    found = {field: [by_name[name] for name in names if name in by_name] for field, names in FIELDS.items()}
    return {field: names for field, names in found.items() if names}


def _person(row: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> Person | None:
    """None for a row that is no student's, as Canvas has one with the points of each assignment."""

    def cell(field: str) -> str:
        return next((_tidy(row[column]) for column in columns.get(field, ()) if row[column]), "")

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    if folded(name) in ("points possible", "student test", "test student"):
        return None
    ids = [_tidy(row[column]) for column in columns.get("id", ()) if row[column]]
    address = cell("address")
    first = next(iter(ids), address or name)
    if not first:
        return None
    return Person(first, name, address, cell("section"), cell("group"), tuple(dict.fromkeys(ids[1:])))


def _tidy(cell: str) -> str:
    """As it can be shown, and no longer than a table can bear."""
    return clean(printable(cell[:MAX_CELL])).strip()


def _must_differ(path: Path, found: Sequence[tuple[int, Person]], what: str) -> None:
    seen: dict[str, int] = {}
    for number, person in found:
        value = getattr(person, what)
        first = seen.setdefault(exact(value), number) if value else number
        if first != number:
            raise UsageError(f"{path}: {what} {value} is there twice, in lines {first} and {number}")


def _said(path: Path, sheet: Sheet, columns: Mapping[str, Sequence[str]], count: int) -> str:
    used = [name for names in columns.values() for name in names]
    rest = [name for name in sheet.columns if name and name not in used]
    how = f"; {sheet.said}" if sheet.said else ""
    left = f"; not used: {_list(rest)}" if rest else ""
    whose = "1 student" if count == 1 else f"{count} students"
    return f"{path.name}: {whose} by {_list(used)}{how}{left}"


def _list(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(clean(name[:40]) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
