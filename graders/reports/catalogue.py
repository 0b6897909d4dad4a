"""The homeworks that come with gradmark as a table: which sections they have, who marks them, and their points."""

from __future__ import annotations

from collections.abc import Iterable

from graders.coursework.packs.pack import Homework
from graders.coursework.rubric import Policy, Section
from graders.reports.wording import points

HEAD = ["| id | marked by the program | marked by hand | points |", "|---|---|---|---|"]


def markdown(homeworks: Iterable[Homework]) -> str:
    """One row for each homework, with each section's points."""
    return "\n".join([*HEAD, *(_row(homework) for homework in homeworks)]) + "\n"


def _row(homework: Homework) -> str:
    by_hand = [section for section in homework.sections if section.policy is Policy.MANUAL]
    by_program = [section for section in homework.sections if section.policy is not Policy.MANUAL]
    extra = sum(section.points for section in homework.sections if section.extra)
    most = points(homework.rubric.total) + (f" + {points(extra)}" if extra else "")
    return f"| {homework.id} | {_listed(by_program)} | {_listed(by_hand)} | {most} |"


def _listed(sections: list[Section]) -> str:
    return ", ".join(map(_entry, sections)) or "-"


def _entry(section: Section) -> str:
    words = [f"with `--keys` that have {section.key}"] if section.key else []
    words += ["extra"] if section.extra else []
    if section.is_practice:
        return f"{section.id} (practice)"
    return f"{section.id} {points(section.points)}" + (f" ({', '.join(words)})" if words else "")
