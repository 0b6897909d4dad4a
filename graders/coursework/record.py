"""The result of one marking: frozen records from which every report is made. Field names are the JSON contract."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

SCHEMA_VERSION = 1
PRIVATE_SEED = "private"
"""What an environment says in place of a seed that is the instructor's own."""


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """Student code raised, or something that was asked for isn't there."""
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    """The process that ran student code ended or broke the protocol."""
    SKIPPED = "skipped"
    GRADER_FAULT = "grader-fault"
    """Ours, not the student's."""


class SectionStatus(StrEnum):
    """How a section ended."""

    PASSED = "passed"
    FAILED = "failed"
    PARTIAL = "partial"
    SKIPPED = "skipped"
    MANUAL = "manual"


class ErrorMap(msgspec.Struct, frozen=True, kw_only=True):
    """How wrong each entry of an array is: of a large one, the part of shape `part` that begins at `corner`.

    The lists have the part's entries row by row. `got` and `expected` are left out where the homework hides them, and
    where a gradient was held against slopes.
    """

    name: str
    shape: list[int]
    corner: list[int]
    part: list[int]
    levels: list[int | None]
    """0 right, 1 an error of one part in 1e8 or less, and so on to 8, all of it; None not looked at."""
    got: list[float | str] | msgspec.UnsetType = msgspec.UNSET
    expected: list[float | str] | msgspec.UnsetType = msgspec.UNSET


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check: what it asks, how it ended, and what a student can learn from it."""

    id: str
    title: str
    status: Status
    seconds: float = 0.0
    advisory: bool = False
    message: str = ""
    hint: str = ""
    diagnosis: list[str] = []
    counterexample: dict[str, Any] = {}
    warnings: list[str] = []
    output: str = ""
    share: float = 0.0
    """Of its points, what a check that did not pass earns all the same."""
    parts: str = ""
    """Where the mistake is, if the check was run again on right parts in place of the student's own."""
    repro: str | msgspec.UnsetType = msgspec.UNSET
    """The script that repeats it, where one was asked for and written."""
    errors: list[ErrorMap] | msgspec.UnsetType = msgspec.UNSET
    """Where wrong values are, for a picture of them."""


OnResult = Callable[[CheckResult], None]
"""Told of each result as it comes."""


class SectionResult(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the rubric with its points."""

    id: str
    title: str
    score: float
    max_score: float
    status: SectionStatus
    checks: list[CheckResult]
    note: str = ""
    extra: bool = False
    """Whether its points come on top of the total."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One submission's marks."""

    schema_version: int = SCHEMA_VERSION
    homework: str
    submission: str
    score: float
    max_score: float
    sections: list[SectionResult]
    environment: dict[str, Any]

    @property
    def exit_status(self) -> int:
        """0 full marks in what was selected and a program can mark, 1 marks lost, 3 a grader fault."""
        checks = [check for section in self.sections for check in section.checks]
        if any(check.status is Status.GRADER_FAULT for check in checks):
            return 3
        lost = any(loses(check) for check in checks)
        return 1 if lost or any(_falls_short(section) for section in self.sections) else 0


def _falls_short(section: SectionResult) -> bool:
    return section.status is not SectionStatus.MANUAL and not section.extra and section.score < section.max_score


FINE = (Status.PASSED, Status.SKIPPED)
"""How a check ends in which there is nothing to explain."""


def loses(check: CheckResult) -> bool:
    """Whether this check stands against its section's points."""
    return not check.advisory and check.status not in FINE
