"""A grade book's file as lines of cells: how it was written is kept, and no cell of ours is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graders import UsageError
from graders.coursework.clean import clean
from graders.coursework.term.names import exact, spellings
from graders.coursework.term.roster import Person
from graders.coursework.term.spreadsheet import Sheet, parsed
from graders.reports.gradebook import cell, points_cell

__all__ = ["Book", "another_course", "by_key", "line_of", "opened", "plain", "points_cell", "written"]
MAX_CELL = 300
_CODECS = {"UTF-16": "utf-16-le", "Windows-1252": "cp1252"}
"""Of the encodings that platforms and spreadsheets write; UTF-8 is what all others are."""


@dataclass(frozen=True)
class Book:
    """A grade book that a platform wrote: its columns, its rows, and how its cells are separated."""

    columns: list[str]
    rows: list[dict[str, str]]
    sheet: Sheet | None = None

    @property
    def bytes(self) -> bytes:
        """As it was written, with what was filled in."""
        if self.sheet is None:
            return written(self.columns, self.rows)
        separator, mark = self.sheet.separator, "\ufeff" if self.sheet.marked else ""
        text = mark + written(self.columns, self.rows, separator).decode()
        try:
            return text.encode(_CODECS.get(self.sheet.encoding, "utf-8"))
        except UnicodeEncodeError:  # of who is added: a spreadsheet takes UTF-8 where the file says so
            return text.encode("utf-8-sig")

    def points(self, value: float) -> str:
        """A number as the file writes it: with a comma where its cells are separated by semicolons, and it has such."""
        text = points_cell(value)
        return text.replace(".", ",") if self._has_commas else text

    @property
    def _has_commas(self) -> bool:
        if self.sheet is None or self.sheet.separator == ",":
            return False
        cells = [one for row in self.rows for one in row.values()]
        return any(self.sheet.number(one) != one for one in cells)


def opened(content: bytes, wanted: Sequence[str], what: str) -> Book:
    """The book in these bytes; UsageError where that isn't one of this kind."""
    try:
        sheet = parsed(content, raw=True)
    except ValueError as error:
        raise UsageError(f"it is no grade book ({error})") from None
    columns = list(sheet.columns)
    named = [column for column in columns if column]
    if not set(wanted) <= set(named) or len(set(named)) < len(named):
        raise UsageError(f"it is no grade book of {what}: its first line has to name {', '.join(wanted)}, each once")
    return Book(columns, [dict(row) for _, row in sheet.rows], sheet)


Line = dict[str, str]


def another_course(students: int) -> UsageError:
    """What is said about a book in which none of its students is in the class."""
    return UsageError(f"it is the grade book of another course: none of its {students} students is in this class")


def by_key(lines: Iterable[Line], keys: Sequence[str], name: str) -> dict[object, Line | None]:
    """Students' lines by what these columns have, and by the name; None where two have the same."""
    found: dict[object, Line | None] = {}
    for line in lines:
        sure: set[object] = {exact(line[key]) for key in keys if line.get(key)}
        for key in sure | spellings(line.get(name, "")):
            found[key] = line if found.get(key, line) is line else None
    return found


def line_of(person: Person, lines: Mapping[object, Line | None]) -> Line | None:
    """A person's line by id, login or address; by name where just one has it."""
    sure = (person.id, *person.others, person.address, person.address.partition("@")[0])
    keys: list[object] = [exact(one) for one in sure if one]
    keys += sorted(spellings(person.name or person.id))
    return next((line for key in keys if (line := lines.get(key)) is not None), None)


def written(columns: Sequence[str], rows: Iterable[Mapping[str, str]], separator: str = ",") -> bytes:
    """The file, every cell in quotes."""
    file = io.StringIO()
    names = list(columns)
    writer = csv.DictWriter(file, names, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode("utf-8", "replace")


def plain(text: str) -> str:
    """A text of somebody's choice as a cell."""
    return cell(clean(text[:MAX_CELL]))
