"""From the results of checks to sections and a total. Fail-closed: a check without a result has failed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, SectionResult, SectionStatus, Status, loses
from graders.coursework.rubric import Policy, Section
from graders.coursework.selection import Selection

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
    whole = _is_whole(section, selection)
    score, most = _points(section, checks, selection)
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
        practice=section.is_practice,
    )


def _result(
    homework: Homework, section: Section, check: str, selection: Selection, results: Mapping[str, CheckResult]
) -> CheckResult:
    if check in results:
        return results[check]
    runs = selection.runs(check)
    return CheckResult(
        id=check,
        title=homework.title_of(check),
        status=Status.FAILED if runs and not section.is_practice else Status.SKIPPED,
        advisory=check in section.advisory,
        message=NO_RESULT if runs else selection.why_not(check),
    )


def _points(section: Section, checks: list[CheckResult], selection: Selection) -> tuple[float, float]:
    """Score and what could have been had."""
    match section.policy:
        case Policy.MANUAL:
            return 0.0, section.points
        case Policy.ALL_OR_NOTHING:
            return _all_or_nothing(section, checks, selection)
        case Policy.PER_CHECK:
            return _per_check(section, checks, selection)


def _all_or_nothing(section: Section, checks: list[CheckResult], selection: Selection) -> tuple[float, float]:
    """A part of the section is worth nothing by itself."""
    if not _is_whole(section, selection):
        return 0.0, 0.0
    return (section.points if _has_all(section, checks) else 0.0), section.points


def _per_check(section: Section, checks: list[CheckResult], selection: Selection) -> tuple[float, float]:
    """Each check earns its own points, or the share of them that it has."""
    if _is_whole(section, selection):
        most = section.points
    else:
        most = math.fsum(section.points_of(check) for check in section.checks if check in selection.checks)
    if _has_all(section, checks):
        return section.points, most
    shares = (section.points_of(check.id) * check.share for check in checks if loses(check))
    return round(math.fsum([*map(section.points_of, _earned(checks)), *shares]), 6), round(most, 6)


def _is_whole(section: Section, selection: Selection) -> bool:
    return all(check in selection.checks for check in section.checks)


def _has_all(section: Section, checks: list[CheckResult]) -> bool:
    return len(_earned(checks)) == len(section.checks)


def _earned(checks: list[CheckResult]) -> list[str]:
    return [check.id for check in checks if check.status is Status.PASSED and not check.advisory]


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
