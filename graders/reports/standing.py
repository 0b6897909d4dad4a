"""The state of a submission, briefly: how many checks pass, what a person still marks, what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graders.coursework.record import Report, SectionResult, SectionStatus, Status
from graders.reports.wording import manual, points

_FLAG = re.compile(r"(\w+) is False")
"""Why a check was left out for which the flags file has a name."""


def by_hand(report: Report) -> Iterator[str]:
    """The sections that a person marks, with their points, in a line."""
    named = [f"{section.id} {'+' if section.extra else ''}{points(section.max_score)}" for section in manual(report)]
    if named:
        yield f"Marked by hand: {', '.join(named)}"


def left_out(report: Report) -> Iterator[str]:
    """Why sections were left out, in a line; where that is all of them, what to write, in another."""
    skipped = [section for section in report.shown if section.status is SectionStatus.SKIPPED]
    whys = dict.fromkeys(check.message for section in skipped for check in section.checks)
    if whys:
        yield f"Left out: {', '.join(section.id for section in skipped)} ({'; '.join(whys)})"
    flag = next((found[1] for why in whys if (found := _FLAG.fullmatch(why))), "")
    if flag and all(section.status in (SectionStatus.SKIPPED, SectionStatus.MANUAL) for section in report.shown):
        yield f"Nothing was marked: in your flags file write {flag} = True, or switch on another one"


def ran(section: SectionResult) -> tuple[int, int]:
    """How many checks passed, of how many that were run."""
    asked = [check for check in section.checks if check.status is not Status.SKIPPED]
    return sum(check.status is Status.PASSED for check in asked), len(asked)


def went(section: SectionResult) -> SectionStatus:
    """What happened to what was run of a section: a part of one that passes has passed."""
    partly = section.status is SectionStatus.PARTIAL and any(check.status is Status.SKIPPED for check in section.checks)
    return SectionStatus.PASSED if partly and section.score >= section.max_score else section.status


def how_far(report: Report, section: SectionResult | None) -> str:
    """How many checks pass: of a section where there is something to mend, else of all."""
    sections = report.shown if section is None else [section]
    passed, of = (sum(counts) for counts in zip(*map(ran, sections), strict=True)) if sections else (0, 0)
    if not of:
        return ""
    line = f"{passed} of {of} {'check passes' if of == 1 else 'checks pass'}"
    if section is None:
        return f"{line}{_partly(report)}"
    whole = "; this section is all or nothing" if passed and section.max_score and not section.score else ""
    return f"{section.id}: {line}{whole}{_partly(report)}"


def _partly(report: Report) -> str:
    """That there are no points where only parts of sections were selected."""
    nothing = not report.max_score and any(check.status is Status.SKIPPED for s in report.shown for check in s.checks)
    return "; points come for whole sections only" if nothing else ""
