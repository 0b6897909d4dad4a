"""What a hand-in loses for coming late, by its rubric: a row of its own in the result."""

from __future__ import annotations

import msgspec

from graders.coursework.packs.pack import read_rubric
from graders.coursework.points import total
from graders.coursework.record import Report, SectionResult, SectionStatus

LATE = "late"
"""The row's id."""


def penalised(report: Report, days: int) -> Report:
    """The report with a row that takes points away, where the rubric has a penalty for so many days, once."""
    if any(section.id == LATE for section in report.sections):
        return report
    late = read_rubric(report.environment.get("rubric", report.homework)).late if days else None
    penalty = late.penalty(report.score, days) if late is not None else 0.0
    if not penalty:
        return report
    title = f"Handed in {days} day{'' if days == 1 else 's'} late"
    row = SectionResult(
        id=LATE, title=title, score=-penalty, max_score=0.0, status=SectionStatus.FAILED, checks=[], extra=True
    )
    sections = [*report.sections, row]
    score, most = total(sections)
    return msgspec.structs.replace(report, sections=sections, score=score, max_score=most)
