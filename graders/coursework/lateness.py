"""What a hand-in loses for coming late, by its rubric: its own row in the result."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from graders.coursework.packs.pack import read_rubric
from graders.coursework.points import total
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.coursework.rubric import Late, Lateness
from graders.coursework.term.moments import clock_days, hours_between, moment, named_zone

LATE = "late"
"""The row's id."""


def policy_of(report: Report) -> Late | None:
    """What the rubric that a submission was marked by says about late ones."""
    return read_rubric(report.environment.get("rubric", report.homework)).late


def due_date(late: Late) -> datetime | None:
    """When the rubric itself says that the homework is due."""
    return moment(late.due, named_zone(late.zone) if late.zone else None) if late.due else None


def lateness(late: Late | None, due: datetime, at: datetime) -> Lateness:
    """How late a hand-in is, after the minutes of grace; days are those of the clock in the course's zone."""
    if late is not None and late.zone:
        due = due.astimezone(named_zone(late.zone))
    at -= timedelta(minutes=late.grace_minutes if late is not None else 0)
    return Lateness(clock_days(due, at), hours_between(due, at))


def paid(late: Late, since: Lateness, left: int) -> Lateness:
    """The same, with as many of its days paid as the budget has left: those that would cost something."""
    costing = max(0, since.days - late.free_days)
    return Lateness(since.days, since.hours, min(costing, max(left, 0)))


def penalised(report: Report, late: Lateness | int) -> Report:
    """The report with a row that takes points away, where the rubric has a penalty for this many days, once."""
    late = late if isinstance(late, Lateness) else Lateness(late)
    if any(section.id == LATE for section in report.sections):
        return report
    policy = policy_of(report) if late.days else None
    penalty = policy.penalty(report.score, late) if policy is not None else 0.0
    if policy is None or not penalty:
        return report
    row = SectionResult(
        id=LATE,
        title=f"Handed in {_said(policy, late)} late",
        score=-penalty,
        max_score=0.0,
        status=SectionStatus.FAILED,
        checks=[],
        note=_paid(late.paid),
        extra=True,
    )
    sections = [*report.sections, row]
    score, most = total(sections)
    return msgspec.structs.replace(report, sections=sections, score=score, max_score=most)


def _said(policy: Late, late: Lateness) -> str:
    return _count(late.hours, "hour") if policy.by_hours else _count(late.days, "day")


def _paid(days: int) -> str:
    return f"{_count(days, 'late day')} of the term cost nothing" if days else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
