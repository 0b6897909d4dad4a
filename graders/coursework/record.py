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


class Manner(StrEnum):
    """A convention of another homework's that a failure shows."""

    MORE = "more-arguments"
    """A method takes an argument more: the upstream gradient say, where a local derivative is asked for."""
    FEWER = "fewer-arguments"
    BATCH = "batch"
    """The division by the batch size is missing, or done, and belongs somewhere else there."""
    TUPLE = "tuple"
    """A method returns several things, the output and a cache say, where one is asked for."""
    ALTERNATING = "alternating"
    """Layers and activations are in one list."""
    NAMES = "names"
    """Gradients are kept under other names."""
    MISSING = "missing"
    """An attribute isn't there, for whatever reason."""
    NONE = "none"
    """The failure is that of a part: on a right one the check passes."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What the failure of a check shows of a convention; `of` is the component, `asked` the attribute asked for."""

    manner: Manner
    of: str
    asked: str = ""


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation that fits a failure: its key is the same in all checks, and the lower its rank the better."""

    key: str
    rank: int
    text: str
    look: str


class Reasoning(msgspec.Struct, frozen=True, kw_only=True):
    """What explains the wrong answers of a check, for the other checks of what the same `oracle` computes.

    `about` is what the student calls it; `refuted` are the keys of what would have given something else. Those that are
    `lasting` have to be `holding` wherever this quantity is wrong, unless that can't be told there.
    """

    about: str
    oracle: str
    quantity: str
    different: int
    fitting: list[Because]
    refuted: list[str]
    lasting: list[str] = []
    holding: list[str] | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the submission at which the mistake is, or may be where that isn't `sure`."""

    file: str
    line: int
    sure: bool


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A function of the submission: its file, the number of its first line, and its lines."""

    file: str
    first: int
    lines: list[str]

    def line(self, number: int) -> str:
        """A line by its number in the file; empty where it isn't the function's."""
        return self.lines[number - self.first] if self.first <= number < self.first + len(self.lines) else ""


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What explains several failed checks: the lines, and the functions that these stand in."""

    checks: list[str]
    """Those that would pass if that alone were right, in the rubric's order."""
    of: int
    """How many checks of the component have failed."""
    look_at: list[Look]
    code: list[Code]

    @property
    def is_sure(self) -> bool:
        """Whether it is one line, and nothing speaks for another."""
        return any(look.sure for look in self.look_at)


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """Where in the submission an exception came from: what fails there in several checks is one mistake."""

    type: str
    file: str
    line: int


class NotStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the submission that does nothing yet: its name in the handout, and the line where it is to be done.

    Of a notebook it is the line of the module that is made of it, which nobody sees.
    """

    part: str
    file: str
    line: int

    def __str__(self) -> str:
        place = self.file if self.file.endswith(".ipynb") else f"{self.file}, line {self.line}"
        return place if self.part == self.file else f"{self.part} ({place})"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check: what it asks, how it ended, and what a student can learn from it."""

    id: str
    title: str
    """What it asks, in one line."""
    status: Status
    seconds: float = 0.0
    """By the clock."""
    advisory: bool = False
    """Whether it only warns, and costs nothing."""
    message: str = ""
    """What is wrong, in the student's terms."""
    hint: str = ""
    """What to try."""
    diagnosis: list[str] = []
    """What explains it: a mistake that would give the same answers."""
    counterexample: dict[str, Any] = {}
    """The smallest failing case: the calls, their arguments, what was returned and what was expected."""
    warnings: list[str] = []
    """Advice that costs nothing."""
    output: str = ""
    """What the submission printed meanwhile."""
    share: float = 0.0
    """Of its points, what a check that did not pass earns all the same."""
    parts: str = ""
    """Where the mistake is, if the check was run again on right parts in place of the student's own."""
    repro: str | msgspec.UnsetType = msgspec.UNSET
    """The script that repeats it, where one was asked for and written."""
    errors: list[ErrorMap] | msgspec.UnsetType = msgspec.UNSET
    """Where wrong values are, for a picture of them."""
    sign: Sign | msgspec.UnsetType = msgspec.UNSET
    """Of another homework's convention: there while a submission is marked, and in no report."""
    reasoning: Reasoning | msgspec.UnsetType = msgspec.UNSET
    """How the diagnosis was arrived at: there while a submission is marked, and in no report."""
    look_at: list[Look] | msgspec.UnsetType = msgspec.UNSET
    """The line at fault, or up to three of which it may be one."""
    same_as: str | msgspec.UnsetType = msgspec.UNSET
    """The check that tells of the same cause."""
    raised: Raised | msgspec.UnsetType = msgspec.UNSET
    """The submission's line that raised an exception, if that is how it ended."""
    waits_for: list[NotStarted] | msgspec.UnsetType = msgspec.UNSET
    """What isn't started and has to be before this check can pass: nothing else is told of it."""

    @property
    def headline(self) -> str:
        """The first line of its message: below it stand lines of code."""
        return self.message.partition("\n")[0]

    @property
    def groups_as(self) -> object:
        """What checks have in common that fail for one reason: the line and its error, else the message."""
        return self.message if self.waits_for else self.raised or self.message


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
    """Why its points are what they are, where checks don't say it."""
    extra: bool = False
    """Whether its points come on top of the total."""
    practice: bool = False
    """Whether it is worth nothing, whatever came of it: the handout doesn't ask for it."""

    @property
    def is_absent(self) -> bool:
        """Whether it is practice that wasn't begun: no report but the record itself speaks of it."""
        return self.practice and self.status is SectionStatus.SKIPPED


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One submission's marks."""

    schema_version: int = SCHEMA_VERSION
    homework: str
    submission: str
    """As it was named on the command line."""
    score: float
    max_score: float
    """What there was to earn, without extra points."""
    sections: list[SectionResult]
    environment: dict[str, Any]
    """What it was marked with: versions, isolation, seed, warnings of the run as a whole."""
    dialect: str | msgspec.UnsetType = msgspec.UNSET
    """A line that says so, where several sections fail in the way of another course or year; every report opens with
    it."""
    causes: list[Cause] | msgspec.UnsetType = msgspec.UNSET
    """What explains failed checks, where a look at the submission found it."""

    def cause_of(self, check: CheckResult) -> Cause | None:
        """What explains a failed check, if that was found."""
        return next((cause for cause in self.causes or () if check.id in cause.checks), None)

    @property
    def opening(self) -> str:
        """What a report opens with; mostly nothing."""
        return self.dialect or ""

    @property
    def counting(self) -> list[SectionResult]:
        """The sections that have points: all but practice."""
        return [section for section in self.sections if not section.practice]

    @property
    def shown(self) -> list[SectionResult]:
        """The sections that reports speak of: without practice that wasn't begun, unless there is nothing else."""
        return [section for section in self.sections if not section.is_absent] or self.sections

    @property
    def exit_status(self) -> int:
        """0 full marks in what was selected and a program can mark, 1 marks lost, 3 a grader fault."""
        checks = [check for section in self.sections for check in section.checks]
        if any(check.status is Status.GRADER_FAULT for check in checks):
            return 3
        return 1 if any(_falls_short(section) for section in self.sections) else 0


def _falls_short(section: SectionResult) -> bool:
    if section.practice or section.status is SectionStatus.MANUAL:
        return False
    return any(map(loses, section.checks)) or (not section.extra and section.score < section.max_score)


FINE = (Status.PASSED, Status.SKIPPED)
"""How a check ends in which there is nothing to explain."""


def loses(check: CheckResult) -> bool:
    """Whether this check stands against its section's points."""
    return not check.advisory and check.status not in FINE
