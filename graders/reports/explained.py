"""One reason on a screen: the cause, the place, one example as grids; with everything, all else that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from graders.coursework.clean import one_line
from graders.coursework.record import CheckResult, Report, Status
from graders.reports.first import in_brief
from graders.reports.folding import INDENT, LABEL, folded, labelled, verbatim
from graders.reports.grids import Span, grids
from graders.reports.values import worst
from graders.reports.wording import Reason, in_words, numbers, printed, where_to_look

LINES = 3
"""That a cause, a place or a hint takes of a screen, where not everything is asked for."""
SHORT = 2
"""That what was printed takes, and which checks fail besides."""


def heading(console: Console, before: str, reason: Reason, most: int | None = None) -> Iterator[Text]:
    """The check and its cause: `Fix first: linear.backward_weight  a sum over the batch, not an average`."""
    check = reason.checks[0]
    cause = reason.message if reason.is_elsewhere else in_brief(check)
    more = f" and {len(reason.checks) - 1} more" if reason.is_elsewhere and reason.checks[1:] else ""
    named = f"{check.id}{more}"
    start = cell_len(before) + cell_len(named) + 2
    lines = folded(console, cause, INDENT + 2, most, first=start - INDENT - 2)
    yield Text.assemble((before, "bold red"), (named, "bold red"), "  ", (lines[0], "bold"))
    yield from (Text.assemble(" " * (INDENT + 2), (line, "bold")) for line in lines[1:])


def explanation(console: Console, report: Report, reason: Reason, room: int | None = None) -> list[Text]:
    """What is under the heading: all that there is, or what matters most in this many lines."""
    if room is None:
        return [line for part in _Explained(console, report, reason, None).everything() for line in part.lines]
    parts = list(_Explained(console, report, reason, LINES).in_short())
    for part in sorted(parts, key=lambda part: -part.rank):
        if sum(len(kept.lines) for kept in parts) > room and part.rank:
            parts.remove(part)
    return [line for part in parts for line in part.lines]


def place(console: Console, report: Report, check: CheckResult) -> Iterator[Text]:
    """Where to look, in a line without the code."""
    if check.parts:
        yield from labelled(console, "where", check.parts, most=1, indent=2 * INDENT)
        return
    for label, text in where_to_look(report, check):
        where = text.partition("\n")[0].partition(":")[0]
        yield from labelled(console, label, where, most=1, indent=2 * INDENT)


class _Part(NamedTuple):
    """Lines that are shown together or not at all: what has the largest rank goes first; of rank 0 all stay."""

    rank: int
    lines: list[Text]


@dataclass(frozen=True)
class _Explained:
    """The parts of what is told about a reason, each in `most` lines if that is a number."""

    console: Console
    report: Report
    reason: Reason
    most: int | None

    @property
    def check(self) -> CheckResult:
        return self.reason.checks[0]

    def in_short(self) -> Iterator[_Part]:
        """What helps to mend it."""
        asks = self._labelled(6, "asks", one_line(self.check.title), style="dim")
        if self._is_error:
            yield from (*self._causes(), self._hint(), asks)
        else:
            yield from (asks, *self._causes(), *self._example(), self._hint())
        for label, text in numbers(self.check) if not self._is_error and not self.check.diagnosis else ():
            if label in ("called", "case"):
                yield self._labelled(7, label, text, most=1)
        yield self._labelled(4, "printed", printed(self.check.output), most=SHORT)
        yield self._script()
        also = in_words(self.reason.further) if self.reason.further else self._others
        yield self._labelled(5, "also", also if not self.reason.waits else "", most=SHORT)

    def everything(self) -> Iterator[_Part]:
        """All of it."""
        yield self._labelled(0, "asks", one_line(self.check.title), style="dim")
        yield from self._causes()
        yield self._hint()
        yield from self._example()
        for label, text in numbers(self.check):
            yield self._labelled(0, label, text)
        yield self._script()
        yield self._labelled(0, "also", self._others)
        yield self._labelled(0, "also", in_words(self.reason.further) if self.reason.further else "")

    @property
    def _is_error(self) -> bool:
        return self.check.status is Status.ERROR

    @property
    def _others(self) -> str:
        return ", ".join(other.id for other in self.reason.checks[1:])

    @property
    def _shows_its_line(self) -> bool:
        """Whether the line to look at is the one that raised, which the message has with what was at work there."""
        looks, raised = self.check.look_at or [], self.check.raised
        code = "\n" in self.check.message and raised and len(looks) == 1
        return bool(code and raised and (looks[0].file, looks[0].line) == (raised.file, raised.line))

    def _causes(self) -> Iterator[_Part]:
        """What is likely besides the heading, and where."""
        if not self.check.diagnosis:
            yield _Part(0, list(verbatim(self.console, "", self.check.message.partition("\n")[2])))
        for line in self.check.diagnosis[1:]:
            yield self._labelled(2, "likely", line, style="bold")
        yield self._labelled(1, "where", self.check.parts)
        for label, text in [] if self._shows_its_line else where_to_look(self.report, self.check):
            where, _, code = text.partition("\n")
            yield self._labelled(0, label, where, style="bold")
            yield _Part(0, list(verbatim(self.console, "", code)))

    def _example(self) -> Iterator[_Part]:
        """The entry that is farthest off, and what stands around it."""
        if self.check.diagnosis:
            yield self._labelled(2, "example", worst(self.check))
        margin = INDENT + LABEL
        found = grids(self.check, self.console.width - margin)
        yield _Part(3, [_marked(" " * margin + line, margin, spans) for line, spans in found])

    def _hint(self) -> _Part:
        hint = self.check.hint
        if "\n" in hint:
            return _Part(1, list(verbatim(self.console, "try", hint)))
        return self._labelled(1, "try", hint)

    def _script(self) -> _Part:
        return self._labelled(1, "script", str(self.check.repro or ""), most=None)

    def _labelled(self, rank: int, label: str, text: str, style: str = "", most: int | None = LINES) -> _Part:
        least = None if self.most is None else most
        return _Part(rank, list(labelled(self.console, label, text, style=style, most=least)) if text else [])


def _marked(line: str, margin: int, spans: Sequence[Span]) -> Text:
    shown = Text(line)
    for span in spans:
        shown.stylize("bold red", margin + span.start, margin + span.end)
    return shown
