"""Extensions, read from a spreadsheet: a student in each line, and a later date or a number of days more."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from graders import UsageError
from graders.coursework.term.moments import MOST_DAYS, moment, shown
from graders.coursework.term.names import folded
from graders.coursework.term.roster import FIELDS
from graders.coursework.term.spreadsheet import read_sheet

_DUE = ("due", "due date", "until", "deadline", "extended to", "new due date")
_DAYS = ("days", "extra days", "extension days")
_WHOLE = re.compile(r"\+?(\d{1,5})(?:[.,]0+)?", re.ASCII)


@dataclass(frozen=True)
class Extension:
    """For a student as the file calls them: a date with its zone, or `+2 days`."""

    line: int
    student: str
    until: str


def read_extensions(path: Path, zone: tzinfo | None) -> list[Extension]:
    """Every extension in the file; UsageError for a line that can't be meant so. `zone` is for dates without one."""
    sheet = read_sheet(path)
    who = _named(sheet.columns, [name for field in ("id", "address", "name") for name in FIELDS[field]])
    due, days = _named(sheet.columns, _DUE), _named(sheet.columns, _DAYS)
    if not who or not (due or days):
        raise UsageError(f"{path}: its first line has to name id, name or address, and due or days")
    found = []
    for number, row in sheet.rows:
        try:
            found.append(_extension(number, row, who, (due, days), zone))
        except UsageError as error:
            raise UsageError(f"{path}: line {number}: {error}") from None
    return found


def _named(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The columns that are called so, in the order of the names."""
    by_name = {folded(column): column for column in columns}
    return [by_name[name] for name in names if name in by_name]


def _first(row: Mapping[str, str], columns: Sequence[str]) -> str:
    return next((row[column] for column in columns if row[column]), "")


def _extension(
    number: int,
    row: Mapping[str, str],
    who: Sequence[str],
    columns: tuple[Sequence[str], Sequence[str]],
    zone: tzinfo | None,
) -> Extension:
    student = _first(row, who)
    if not student:
        raise UsageError("it names no student")
    due, days = _first(row, columns[0]), _first(row, columns[1])
    if bool(due) == bool(days):
        raise UsageError(f"{student} should have either a date or days")
    if due:
        return Extension(number, student, shown(moment(due, zone)))
    found = _WHOLE.fullmatch(days)
    if found is None or int(found[1]) > MOST_DAYS:
        raise UsageError(f"{student}: days is {days!r}, but should be a whole number of days")
    return Extension(number, student, f"+{int(found[1])} days")
