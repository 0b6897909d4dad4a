"""The report as a row of a grade book: our own columns, or those of Canvas. What a file held stays.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and the name of a submission is its
student's choice: such a cell gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from graders import UsageError
from graders.coursework.clean import harmless, one_line
from graders.coursework.record import Report, SectionResult, SectionStatus

MAX_CELL = 300
_KEY = ["submission", "homework"]
_CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
_POINTS_POSSIBLE = "    Points Possible"
_DOWNLOADED = re.compile(r"[^_]+(?:_LATE)?_(?P<id>\d+)_\d+_")
"""The name that Canvas gives a file in its archive of all submissions: doejane_LATE_1234_5678_homework.zip."""
Row = dict[str, str]


def gradebook(before: str, report: Report) -> str:
    """The grade book with this submission's row added, or in place of the one it had; new sections add columns."""
    columns, rows = _read(before, _KEY)
    row = _row(harmless(report, MAX_CELL))
    columns += [name for name in row if name not in columns]
    same = [number for number, other in enumerate(rows) if all(other.get(key) == row[key] for key in _KEY)]
    if same:
        rows[same[0]] = row
    else:
        rows.append(row)
    return _written(columns, rows)


def canvas(before: str, report: Report) -> str:
    """The same in Canvas' columns, for its import; into a file that Canvas exported the marks are filled in."""
    shown = harmless(report, MAX_CELL)
    columns, rows = _read(before, _CANVAS)
    column = _assignment(columns, cell(shown.homework))
    if column not in columns:
        columns.append(column)
    possible = _points_possible(rows)
    if not possible.get(column):
        possible[column] = points_cell(shown.max_score)
    _row_of(rows, _student(shown))[column] = points_cell(shown.score)
    return _written(columns, rows)


def _points_possible(rows: list[Row]) -> Row:
    """The row with each assignment's points, put in front where there is none."""
    for row in rows:
        if row["Student"].strip() == _POINTS_POSSIBLE.strip():
            return row
    rows.insert(0, {"Student": _POINTS_POSSIBLE})
    return rows[0]


def _row_of(rows: list[Row], student: Row) -> Row:
    """The student's row, put at the end where there is none."""
    for row in rows:
        if _is_same(row, student):
            return row
    rows.append(student)
    return student


def cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    line = one_line(text)
    return f"'{line}" if line[:1] in tuple("=+-@＝＋－＠") else line


def points_cell(value: float) -> str:
    """All the digits that a mark has."""
    return repr(int(value)) if value == int(value) else repr(round(value, 6))


def must_be_gradebook(before: str) -> None:
    """UsageError where a file holds something else."""
    _read(before, _KEY)


def must_be_canvas(before: str) -> None:
    """UsageError where a file holds something else."""
    _read(before, _CANVAS)


def _row(report: Report) -> Row:
    by_hand = [section for section in report.sections if section.status is SectionStatus.MANUAL and not section.extra]
    fixed = {
        "submission": cell(report.submission),
        "homework": cell(report.homework),
        "score": points_cell(report.score),
        "max_score": points_cell(report.max_score),
        "by_hand": points_cell(sum(section.max_score for section in by_hand)),
    }
    return fixed | {cell(section.id): _of_section(section) for section in report.counting}


def _of_section(section: SectionResult) -> str:
    """Empty where nobody has marked it yet."""
    unmarked = section.status is SectionStatus.MANUAL and not section.score
    return "" if unmarked else points_cell(section.score)


def _assignment(columns: Iterable[str], homework: str) -> str:
    """The homework's column: Canvas puts a number in brackets behind an assignment's name."""
    wanted = re.compile(re.escape(homework) + r"( \(\d+\))?")
    return next((name for name in columns if wanted.fullmatch(name)), homework)


def _student(report: Report) -> Row:
    name = PurePosixPath(report.submission).name or report.submission
    found = _DOWNLOADED.match(name)
    if found is not None:
        return {"Student": cell(name.partition("_")[0]), "ID": found["id"]}
    login = re.sub(r"\.(zip|tar|tgz|tar\.gz)$", "", name)
    return {"Student": cell(login), "SIS Login ID": cell(login)}


def _is_same(row: Row, student: Row) -> bool:
    key = "ID" if "ID" in student else "SIS Login ID"
    return row.get(key) == student[key]


def _read(text: str, columns: list[str]) -> tuple[list[str], list[Row]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True) if line]
    except csv.Error as error:
        raise UsageError(f"it is no grade book ({error})") from None
    if not lines:
        return list(columns), []
    header, *rest = lines
    if not set(columns) <= set(header) or len(set(header)) < len(header):
        raise UsageError(f"it is no grade book of this kind: its first line has to name {', '.join(columns)}")
    if max(map(len, lines)) > len(header):
        raise UsageError("a line of it has more cells than its first one")
    return header, [dict(zip(header, line, strict=False)) for line in rest]


def _written(columns: list[str], rows: Iterable[Row]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
