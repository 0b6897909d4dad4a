"""The class's grade book in our own columns: a row for each student, by the id, and a column for each section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.coursework.record import SectionResult
from graders.coursework.term.names import exact
from graders.reports.gradebooks.cells import another_course, opened, plain, points_cell, written
from graders.reports.gradebooks.row import BookRow, is_open

KEYS = ("id", "name", "address", "section", "group", "submission", "homework")
NUMBERS = ("state", "score", "max_score", "by_hand", "late_days", "late_hours", "penalty", "handed_in", "due")


def table(rows: Sequence[BookRow]) -> bytes:
    """The file."""
    sections = _sections(rows)
    cells = [_row(row, sections) for row in rows]
    return written([*KEYS, *NUMBERS, *sections.values()], cells)


def term(rows: Sequence[BookRow]) -> bytes:
    """Several homeworks: a row for each student with a total for each homework, and what they come to."""
    homeworks = list(dict.fromkeys(row.homework for row in rows))
    found: dict[str, list[BookRow]] = {}
    for row in rows:
        found.setdefault(exact(row.person.id), []).append(row)
    lines = [_of_term(mine) for mine in found.values()]
    names = {homework: _free(plain(homework), (*KEYS, "total", "max_total")) for homework in homeworks}
    cells = [{names.get(key, key): value for key, value in line.items()} for line in lines]
    return written([*KEYS[:5], *names.values(), "total", "max_total"], cells)


def must_be_table(content: bytes) -> None:
    """UsageError where a file that is there isn't a grade book of ours."""
    if content.strip():
        opened(content, KEYS[:5], "gradmark's for a class")


def must_be_of_class(content: bytes, rows: Sequence[BookRow]) -> None:
    """UsageError where a file that is there isn't this class's, and nothing of it may be written over."""
    if not content.strip():
        return
    book = opened(content, KEYS[:5], "gradmark's for a class")
    ours = {plain(row.person.id) for row in rows}
    if book.rows and not any(row["id"] in ours for row in book.rows):
        raise another_course(len(book.rows))


def _of_term(rows: Sequence[BookRow]) -> dict[str, str]:
    scores = {row.homework: points_cell(row.score) for row in rows if row.score is not None}
    total = sum(row.score for row in rows if row.score is not None)
    most = sum(row.most for row in rows)
    return _person(rows[0]) | scores | {"total": points_cell(total), "max_total": points_cell(most)}


def _person(row: BookRow) -> dict[str, str]:
    person = row.person
    values = (person.id, person.name, person.address, person.section, person.team)
    return dict(zip(KEYS[:5], map(plain, values), strict=True))


def _row(row: BookRow, sections: Mapping[str, str]) -> dict[str, str]:
    late = row.late
    fixed = _person(row) | {
        "submission": plain(row.submission),
        "homework": plain(row.homework),
        "state": row.state,
        "score": "" if row.score is None else points_cell(row.score),
        "max_score": points_cell(row.most),
        "by_hand": points_cell(row.by_hand),
        "late_days": "" if late is None else str(late.days),
        "late_hours": "" if late is None else str(late.hours),
        "penalty": points_cell(row.penalty),
        "handed_in": row.handed_in,
        "due": row.due,
    }
    return fixed | {sections[one.id]: _of_section(one) for one in row.sections}


def _of_section(section: SectionResult) -> str:
    """Empty where nobody has marked it yet."""
    return "" if is_open(section) else points_cell(section.score)


def _sections(rows: Sequence[BookRow]) -> dict[str, str]:
    """Of each section its column, which is never one of the others."""
    ids = dict.fromkeys(section.id for row in rows for section in row.sections)
    return {one: _free(plain(one), (*KEYS, *NUMBERS)) for one in ids}


def _free(name: str, taken: Sequence[str]) -> str:
    return f"{name} (points)" if name in taken else name
