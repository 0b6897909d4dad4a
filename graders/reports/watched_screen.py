"""What a folder that is watched has come to, on a screen that is cleared for it: as much as its lines hold."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graders.coursework.record import SectionResult, SectionStatus, Status
from graders.reports.brief import brief
from graders.reports.terminal import STYLE
from graders.reports.watched import Seen, breaks, headline, news, others, reason_lines
from graders.reports.wording import Line, Reason, conditions, of_section, total

_MARGIN = 6
"""Columns that labels and margins take beside what is said."""
_LEAST_WIDTH = 40


def screen(seen: Seen, console: Console, kept_free: int = 2) -> RenderableType:
    """The whole of it; where that is too high, without sections that passed, then without what is said last."""
    most = console.height - kept_free
    whole = _all(seen, console, seen.report.shown, None)
    if _height(whole, console) <= most:
        return whole
    telling = [section for section in seen.report.shown if not _is_fine(seen, section)]
    for lines in range(12, 0, -1):
        found = _all(seen, console, telling, lines)
        if _height(found, console) <= most:
            break
    return found


def _all(seen: Seen, console: Console, sections: list[SectionResult], most: int | None) -> RenderableType:
    parts: list[RenderableType] = [Text(f"{seen.report.submission}  {headline(seen)}", style="bold")]
    parts += [Text(line, style="bold yellow") for line in [seen.report.opening] if line]
    parts.append(_table(seen, sections))
    parts += [Text(line, style="dim") for line in conditions(seen.report)]
    parts += [Text(f"{'✓' if good else '✗'} {line}", style="green" if good else "red") for good, line in news(seen)]
    parts += [Text(line, style="bold red") for line in breaks(seen.broken)]
    if seen.reason is not None:
        parts += _reason(seen, seen.reason, max(console.width - _MARGIN - 8, _LEAST_WIDTH), most)
    return Group(*parts)


def _table(seen: Seen, sections: list[SectionResult]) -> Table:
    """Sections, checks, points and status, with the total at the bottom."""
    made = Table(box=None, pad_edge=False, show_footer=True, header_style="dim", footer_style="bold")
    left_out = len(seen.report.shown) - len(sections)
    made.add_column("Section", footer=f"Total, with {left_out} that passed" if left_out else "Total", no_wrap=True)
    made.add_column("Checks", justify="right")
    made.add_column("Points", justify="right", footer="..." if seen.waiting else total(seen.report))
    made.add_column("Status")
    for section in sections:
        status, style = _status(seen, section)
        passed = sum(check.status is Status.PASSED for check in section.checks)
        points = "..." if seen.waits(section) else of_section(section)
        checks = f"{passed}/{len(section.checks)}"
        made.add_row(Text(section.title), checks, Text(points, style=style), Text(status, style=style))
    return made


def _status(seen: Seen, section: SectionResult) -> tuple[str, str]:
    if seen.waits(section):
        return "marking", "dim"
    if seen.is_held(section):
        return f"{section.status}, as before", "dim"
    return section.status, STYLE[section.status]


def _is_fine(seen: Seen, section: SectionResult) -> bool:
    return section.status is SectionStatus.PASSED and not seen.waits(section) and not seen.is_held(section)


def _reason(seen: Seen, reason: Reason, width: int, most: int | None) -> Iterator[RenderableType]:
    check = reason.checks[0]
    (_, message), *rest = _cut(list(brief(reason_lines(seen.report, reason), width)), most)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, line in rest:
        grid.add_row(label, Text(line))
    yield Text.assemble("\n", ("✗ ", "red"), (check.id, "bold red"), f"  {check.title}", overflow="ellipsis")
    yield Padding(Text(message, style="bold"), (0, 0, 0, 2))
    yield Padding(grid, (0, 0, 0, 2))
    if more := others(seen):
        yield Text(more, style="dim")


def _cut(lines: list[Line], most: int | None) -> list[Line]:
    """So many of them; the last, which is the command that shows it again, always stays."""
    return lines if most is None or len(lines) <= most + 1 else [*lines[:most], lines[-1]]


def _height(shown: RenderableType, console: Console) -> int:
    return len(console.render_lines(shown, pad=False))
