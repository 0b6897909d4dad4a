"""The class's marks in Canvas' columns: a new file for its import, or filled into one that Canvas exported.

After lib/gradebook_importer.rb of canvas-lms and the Canvas guides on importing grades, looked up on 30 November 2026.
Canvas ignores the columns that it calls read only; a cell with EX is excused and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graders import UsageError
from graders.reports.gradebooks.cells import Book, by_key, line_of, opened, plain
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
    theirs = any(_NUMBER.fullmatch(row.get("ID", "").strip()) for row in students)
    missing: list[str] = []
    met = False
    for row in rows:
        line = line_of(row.person, lines)
        met = met or line is not None
        if line is None and theirs:
            missing.append(row.person.id)
            continue
        if line is None:
            line = _new(row)
            book.rows.append(line)
            lines |= by_key([line], COLUMNS[1:4], "Student")
        _fill(book, possible, line, row)
    if students and not met:
        raise UsageError(
            f"it is the grade book of another course: none of its {len(students)} students is in this class"
        )
    return book.bytes, list(dict.fromkeys(missing))


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
