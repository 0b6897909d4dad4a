"""A class's results and their changes on the command line: tables at a terminal, else a line for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.cli.notes import say
from graders.coursework.record import Report, SectionResult
from graders.reports.wording import of_section, points, total

if TYPE_CHECKING:
    from graders.classroom.comparison import Change
    from graders.classroom.result import Result

Marked = tuple["Result", Report]
"""A result with its report."""


def show(results: Sequence[Result], what: str = "submission") -> None:
    """A table for each homework, or a line for each submission or student, and how many there are."""
    console = Console()
    marked = [(result, result.report) for result in results if result.report is not None]
    homeworks = sorted({report.homework for _, report in marked})
    if console.is_terminal:
        for homework in homeworks:
            console.print(_table(homework, marked))
    else:
        _list(marked)
    _list_unmarked(results, console)
    if len(homeworks) > 1:
        say(f"recognised as {', '.join(homeworks)}: say which with --homework ID")
    typer.echo(_summary(len(results), what, [report.score for _, report in marked], same=len(homeworks) == 1))


def _list(results: Sequence[Marked]) -> None:
    for result, report in results:
        sections = "  ".join(f"{section.id} {of_section(section)}" for section in report.counting)
        typer.echo(f"{_who(result)}  {total(report)}  {sections}")


def _list_unmarked(results: Sequence[Result], console: Console) -> None:
    for result in results:
        if result.report is None:
            console.print(Text(f"{_who(result)}  {result.state}: {result.message}"), soft_wrap=True)


def _table(homework: str, results: Sequence[Marked]) -> Table:
    """Of the submissions of this homework."""
    rows = [(result, report) for result, report in results if report.homework == homework]
    table = Table(homework, "score", *(section.id for section in rows[0][1].counting))
    for result, report in rows:
        table.add_row(Text(_who(result)), total(report), *map(_cell, report.counting))
    return table


def _cell(section: SectionResult) -> Text:
    return Text(points(section.score), "green" if section.score >= section.max_score else "red")


def _summary(count: int, what: str, scores: Sequence[float], *, same: bool) -> str:
    """How many there are, and what they have on average where they are of the same homework."""
    mean = f", mean {math.fsum(scores) / len(scores):.2f}" if same else ""
    return f"{count} {what}{'' if count == 1 else 's'}: {len(scores)} marked{mean}"


def _who(result: Result) -> str:
    return f"{result.name} ({result.student})" if result.student not in ("", result.name) else result.name


def show_changes(changes: Sequence[Change]) -> None:
    """Who has another mark than before, and the checks that make it."""
    if not changes:
        typer.echo("No mark changed.")
        return
    console = Console()
    rows = [row for change in changes for row in _rows(change)]
    if not console.is_terminal:
        for row in rows:
            typer.echo("  ".join(filter(None, row)))
        return
    table = Table("changed", "before", "now", "check", "was", "is", "why")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    """Who changed and why in the first row, then a row for each check."""
    yield change.name, _points(change.old_score), _points(change.new_score), "", "", "", change.why
    for check in change.checks:
        yield "", "", "", check.id, check.old or "none", check.new or "none", " ".join(check.message.split())[:200]


def _points(score: float | None) -> str:
    return "none" if score is None else points(score)
