"""A class's marks as a page for its instructor: distributions, misconceptions, slow checks, who needs help, a table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from graders.coursework.clean import clean, one_line, shortened
from graders.coursework.pair import POINTER, Pair
from graders.reports.html.overview import CheckSummary, HomeworkSummary, Overview, Row
from graders.reports.html.page import data, page
from graders.reports.html.plots import Histogram, histogram

HELP_BELOW = 0.5
"""Of the points; who has less needs help."""
MOST_HELPED = 24
MOST_COMMON = 15
SLOWEST = 10
HARDEST = 10
MOST_PAIRS = 50
MOST_PASSAGES = 2
MAX_NAME = 200
MAX_REASON = 300
Column = dict[str, object]
"""A column's title, what kind of cells it has, and the most that a cell of points can be."""


def classroom(overview: Overview) -> bytes:
    """The page."""
    return page(
        "classroom.html",
        script="table.js",
        overview=overview,
        marked=[row for row in overview.rows if row.score is not None],
        numbers=_numbers,
        totals=_totals,
        sections=_sections,
        helped=needs_help(overview.rows),
        most_helped=MOST_HELPED,
        common=MOST_COMMON,
        slowest=_slowest,
        hardest=_hardest,
        most_pairs=MOST_PAIRS,
        pointer=POINTER,
        passages=_passages,
        name=_name,
        student=_student,
        reason=_reason,
        share=_percent,
        apart=_apart,
        below=HELP_BELOW,
        data=data(_table(overview)),
    )


def needs_help(rows: Sequence[Row]) -> list[Row]:
    """Who couldn't be marked, then who has less than half of the points, the fewest first."""
    below = [row for row in rows if row.score is None or row.score < HELP_BELOW * row.most]
    return sorted(below, key=lambda row: (row.score is not None, _share(row), row.name))


def _share(row: Row) -> float:
    return (row.score or 0.0) / row.most if row.most else 0.0


def _numbers(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """What is said about the marks in a few numbers."""
    scores = [row.score for row in rows if row.score is not None]
    if not scores:
        return []
    full = sum(row.score is not None and row.score >= row.most for row in rows)
    return [
        (f"{statistics.fmean(scores):.1f}", "mean"),
        (f"{statistics.median(scores):g}", "median"),
        (f"{min(scores):g} – {max(scores):g}", "lowest to highest"),
        (str(full), "full marks"),
    ]


def _totals(homework: HomeworkSummary, rows: Sequence[Row]) -> list[tuple[str, Histogram]]:
    """For a screen and for a phone: their lettering would not be legible on the other one."""
    scores = [row.score for row in rows if row.homework == homework.id and row.score is not None]
    if not scores:
        return []
    return [
        ("wide", histogram(scores, homework.most, bins=25, ticks=5, width=900)),
        ("narrow", histogram(scores, homework.most, bins=20, ticks=4)),
    ]


def _sections(homework: HomeworkSummary, rows: Sequence[Row]) -> list[tuple[str, str, Histogram]]:
    """Each section's title, what is said about it, and its histogram; none for what has no points."""
    found = []
    mine = [row for row in rows if row.homework == homework.id]
    for section in homework.sections:
        scores = [row.sections[section.id] for row in mine if section.id in row.sections]
        if scores and section.most > 0:
            full = sum(score >= section.most for score in scores) / len(scores)
            said = f"mean {statistics.fmean(scores):.2f} of {section.most:g}, {full:.0%} have all"
            found.append((section.title, said, histogram(scores, section.most, bins=10, ticks=2)))
    return found


def _slowest(checks: Sequence[CheckSummary]) -> list[CheckSummary]:
    return sorted(checks, key=lambda check: (-check.median, check.id))[:SLOWEST]


def _hardest(checks: Sequence[CheckSummary]) -> list[CheckSummary]:
    failed = [check for check in checks if check.failed]
    return sorted(failed, key=lambda check: (-check.failed / check.submissions, check.id))[:HARDEST]


def _name(text: str) -> str:
    """In one line that is no longer than a table can bear."""
    return clean(one_line(shortened(text, MAX_NAME)))


def _student(row: Row) -> str:
    """Who it is from, where that is not what the submission is called."""
    return "" if row.student == row.name else _name(row.student)


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _apart(check: CheckSummary) -> str:
    """A correlation, with its sign; a dash where there are too few."""
    return "–" if check.tells_apart is None else f"{check.tells_apart:+.2f}"


def _reason(text: str) -> str:
    return clean(one_line(shortened(text, MAX_REASON)))


def _passages(pair: Pair) -> list[str]:
    """The longest of what they have in common: where it is in the one and in the other."""
    return [
        f"{_place(one.first_file, one.first_lines)} = {_place(one.second_file, one.second_lines)}"
        for one in pair.passages[:MOST_PASSAGES]
    ]


def _place(file: str, lines: tuple[int, int]) -> str:
    return f"{_name(file)}:{lines[0]}-{lines[1]}"


def _table(overview: Overview) -> dict[str, object]:
    """What the script shows: for each submission its cells, with the address of its page and its misconceptions."""
    alone = overview.homeworks[0] if len(overview.homeworks) == 1 else None
    first, texts = _causes(overview.homeworks)
    rows = [
        [
            _cells(row, alone),
            overview.pages.get(row.name, ""),
            _student(row),
            _reason(row.problem),
            [first[row.homework] + place for place in row.causes],
            " ".join(filter(None, [row.state, _name(row.section)])),
        ]
        for row in overview.rows
    ]
    return {"columns": _columns(alone), "rows": rows, "causes": texts}


def _columns(alone: HomeworkSummary | None) -> list[Column]:
    """The heads of the table's columns: with a column for each section where there is only one homework."""
    name: Column = {"title": "Submission", "kind": "text"}
    time: list[Column] = [{"title": "Seconds", "kind": "plain"}, {"title": "Marked at (UTC)", "kind": "text"}]
    if alone is None:
        return [name, {"title": "Homework", "kind": "text"}, {"title": "Total", "kind": "number", "most": None}, *time]
    total: Column = {"title": "Total", "kind": "number", "most": alone.most}
    sections: list[Column] = [{"title": _name(one.id), "kind": "number", "most": one.most} for one in alone.sections]
    return [name, total, *sections, *time]


def _cells(row: Row, alone: HomeworkSummary | None) -> list[object]:
    """A row's cells, in the order of the columns."""
    time = [round(row.seconds, 1), row.marked_at[:16].replace("T", " ")]
    if alone is None:
        return [_name(row.name), _name(row.homework), row.score, *time]
    return [_name(row.name), row.score, *(row.sections.get(section.id) for section in alone.sections), *time]


def _causes(homeworks: Sequence[HomeworkSummary]) -> tuple[dict[str, int], list[str]]:
    """The misconceptions of all homeworks in one list, and where in it those of each begin."""
    first: dict[str, int] = {}
    texts: list[str] = []
    for homework in homeworks:
        first[homework.id] = len(texts)
        texts += [_reason(text) for text, _ in homework.misconceptions]
    return first, texts
