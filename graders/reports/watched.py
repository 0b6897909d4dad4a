"""The state of a watched folder after a save, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graders.coursework.record import Report, SectionResult
from graders.reports.brief import brief
from graders.reports.news import Changes, listed
from graders.reports.text import heading
from graders.reports.wording import Line, Reason, conditions, details, indented, reasons, total

MOST_NAMED = 3
"""Of the files that were saved."""


@dataclass(frozen=True)
class Seen:
    """The report, after these files were `saved` and this many checks `marked`.

    Of checks that are `waiting` the result isn't known yet; that of `held` ones is from before a file was `broken`,
    each with its line and the reason.
    """

    report: Report
    saved: Sequence[str]
    marked: int
    changes: Changes = field(default_factory=Changes)
    waiting: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    broken: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> Reason | None:
        """Why points are lost: of what fails since the last save the first reason, else the first of all."""
        found = [reason for section in self.report.shown for reason in reasons(section) if self._is_known(reason)]
        found.sort(key=lambda reason: reason.waits)  # what isn't started comes last
        new = (reason for reason in found if any(check.id in self.changes.failing for check in reason.checks))
        return next(new, found[0] if found else None)

    @property
    def other_reasons(self) -> int:
        """How many there are besides."""
        return max(sum(self._is_known(one) for section in self.report.shown for one in reasons(section)) - 1, 0)

    def waits(self, section: SectionResult) -> bool:
        """Whether its points aren't known yet."""
        return any(check.id in self.waiting for check in section.checks)

    def is_held(self, section: SectionResult) -> bool:
        """Whether its points are those from before."""
        return any(check.id in self.held for check in section.checks)

    def _is_known(self, reason: Reason) -> bool:
        return self.waiting.isdisjoint(check.id for check in reason.checks)


def watched(seen: Seen) -> str:
    """The news in plain lines: what was saved, what changed, each section."""
    report = seen.report
    lines = [headline(seen), *(f"  {line}" for _, line in news(seen))]
    lines += [report.opening] if report.opening else []
    width = max([14, *(len(section.id) + 1 for section in report.shown)])
    lines += [_section(seen, section, width) for section in report.shown]
    lines += [f"Total {'...' if seen.waiting else total(report)}", *conditions(report)]
    return "\n".join([*lines, ""])


def first_reason(seen: Seen) -> str:
    """Why points are lost, in plain lines; empty where none are."""
    if seen.reason is None:
        return ""
    check = seen.reason.checks[0]
    lines = [f"{check.id} {check.status}: {check.title}", *indented(brief(reason_lines(seen.report, seen.reason)))]
    if more := others(seen):
        lines.append(more)
    return "\n".join([*lines, ""])


def headline(seen: Seen) -> str:
    """What was saved, and what that made necessary."""
    checks = f"{seen.marked} check{'' if seen.marked == 1 else 's'} marked"
    if not seen.saved or len(seen.saved) > MOST_NAMED:
        return checks
    return f"{', '.join(seen.saved)}: {checks}"


def news(seen: Seen) -> Iterator[tuple[bool, str]]:
    """What fails now and didn't, and what passes now and didn't, each in a line, with whether that is good."""
    if seen.changes.failing:
        yield False, f"fails now: {listed(seen.changes.failing)}"
    if seen.changes.passing:
        yield True, f"passes now: {listed(seen.changes.passing)}"


def reason_lines(report: Report, reason: Reason) -> Iterator[Line]:
    """Everything about the first check with this reason."""
    return details(report, reason.checks[0], also=reason.checks[1:])


def others(seen: Seen) -> str:
    """That there are more reasons than the one that is shown; empty if there aren't."""
    count = seen.other_reasons
    if not count:
        return ""
    return f"and {count} other reason{'' if count == 1 else 's'}, which gradmark grade shows"


def breaks(broken: Mapping[str, str]) -> list[str]:
    """A line for each file that doesn't compile."""
    return [f"{name}, {why}" for name, why in broken.items()]


def _section(seen: Seen, section: SectionResult, width: int) -> str:
    if seen.waits(section):
        return f"{section.id:<{width}}{'...':>9}  marking  {section.title}"
    return heading(section, width) + ("  (as before)" if seen.is_held(section) else "")
