"""How thoroughly a run looks: the number of cases for each check, and how long student code may take."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Profile(StrEnum):
    """The names that --profile takes."""

    QUICK = "quick"
    GRADING = "grading"
    THOROUGH = "thorough"


class Effort(NamedTuple):
    """What one check may take: drawn cases, processor and waiting seconds of student code, attempts to shrink a case.

    Right code computes for a few hundredths of a second in a check of 12 cases.
    """

    cases: int
    cpu_seconds: int
    seconds: float
    shrinks: int

    @property
    def explains(self) -> bool:
        """Whether reasons are looked for, not marks alone."""
        return self.shrinks > 0


EFFORT = {
    Profile.QUICK: Effort(cases=5, cpu_seconds=2, seconds=10.0, shrinks=20),
    Profile.GRADING: Effort(cases=12, cpu_seconds=2, seconds=10.0, shrinks=40),
    Profile.THOROUGH: Effort(cases=200, cpu_seconds=20, seconds=100.0, shrinks=200),
}
