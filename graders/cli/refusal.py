"""The record of a submission that can't be used: every check has failed, and each report says why."""

from __future__ import annotations

import graders
from graders import UsageError
from graders.coursework.clean import one_line
from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.points import mark_sections, total
from graders.coursework.record import CheckResult, Report, Status
from graders.coursework.selection import select


def named(homework: str | None) -> Homework | None:
    """The homework that was asked for; None where none was, or there is no such."""
    try:
        return None if homework is None else load_homework(homework)
    except UsageError:
        return None


def refused(why: str, homework: Homework | None, only: list[str], submission: str) -> Report:
    """A report without a point; without a homework it has no section."""
    line = one_line(why)
    sections = []
    if homework is not None:
        selection = select(homework, only, {})
        results = {
            check: CheckResult(
                id=check,
                title=homework.title_of(check),
                status=Status.FAILED,
                advisory=homework.is_advisory(check),
                message=line,
            )
            for check in selection.running(homework)
            if not homework.section_of(check).is_practice
        }
        sections = mark_sections(homework, selection, results)
    score, most = total(sections)
    return Report(
        homework=homework.id if homework is not None else "",
        submission=submission,
        score=score,
        max_score=most,
        sections=sections,
        environment={"gradmark": graders.__version__, "refused": line},
    )
