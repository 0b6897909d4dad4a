"""The class's marks for Moodle: filled into an assignment's offline grading worksheet, or a file for the grade import.

After mod/assign/gradingtable.php and feedback/offline/importgradeslib.php of Moodle and docs.moodle.org's Grade import,
looked up on 30 November 2026. A worksheet goes by its Identifier and needs Last modified (grade) as it was; the import
asks which column is which, and finds students by Email address or ID number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders import UsageError
from graders.coursework.term.names import exact
from graders.reports.gradebooks.cells import Book, another_course, by_key, line_of, opened, plain
from graders.reports.gradebooks.row import NOTHING, BookRow

WORKSHEET = ("Identifier", "Grade", "Last modified (grade)")
IMPORT = ("ID number", "Full name", "Email address")
_KEYS = ("ID number", "Email address", "Username")
_PARTICIPANT = re.compile(r"_(\d+)_assignsubmission_file")


def must_be_moodle(content: bytes) -> None:
    """UsageError where a file that is there isn't Moodle's."""
    if content.strip():
        _opened(content)


def moodle(content: bytes, rows: Sequence[BookRow]) -> tuple[bytes, list[str]]:
    """The file, and who of the class isn't in it."""
    if not content.strip():
        return _import(rows), []
    book = _opened(content)
    if "Identifier" not in book.columns:
        return _import(rows), _must_share(book, rows)
    homeworks = {row.homework for row in rows}
    if len(homeworks) > 1:
        raise UsageError(f"a worksheet holds one assignment, but this class has {', '.join(sorted(homeworks))}")
    missing = _filled(book, rows)
    if book.rows and len(missing) == len(rows):
        raise another_course(len(book.rows))
    return book.bytes, missing


def _filled(book: Book, rows: Sequence[BookRow]) -> list[str]:
    """Who isn't in the worksheet, which has the marks of all others then."""
    missing = []
    lines, numbers = by_key(book.rows, _KEYS, "Full name"), _by_number(book)
    for row in rows:
        participant = _PARTICIPANT.search(row.submission)
        line = (numbers.get(participant[1]) if participant else None) or line_of(row.person, lines)
        if line is None:
            missing.append(row.person.id)
        elif row.score is not None and _may_be_changed(row, line):
            _must_fit(row, line)
            line["Grade"] = book.points(row.score)
    return missing


def _may_be_changed(row: BookRow, line: dict[str, str]) -> bool:
    """A mark that is there already isn't lost for somebody who handed in nothing."""
    locked = line.get("Grade can be changed", "").strip().lower() == "no"
    return not locked and not (row.state == NOTHING and line["Grade"].strip())


def _opened(content: bytes) -> Book:
    try:
        return opened(content, WORKSHEET, "Moodle")
    except UsageError:
        return opened(content, IMPORT, "Moodle (a worksheet has Identifier, Grade, Last modified (grade))")


def _must_share(book: Book, rows: Sequence[BookRow]) -> list[str]:
    """An import file of ours is written again, where it is this class's."""
    known = {line["ID number"] for line in book.rows}
    if book.rows and not known & {plain(row.person.id) for row in rows}:
        raise another_course(len(book.rows))
    return []


def _must_fit(row: BookRow, line: dict[str, str]) -> None:
    most = line.get("Maximum Grade", "").replace(",", ".")
    if row.most and re.fullmatch(r"\d+(\.\d+)?", most) and float(most) != row.most:
        raise UsageError(f"its Maximum Grade is {most}, but {row.homework} has {row.most:g} points: set that in Moodle")


def _by_number(book: Book) -> dict[str, dict[str, str]]:
    """Lines by Moodle's own number: an Identifier is `Participant 12345`, in the site's language."""
    return {words[-1]: line for line in book.rows if (words := line["Identifier"].split())}


def _import(rows: Sequence[BookRow]) -> bytes:
    """A column for each homework."""
    book = Book(list(IMPORT), [])
    lines: dict[str, dict[str, str]] = {}
    for row in rows:
        person, column = row.person, plain(row.homework)
        if column not in book.columns:
            book.columns.append(column)
        values = (person.id, person.name, person.address)
        line = lines.setdefault(exact(person.id), dict(zip(IMPORT, map(plain, values), strict=True)))
        if row.score is not None:
            line[column] = book.points(row.score)
    book.rows.extend(lines.values())
    return book.bytes
