"""What a process that marks is asked for, and what it answers: plain values, which travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graders.marking.profiles import MAX_SECONDS

SECONDS = 7200
"""Wall clock after which marking one submission is given up: long after the run itself has told its checks to end."""


@dataclass(frozen=True)
class Job:
    """A submission to mark, in plain values. Sections or checks in `only`, or all; no `homework`: it is recognised.

    `shrinks`, where it is given, are the attempts to make a failing case smaller; with 0 it is marks alone.
    Without `look` no lines at fault are looked for.
    The report of one that `hides_seed` doesn't tell it. Before several jobs that are alike, checks are recorded in
    advance where they allow that; `recorded` is a folder with recordings, which make that unnecessary.
    """

    path: str
    name: str = ""
    homework: str | None = None
    only: tuple[str, ...] = ()
    profile: str = "grading"
    seed: int = 0
    keys: str | None = None
    data: str | None = None
    isolation: str | None = None
    seconds: int = SECONDS
    shrinks: int | None = None
    look: bool = True
    hides_seed: bool = False
    max_seconds: float = MAX_SECONDS
    prerecords: bool = True
    recorded: str = ""


@dataclass(frozen=True)
class Answer:
    """The outcome of a job: a report as JSON, or the line that says why the submission can't be used, or our fault.

    `prerecorded` says whether its checks had been recorded in advance: the marks are the same. `content` is that of the
    submission's files, whatever they were packed in.
    """

    report: str = ""
    unusable: str = ""
    fault: str = ""
    prerecorded: bool = False
    content: str = ""


def alike(job: Job) -> Job:
    """The job without what is one submission's own."""
    return replace(job, path="", name="", seconds=0)
