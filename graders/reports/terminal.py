"""The report in colour, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graders.coursework.record import Report, SectionResult, SectionStatus, Status
from graders.reports.brief import brief
from graders.reports.wording import Reason, causes, conditions, details, notes, of_section, reasons, total

STYLE = {
    SectionStatus.PASSED: "green",
    SectionStatus.PARTIAL: "yellow",
    SectionStatus.FAILED: "red",
    SectionStatus.SKIPPED: "dim",
    SectionStatus.MANUAL: "cyan",
}


def show(report: Report, console: Console, *, verbose: bool = False) -> None:
    """Print the table of sections, then the reasons for what was lost; first whose homework it may be."""
    if report.opening:
        console.print(Text(f"{report.opening}\n", style="bold yellow"))
    console.print(table(report))
    for section in report.shown:
        for part in explanation(report, section, verbose=verbose):
            console.print(part)
    for line in conditions(report):
        console.print(Text(line, style="dim"))


def table(report: Report) -> Table:
    """Sections, status and points, with the total at the bottom."""
    made = Table(title=Text(report.submission), title_justify="left", show_footer=True, header_style="bold")
    made.add_column("Section", footer="Total")
    made.add_column("Status")
    made.add_column("Checks", justify="right")
    made.add_column("Points", justify="right", footer=total(report))
    for section in report.shown:
        passed = sum(check.status is Status.PASSED for check in section.checks)
        style = STYLE[section.status]
        made.add_row(
            Text(section.title),
            Text(section.status, style=style),
            f"{passed}/{len(section.checks)}",
            Text(of_section(section), style=style),
        )
    return made


def explanation(report: Report, section: SectionResult, *, verbose: bool) -> Iterator[RenderableType]:
    """Why a section lost points, the first reason in full, and what else there is to say about it."""
    found, said = reasons(section) if verbose else causes(report, section), list(notes(section))
    if found or said:
        yield Text(f"\n{section.title}", style="bold")
    for reason in found:
        full = verbose or (reason is found[0] and not reason.is_elsewhere)
        yield Padding(_reason(report, reason, full=full, verbose=verbose), (0, 0, 0, 2))
    for note in said:
        yield Padding(Text(str(note), style="yellow"), (0, 0, 0, 2))


def _reason(report: Report, reason: Reason, *, full: bool, verbose: bool) -> RenderableType:
    if not full:
        return Text.assemble(("✗ ", "red"), (reason.ids, "red"), f"  {reason.message}")
    check = reason.checks[0]
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    everything = details(report, check, reason.checks[1:], reason.further)
    message, *rest = everything if verbose else brief(everything)
    for label, line in rest:
        grid.add_row(label, Text(line))
    head = Text.assemble(("✗ ", "red"), (check.id, "bold red"), f"  {check.title}")
    return Group(head, Padding(Text(message[1], style="bold"), (0, 0, 0, 4)), Padding(grid, (0, 0, 0, 4)))
