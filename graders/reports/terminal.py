"""The report in colour, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graders.record import CheckResult, Report, SectionResult, SectionStatus, Status
from graders.reports.wording import advice, details, lost_checks, points, warnings

STYLE = {
    SectionStatus.PASSED: "green",
    SectionStatus.PARTIAL: "yellow",
    SectionStatus.FAILED: "red",
    SectionStatus.SKIPPED: "dim",
    SectionStatus.MANUAL: "cyan",
}


def show(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print the table of sections, then the reasons for what was lost."""
    console.print(table(report))
    for section in report.sections:
        for part in reasons(report, section, verbose=verbose):
            console.print(part)


def table(report: Report) -> Table:
    """Sections, status and points, with the total at the bottom."""
    made = Table(title=Text(report.submission), title_justify="left", show_footer=True, header_style="bold")
    made.add_column("Section", footer="Total")
    made.add_column("Status")
    made.add_column("Checks", justify="right")
    made.add_column("Points", justify="right", footer=f"{points(report.score)}/{points(report.max_score)}")
    for section in report.sections:
        passed = sum(check.status is Status.PASSED for check in section.checks)
        style = STYLE[section.status]
        made.add_row(
            Text(section.title),
            Text(section.status, style=style),
            f"{passed}/{len(section.checks)}",
            Text(f"{points(section.score)}/{points(section.max_score)}", style=style),
        )
    return made


def reasons(report: Report, section: SectionResult, *, verbose: bool) -> Iterator[RenderableType]:
    """What a section's checks have to say: the first that failed in full, the others on a line each."""
    lost = lost_checks(section)
    notes = [f"advice: {check.message} ({check.id})" for check in advice(section)]
    notes += [f"warning: {text}" for text in warnings(section)]
    if section.note:
        notes.append(f"note: {section.note}")
    if not lost and not notes:
        return
    yield Text(f"\n{section.title}", style="bold")
    for check in lost:
        yield _check(report, check, full=verbose or check is lost[0])
    for note in notes:
        yield Padding(Text(note, style="yellow"), (0, 0, 0, 2))


def _check(report: Report, check: CheckResult, *, full: bool) -> RenderableType:
    head = Text.assemble(("✗ ", "red"), (check.id, "bold red"), f"  {check.title if full else check.message}")
    if not full:
        return Padding(head, (0, 0, 0, 2))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, line in details(report, check):
        grid.add_row(label, Text(line, style="" if label else "bold"))
    return Padding(Group(head, Padding(grid, (0, 0, 0, 4))), (0, 0, 0, 2))
