"""One reason on a screen: the cause, the place, one example as grids; with everything, all else that is known."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from graders.coursework.clean import one_line
from graders.coursework.record import CheckResult, Report, Status
from graders.reports.first import in_brief
from graders.reports.folding import INDENT, LABEL, folded, labelled, verbatim
from graders.reports.grids import grids
from graders.reports.values import worst
from graders.reports.wording import Reason, in_words, numbers, printed, where_to_look

LINES = 3
"""That a cause, a place or a hint takes of a screen, where not everything is asked for."""
PRINTED = 2


def heading(console: Console, before: str, reason: Reason, most: int | None = None) -> Iterator[Text]:
    """The check and its cause: `Fix first: linear.backward_weight  a sum over the batch, not an average`."""
    check = reason.checks[0]
    cause = reason.message if reason.is_elsewhere else _beginning(check)
    named = reason.ids if reason.is_elsewhere else check.id
    start = cell_len(before) + cell_len(named) + 2
    lines = folded(console, cause, INDENT + 2, most, first=start - INDENT - 2)
    yield Text.assemble((before, "bold red"), (named, "bold red"), "  ", (lines[0], "bold"))
    yield from (Text.assemble(" " * (INDENT + 2), (line, "bold")) for line in lines[1:])


def explanation(console: Console, report: Report, reason: Reason, *, whole: bool = False) -> Iterator[Text]:
    """What stands under the heading; `whole` is all that there is."""
    check = reason.checks[0]
    most = None if whole else LINES
    yield from labelled(console, "asks", one_line(check.title), style="dim", most=most)
    yield from _causes(console, report, check, most)
    yield from _example(console, check, most)
    if check.hint:
        yield from _hint(console, check, most)
    yield from _rest(console, reason) if whole else _in_short(console, reason)


def place(console: Console, report: Report, check: CheckResult) -> Iterator[Text]:
    """Where to look, in a line without the code."""
    if check.parts:
        yield from _at(console, "where", check.parts)
        return
    for label, text in where_to_look(report, check):
        yield from _at(console, label, text.partition("\n")[0].partition(":")[0])


def _at(console: Console, label: str, text: str) -> Iterator[Text]:
    for line in labelled(console, label, text, most=1):
        yield Text.assemble("  ", line)


def _beginning(check: CheckResult) -> str:
    """The cause in the heading: of an error that has several lines, the first."""
    if check.diagnosis or "\n" not in check.message:
        return in_brief(check)
    return check.message.partition("\n")[0]


def _causes(console: Console, report: Report, check: CheckResult, most: int | None) -> Iterator[Text]:
    """What is likely besides the heading, and where."""
    if not check.diagnosis and "\n" in check.message:
        yield from verbatim(console, "", check.message.partition("\n")[2])
    for line in check.diagnosis[1:]:
        yield from labelled(console, "likely", line, style="bold", most=most)
    if check.parts:
        yield from labelled(console, "where", check.parts, most=most)
    for label, text in where_to_look(report, check):
        where, _, code = text.partition("\n")
        yield from labelled(console, label, where, style="bold", most=most)
        yield from verbatim(console, "", code)


def _example(console: Console, check: CheckResult, most: int | None) -> Iterator[Text]:
    """The entry that is farthest off, and what stands around it."""
    if check.diagnosis:
        yield from labelled(console, "example", worst(check), most=most)
    for line, marks in grids(check, console.width - INDENT - LABEL):
        shown = Text(line)
        for mark in marks:
            shown.stylize("bold red", *mark)
        yield Text.assemble(" " * (INDENT + LABEL), shown)


def _hint(console: Console, check: CheckResult, most: int | None) -> Iterator[Text]:
    if "\n" in check.hint:
        yield from verbatim(console, "try", check.hint)
    else:
        yield from labelled(console, "try", check.hint, most=most)


def _in_short(console: Console, reason: Reason) -> Iterator[Text]:
    """The numbers where there is nothing else to go by; what was printed; which checks fail besides."""
    check = reason.checks[0]
    for label, text in numbers(check) if _has_numbers_only(check) else ():
        if label in ("called", "case"):
            yield from labelled(console, label, text, most=1)
    if check.output:
        yield from labelled(console, "printed", printed(check.output), most=PRINTED)
    if check.repro:
        yield from labelled(console, "script", str(check.repro))
    also = in_words(reason.further) if reason.further else ", ".join(other.id for other in reason.checks[1:])
    if also:
        yield from labelled(console, "also", also, most=1)


def _has_numbers_only(check: CheckResult) -> bool:
    return check.status is not Status.ERROR and not check.diagnosis


def _rest(console: Console, reason: Reason) -> Iterator[Text]:
    check = reason.checks[0]
    for label, text in numbers(check):
        yield from labelled(console, label, text)
    if check.repro:
        yield from labelled(console, "script", str(check.repro))
    if reason.checks[1:]:
        yield from labelled(console, "also", ", ".join(other.id for other in reason.checks[1:]))
    if reason.further:
        yield from labelled(console, "also", in_words(reason.further))
