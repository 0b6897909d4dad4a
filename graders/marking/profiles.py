"""How thoroughly a run looks: the number of cases for each check, and how long student code may take."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from graders.sandbox.allowance import WALL_FOR_CPU

MAX_SECONDS = 3600
"""How long the marking of a submission may go on asking student code, unless told otherwise."""


class Profile(StrEnum):
    """The names that --profile takes."""

    QUICK = "quick"
    GRADING = "grading"
    THOROUGH = "thorough"


class Effort(NamedTuple):
    """What one check may take: drawn cases, processor time of student code, attempts to shrink a case.

    Right code computes for a few hundredths of a second in a check of 12 cases. The seconds are those of the machine on
    which they were chosen: a slower one has more.
    """

    cases: int
    cpu_seconds: int
    shrinks: int

    @property
    def seconds(self) -> float:
        """By the clock, as a last resort."""
        return WALL_FOR_CPU * self.cpu_seconds

    @property
    def explains(self) -> bool:
        """Whether reasons are looked for, not marks alone."""
        return self.shrinks > 0


EFFORT = {
    Profile.QUICK: Effort(cases=5, cpu_seconds=2, shrinks=20),
    Profile.GRADING: Effort(cases=12, cpu_seconds=2, shrinks=40),
    Profile.THOROUGH: Effort(cases=200, cpu_seconds=20, shrinks=200),
}
