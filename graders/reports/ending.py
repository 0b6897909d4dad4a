"""The last lines on a screen: what changed, what to mend first, the command that shows it again, the total."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from graders.coursework.record import Report
from graders.reports.explained import explanation, heading, place
from graders.reports.first import First, first
from graders.reports.folding import folded
from graders.reports.news import Changes, Then, told
from graders.reports.standing import how_far
from graders.reports.wording import of_report, refused, repeat, total

LEAST_ROWS = 24
"""Of a screen, even of one that says it has fewer."""
PROMPT = 2
"""Rows that a shell writes on, and the blank one above."""
CAUSE = 4
"""Rows that the cause takes at most."""


def ending(report: Report, console: Console, changes: Changes, *, brief: bool) -> Iterator[Text]:
    """The lines, not more than a screen holds; `brief` where the reason has been told in full above."""
    yield Text("")
    found = None if refused(report) else first(report)
    news = list(_news(console, changes, goes_on=found is not None))
    yield from news
    last = list(_total(report, console, found))
    if found is not None:
        yield from _first(report, console, found, None if brief else len(news) + len(last))
    elif changes.then is not None:
        yield from _then(report, console, changes.then)
    yield from last


def _news(console: Console, changes: Changes, *, goes_on: bool) -> Iterator[Text]:
    for good, line in told(changes, goes_on=goes_on):
        yield from (Text(part, style="green" if good else "bold red") for part in folded(console, line, most=3))


def _first(report: Report, console: Console, found: First, others: int | None) -> Iterator[Text]:
    """What to mend first: with its explanation where this many `others` share the screen, else with the place alone."""
    again = list(_again(repeat(report, found.check)))
    head = list(heading(console, "Fix first: ", found.reason, None if others is None else CAUSE))
    yield from head
    if others is None:
        yield from place(console, report, found.check)
    else:
        taken = len(head) + others + len(again) + len(again[-1]) // console.width
        yield from explanation(console, report, found.reason, max(console.height, LEAST_ROWS) - PROMPT - taken)
    yield from again


def _then(report: Report, console: Console, then: Then) -> Iterator[Text]:
    """What failed in the run before, where nothing that was run now does."""
    others = f"all of it: {then.left} other{'' if then.left == 1 else 's'} failed in the run before, and may pass now"
    lines = folded(console, f"Next: {then.check}  {then.why}" if then.check else f"Next: {others}", 2, 3)
    yield from (Text(f"{'  ' if number else ''}{line}", style="bold") for number, line in enumerate(lines))
    yield from _again(of_report(report, then.check))


def _again(command: str) -> Iterator[Text]:
    """The command in its own line, to be copied."""
    yield Text("See it again:", style="dim")
    yield Text.assemble("  ", (command, "bold cyan"))


def _total(report: Report, console: Console, found: First | None) -> Iterator[Text]:
    style = "bold green" if not report.exit_status else "bold"
    line = f"Total {total(report)}"
    about = how_far(report, found.section if found is not None else None)
    first_line, *rest = folded(console, about, 2, first=len(line))
    yield Text.assemble((line, style), f"  {first_line}")
    yield from (Text(f"  {part}") for part in rest)
