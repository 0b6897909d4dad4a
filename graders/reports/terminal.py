"""The report in colour, for a person at a terminal: what matters most comes last."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.reports.ending import ending
from graders.reports.folding import folded, put
from graders.reports.news import NONE, Changes
from graders.reports.screen_sections import Sections
from graders.reports.standing import by_hand, left_out, ran, went
from graders.reports.waiting import waiting
from graders.reports.wording import conditions, of_section, refused, total

STYLE = {
    SectionStatus.PASSED: "green",
    SectionStatus.PARTIAL: "yellow",
    SectionStatus.FAILED: "red",
    SectionStatus.SKIPPED: "dim",
    SectionStatus.MANUAL: "cyan",
}
SIGNS = {SectionStatus.PASSED: "✓", SectionStatus.PARTIAL: "◐", SectionStatus.FAILED: "✗"}
NOT_STARTED, WAITING = 4, 2
"""Lines of a screen that what isn't started takes, and each that says what waits for it."""
NARROW = 60
"""Columns of a screen that has no room for titles."""


def show(report: Report, console: Console, *, verbose: bool = False, changes: Changes = NONE) -> None:
    """Print the table of sections, the reasons in brief, and last what to mend first and the total.

    Whose homework it may be comes before all; `changes` are those since the run before.
    """
    if report.opening:
        put(console, Text(f"{report.opening}\n", style="bold yellow"))
    if not _is_cut_short(report):
        _show_marks(report, console)
    sections = Sections(report, console, verbose)
    for section in [] if refused(report) else report.shown:
        for part in sections.of(section):
            put(console, part)
    for line in conditions(report):
        _say(console, line, "dim")
    for number, line in enumerate(waiting(report)):
        _say(console, line, "yellow", most=None if verbose else WAITING if number else NOT_STARTED)
    for part in ending(report, console, changes, brief=verbose):
        put(console, part)


def _show_marks(report: Report, console: Console) -> None:
    """The table, and below it what no program marks and what was left out."""
    put(console, table(report, console.width) if _is_marked(report) else Text(report.submission, style="bold"))
    for line in by_hand(report):
        _say(console, line, "cyan")
    for line in left_out(report):
        _say(console, line, "dim", most=3)


def table(report: Report, width: int) -> Table:
    """The sections that a program marks, each with its name and title, its status, its checks and points."""
    made = Table(title=Text(report.submission), title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.header_style, made.show_footer, made.footer_style = "dim", True, "bold"
    made.add_column("Section", footer="Total", no_wrap=True)
    if width >= NARROW:
        made.add_column("", no_wrap=True, ratio=1, overflow="ellipsis")
        made.expand, made.width = True, min(width, 100)
    made.add_column("Status", no_wrap=True)
    made.add_column("Checks", justify="right", no_wrap=True)
    made.add_column(
        "Points", footer=total(report, pending=False) if report.max_score else "", justify="right", no_wrap=True
    )
    for section in report.shown:
        if section.status is not SectionStatus.MANUAL:
            made.add_row(*_row(section, titled=width >= NARROW))
    return made


def _row(section: SectionResult, *, titled: bool) -> Iterator[Text]:
    status = went(section)
    style = STYLE[status]
    passed, of = ran(section)
    yield Text(section.id, style=style)
    if titled:
        yield Text(section.title)
    yield Text(f"{SIGNS.get(status, '-')} {status}", style=style)
    yield Text(f"{passed}/{of}" if of else "")
    yield Text(of_section(section) if section.max_score or section.practice or section.extra else "", style=style)


def _is_marked(report: Report) -> bool:
    """Whether a program marks any of it."""
    return any(section.status is not SectionStatus.MANUAL for section in report.shown)


def _is_cut_short(report: Report) -> bool:
    return "unfinished" in report.environment


def _say(console: Console, line: str, style: str, most: int | None = None) -> None:
    for part in folded(console, line, most=most):
        put(console, Text(part, style=style))
