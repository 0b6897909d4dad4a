"""The class's marks in Canvas' columns: a new file for its import, or filled into one that Canvas exported.

After lib/gradebook_importer.rb of canvas-lms and the Canvas guides on importing grades, looked up on 30 November 2026.
Canvas ignores the columns that it calls read only; a cell with EX is excused and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders.coursework.term.names import exact
from graders.reports.gradebooks.cells import Book, another_course, by_key, line_of, opened, plain
from graders.reports.gradebooks.row import NOTHING, BookRow

COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "    Points Possible"
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def must_be_canvas(content: bytes) -> None:
    """UsageError where a file that is there isn't a grade book of Canvas."""
    if content.strip():
        opened(content, COLUMNS[:2], "Canvas")


def canvas(content: bytes, rows: Sequence[BookRow]) -> tuple[bytes, list[str]]:
    """The file with everybody's marks, and who of the class isn't in it.

    UsageError where nobody of the class is: then it is another course's. Students are added only to a file of ours.
    """
    book = opened(content, COLUMNS[:2], "Canvas") if content.strip() else Book(list(COLUMNS), [])
    possible = _points_possible(book)
    students = [row for row in book.rows if row is not possible]
    lines = by_key(students, COLUMNS[1:4], "Student")
    missing: list[BookRow] = []
    for row in rows:
        line = line_of(row.person, lines)
        if line is None:
            missing.append(row)
        else:
            _fill(book, possible, line, row)
    if students and len(missing) == len(rows):
        raise another_course(len(students))
    left_out = _left_out(book, possible, students, missing)
    return book.bytes, left_out


def _left_out(
    book: Book, possible: dict[str, str], students: Sequence[dict[str, str]], missing: Sequence[BookRow]
) -> list[str]:
    """Who stays missing from an export of Canvas' own, where every student has a number; others are added."""
    if any(_NUMBER.fullmatch(row.get("ID", "").strip()) for row in students):
        return list(dict.fromkeys(row.person.id for row in missing))
    _add(book, possible, missing)
    return []


def _add(book: Book, possible: dict[str, str], rows: Sequence[BookRow]) -> None:
    """A line for each student, also where one has several homeworks."""
    new: dict[str, dict[str, str]] = {}
    for row in rows:
        line = new.setdefault(exact(row.person.id), _new(row))
        _fill(book, possible, line, row)
    book.rows.extend(new.values())


def _fill(book: Book, possible: dict[str, str], line: dict[str, str], row: BookRow) -> None:
    column = _assignment(book, plain(row.homework))
    if not possible.get(column):
        possible[column] = book.points(row.most)
    before = line.get(column, "").strip()
    if row.score is not None and before.upper() != "EX" and not (before and row.state == NOTHING):
        line[column] = book.points(row.score)


def _points_possible(book: Book) -> dict[str, str]:
    """The row with each assignment's points, put in front where there is none."""
    for row in book.rows:
        if row["Student"].strip() == POSSIBLE.strip():
            row["Student"] = POSSIBLE
            return row
    book.rows.insert(0, {"Student": POSSIBLE})
    return book.rows[0]


def _assignment(book: Book, homework: str) -> str:
    """The homework's column: Canvas puts a number in brackets behind an assignment's name."""
    wanted = re.compile(re.escape(homework) + r"( \(\d+\))?", re.IGNORECASE)
    found = next((name for name in book.columns if wanted.fullmatch(name)), None)
    if found is None:
        book.columns.append(homework)
    return found or homework


def _new(row: BookRow) -> dict[str, str]:
    person = row.person
    number = next((one for one in (person.id, *person.others) if _NUMBER.fullmatch(one)), "")
    login = person.address or person.id
    return {
        "Student": plain(person.shown),
        "ID": "",
        "SIS User ID": number,
        "SIS Login ID": plain(login),
        "Section": plain(person.section),
    }
