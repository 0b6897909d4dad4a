"""From the results of checks to sections and a total. Fail-closed: a check without a result has failed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from graders.pack import Homework
from graders.record import CheckResult, SectionResult, SectionStatus, Status, loses
from graders.rubric import Policy, Section
from graders.selection import Selection

NO_RESULT = "no result: the marking stopped before this check"


def mark_sections(homework: Homework, selection: Selection, results: Mapping[str, CheckResult]) -> list[SectionResult]:
    """The sections that --only takes in, in the rubric's order, each with all its checks."""
    return [
        _mark(homework, section, selection, results)
        for section in homework.sections
        if section.id in selection.sections
    ]


def _mark(
    homework: Homework, section: Section, selection: Selection, results: Mapping[str, CheckResult]
) -> SectionResult:
    checks = [_result(homework, section, check, selection, results) for check in section.all_checks]
    whole = all(check in selection.checks for check in section.checks)
    score, most = _points(section, checks, selection, whole)
    status = _status(section, checks, score, most)
    note = "; ".join(filter(None, [section.note, _note(section, checks, whole)]))
    return SectionResult(
        id=section.id,
        title=section.title,
        score=score,
        max_score=most,
        status=status,
        checks=checks,
        note=note,
        extra=section.extra,
    )


def _result(
    homework: Homework, section: Section, check: str, selection: Selection, results: Mapping[str, CheckResult]
) -> CheckResult:
    if check in results:
        return results[check]
    skipped = not selection.runs(check)
    return CheckResult(
        id=check,
        title=homework.title_of(check),
        status=Status.SKIPPED if skipped else Status.FAILED,
        advisory=check in section.advisory,
        message=selection.why_not(check) if skipped else NO_RESULT,
    )


def _points(section: Section, checks: list[CheckResult], selection: Selection, whole: bool) -> tuple[float, float]:
    """Score and what could have been had. A part of an all-or-nothing section is worth nothing by itself."""
    earned = [check.id for check in checks if check.status is Status.PASSED and not check.advisory]
    if section.policy is Policy.MANUAL:
        return 0.0, section.points
    if section.policy is Policy.ALL_OR_NOTHING:
        if not whole:
            return 0.0, 0.0
        return (section.points if len(earned) == len(section.checks) else 0.0), section.points
    most = section.points if whole else math.fsum(section.points_of(c) for c in section.checks if c in selection.checks)
    if len(earned) == len(section.checks):
        return section.points, most
    shares = (section.points_of(check.id) * check.share for check in checks if loses(check))
    return round(math.fsum([*map(section.points_of, earned), *shares]), 6), round(most, 6)


def total(sections: Iterable[SectionResult]) -> tuple[float, float]:
    """What was earned, and what there was to earn without extra points."""
    marked = list(sections)
    most = math.fsum(section.max_score for section in marked if not section.extra)
    return math.fsum(section.score for section in marked), most


def _note(section: Section, checks: list[CheckResult], whole: bool) -> str:
    if not whole:
        if section.policy is Policy.PER_CHECK:
            return ""
        return "part of a section was selected: its points need the whole"
    ran = {check.status is not Status.SKIPPED for check in checks}
    return "a flag leaves out a part of this section" if len(ran) == 2 else ""


def _status(section: Section, checks: list[CheckResult], score: float, most: float) -> SectionStatus:
    if section.policy is Policy.MANUAL:
        return SectionStatus.MANUAL
    if any(loses(check) for check in checks):
        return SectionStatus.PARTIAL if 0 < score < most else SectionStatus.FAILED
    counting = [check.status is Status.PASSED for check in checks if not check.advisory]
    if any(counting):
        return SectionStatus.PASSED if all(counting) else SectionStatus.PARTIAL
    return SectionStatus.SKIPPED
