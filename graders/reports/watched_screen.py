"""The state of a watched folder, on a screen that is cleared for it: as much as fits."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from graders.coursework.record import SectionResult, SectionStatus, Status
from graders.reports.explained import explanation, heading
from graders.reports.terminal import STYLE
from graders.reports.watched import Seen, breaks, headline, news, others
from graders.reports.wording import Reason, conditions, of_section, repeat, total

WHOLE = 18
"""Lines about a reason under its cause, where the screen has room."""
MOST_OF_CAUSE = 4


def screen(seen: Seen, console: Console, kept_free: int = 2) -> RenderableType:
    """The whole of it; where that is too high, without sections that passed, then without what is said last."""
    most = console.height - kept_free
    whole = _all(seen, console, seen.report.shown, None)
    if _height(whole, console) <= most:
        return whole
    telling = [section for section in seen.report.shown if not _is_fine(seen, section)]
    for lines in range(WHOLE, 0, -1):
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
        parts += _reason(seen, seen.reason, console, most)
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


def _reason(seen: Seen, reason: Reason, console: Console, most: int | None) -> Iterator[RenderableType]:
    """The cause, what there is room for of the rest, and the command that shows it again."""
    yield Text("")
    yield from heading(console, "✗ ", reason, MOST_OF_CAUSE)
    yield from explanation(console, seen.report, reason, WHOLE if most is None else most)
    yield Text.assemble("  ", (repeat(seen.report, reason.checks[0]), "cyan"))
    if more := others(seen):
        yield Text(more, style="dim")


def _height(shown: RenderableType, console: Console) -> int:
    return len(console.render_lines(shown, pad=False))
