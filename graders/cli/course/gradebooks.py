"""Writes the grade books that were asked for: all are made before the first is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from graders import UsageError
from graders.classroom.course.standings import Standing
from graders.cli.books import naming
from graders.cli.course.options import BookOptions
from graders.cli.files import must_be_writable, must_differ, save
from graders.coursework.reading import read_ordinary
from graders.coursework.term.moments import shown
from graders.coursework.term.roster import Person
from graders.coursework.term.spreadsheet import MAX_BYTES
from graders.reports.gradebooks.as_json import as_json
from graders.reports.gradebooks.canvas import canvas, must_be_canvas
from graders.reports.gradebooks.moodle import moodle, must_be_moodle
from graders.reports.gradebooks.row import NOTHING, BookRow
from graders.reports.gradebooks.table import must_be_of_class, must_be_table, table, term

Made = tuple[bytes, list[str]]
"""A file, and who of the class isn't in it."""


def _table(content: bytes, rows: Sequence[BookRow]) -> Made:
    must_be_of_class(content, rows)
    return table(rows), []


def _term(content: bytes, rows: Sequence[BookRow]) -> Made:
    must_be_of_class(content, rows)
    return term(rows), []


def _json(content: bytes, rows: Sequence[BookRow]) -> Made:
    del content
    return as_json(rows), []


_MAKERS: dict[str, Callable[[bytes, Sequence[BookRow]], Made]] = {
    "csv": _table,
    "canvas": canvas,
    "moodle": moodle,
    "json": _json,
}
_CHECKS: dict[str, Callable[[bytes], None]] = {
    "csv": must_be_table,
    "canvas": must_be_canvas,
    "moodle": must_be_moodle,
    "json": lambda content: None,
}


def must_be_usable(options: BookOptions, read: Sequence[Path]) -> None:
    """Said before the work: files that can't be written, and ones that hold something else."""
    for path in options.files.values():
        must_be_writable(path)
    must_differ(options.files.values(), read)
    for kind, path in options.files.items():
        with naming(path):
            _CHECKS[kind](_held(path))


def must_be_this_courses(options: BookOptions, people: Iterable[Person]) -> None:
    """Said before the work, too: a file in which nobody of the class is. Numbers in place of names come at the end."""
    rows = [BookRow(person, "", "", NOTHING, None, 0.0) for person in people]
    for kind, path in options.files.items() if not options.anonymous else ():
        with naming(path):
            if held := _held(path):
                _MAKERS[kind](held, rows)


def write(options: BookOptions, rows: Sequence[BookRow], *, several: bool = False) -> list[str]:
    """The books, and a line for each that lacks somebody. `several` homeworks make a table of the term."""
    made: list[tuple[Path, Made]] = []
    for kind, path in options.files.items():
        maker = _term if several and kind == "csv" else _MAKERS[kind]
        with naming(path):
            made.append((path, maker(_held(path), rows)))
    lines = []
    for path, (content, missing) in made:
        save(path, content)
        if missing:
            lines.append(f"{path}: {len(missing)} of the class aren't in it: {', '.join(missing[:8])}")
    return lines


def _held(path: Path) -> bytes:
    """What a file holds; nothing where there is none."""
    try:
        return read_ordinary(path, MAX_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"it can't be read ({error.strerror})") from None


def book_rows(rows: Iterable[Standing]) -> list[BookRow]:
    """As grade books have them: who has no marks misses what most others could have."""
    found = [_row(row) for row in rows]
    usual = Counter((row.homework, row.most) for row in found if row.homework).most_common(1)
    homework, most = usual[0][0] if usual else ("", 0.0)
    return [row if row.homework else replace(row, homework=homework, most=most) for row in found]


def _row(row: Standing) -> BookRow:
    report, result = row.report, row.result
    counting = report.counting if report is not None else []
    return BookRow(
        person=row.person,
        homework=report.homework if report is not None else "",
        submission=result.name if result is not None else "",
        state=str(result.state) if result is not None else NOTHING,
        score=row.score,
        most=report.max_score if report is not None else 0.0,
        rubric=[msgspec.structs.replace(section, checks=[]) for section in counting],
        handed_in=_handed_in(row),
        due=shown(row.due) if row.due is not None else "",
        late=row.late,
    )


def _handed_in(row: Standing) -> str:
    """By the clock of the due date, where there is one."""
    if row.handed_in is None:
        return ""
    return shown(row.handed_in.astimezone(row.due.tzinfo) if row.due is not None else row.handed_in)
