"""A student's row in a grade book: a frozen record, whoever read it from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.coursework.lateness import LATE
from graders.coursework.record import SectionResult, SectionStatus
from graders.coursework.rubric import Lateness
from graders.coursework.term.roster import Person

NOTHING = "nothing"
"""The state of who handed in nothing; others are those of the store."""


@dataclass(frozen=True)
class BookRow:
    """One student and one homework. `score` is None where our fault is in the way; times are empty if unknown."""

    person: Person
    homework: str
    submission: str
    state: str
    score: float | None
    most: float
    rubric: Sequence[SectionResult] = ()
    """The rubric's rows that count, and a penalty's, without their checks."""
    handed_in: str = ""
    due: str = ""
    late: Lateness | None = None

    @property
    def sections(self) -> Sequence[SectionResult]:
        """The rubric's rows that count, without the one of a penalty."""
        return [one for one in self.rubric if one.id != LATE]

    @property
    def penalty(self) -> float:
        """The points that lateness took."""
        return -sum(one.score for one in self.rubric if one.id == LATE)

    @property
    def by_hand(self) -> float:
        """The points that nobody has given yet."""
        return sum(one.max_score for one in self.sections if is_open(one) and not one.extra)


def is_open(section: SectionResult) -> bool:
    """Whether it waits for somebody's mark."""
    return section.status is SectionStatus.MANUAL and not section.score
