"""What to mend first: of all reasons of a report the one that comes before the others, and its cause in a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from graders.coursework.clean import one_line
from graders.coursework.points import NO_RESULT
from graders.coursework.record import CheckResult, Report, SectionResult, Status
from graders.reports.values import worst
from graders.reports.wording import Reason, causes, first_line


class First(NamedTuple):
    """A reason, and the section that it costs points."""

    section: SectionResult
    reason: Reason

    @property
    def check(self) -> CheckResult:
        """The check that tells of it."""
        return self.reason.checks[0]


def first(report: Report) -> First | None:
    """The first reason in the rubric's order; practice comes last, and so does what is no mistake of the student's."""
    found = list(_all(report))
    return min(found, key=_rank, default=None)


def in_brief(check: CheckResult) -> str:
    """Why it failed, in a line: the mistake if it was recognised, else what the check found."""
    return one_line(check.diagnosis[0] if check.diagnosis else first_line(worst(check)))


def _all(report: Report) -> Iterator[First]:
    """Every reason with each section that it costs points."""
    for section in report.shown:
        for reason in causes(report, section):
            if reason.message != NO_RESULT:
                yield First(section, reason)


def _rank(found: First) -> tuple[bool, bool, bool, bool]:
    """What isn't the student's comes last; before it what costs nothing, what isn't started, what another tells."""
    reason = found.reason
    return found.check.status is Status.GRADER_FAULT, found.section.practice, reason.waits, reason.is_elsewhere
