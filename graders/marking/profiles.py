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
    """Drawn cases for each check, the seconds that student code may take in one check, and shrinking attempts."""

    cases: int
    seconds: float
    shrinks: int


EFFORT = {
    Profile.QUICK: Effort(cases=5, seconds=5.0, shrinks=20),
    Profile.GRADING: Effort(cases=15, seconds=5.0, shrinks=40),
    Profile.THOROUGH: Effort(cases=200, seconds=60.0, shrinks=200),
}
