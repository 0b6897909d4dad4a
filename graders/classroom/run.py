"""Marks what of a class has to be marked, and writes each result as it comes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from graders import UsageError
from graders.classroom.marker import OpenMarker
from graders.classroom.result import Result, State
from graders.classroom.scratch import clear_up
from graders.classroom.store import Store
from graders.coursework.digest import digest
from graders.coursework.finding import Submission
from graders.coursework.record import Report
from graders.marking.profiles import MAX_SECONDS
from graders.marking.warm.job import SECONDS, Answer, Job


@dataclass(frozen=True)
class Settings:
    """How a class is marked. A submission whose stored marks come of other settings is marked again."""

    homework: str | None = None
    only: tuple[str, ...] = ()
    profile: str = "grading"
    seed: int = 0
    keys: Path | None = None
    data: Path | None = None
    isolation: str | None = None
    marks_only: bool = False
    look: bool = True
    hides_seed: bool = False
    max_seconds: float = MAX_SECONDS

    def text(self) -> str:
        """What results depend on, as it is stored: content of the keys, not their place; isolation changes no mark."""
        return self.texts()[self.marks_only]

    def texts(self) -> tuple[str, str]:
        """The same with reasons, and for marks alone; what the folders hold is read once for both."""
        explained: dict[str, object] = {
            "homework": self.homework,
            "only": self.only,
            "profile": self.profile,
            "seed": self.seed,
            "keys": digest(self.keys) if self.keys else None,
            "data": digest(self.data) if self.data else None,
        }
        explained |= {"hides_seed": True} if self.hides_seed else {}
        explained |= {} if self.look else {"look": False}
        explained |= {"max_seconds": self.max_seconds} if self.max_seconds != MAX_SECONDS else {}
        return _text(explained), _text(explained | {"reasons": False})

    def job(self, submission: Submission) -> Job:
        """What a process needs to mark this submission."""
        keys, data = (str(folder.resolve()) if folder else None for folder in (self.keys, self.data))
        path = str(submission.path.resolve())
        values = (self.homework, self.only, self.profile, self.seed, keys, data, self.isolation)
        shrinks = 0 if self.marks_only else None
        return Job(
            *(path, submission.name, *values),
            seconds=math.ceil(SECONDS + self.max_seconds - MAX_SECONDS),
            shrinks=shrinks,
            look=self.look,
            hides_seed=self.hides_seed,
            max_seconds=self.max_seconds,
        )


def _text(values: dict[str, object]) -> str:
    return msgspec.json.encode(values).decode()


@dataclass(frozen=True)
class Due:
    """A submission that has to be marked: its content, or why it has none."""

    submission: Submission
    digest: str
    unusable: str = ""


OnMarked = Callable[[Result], None]
"""Told of each result when it is stored."""


def due(submissions: Sequence[Submission], store: Store, settings: Settings, regrade: int | None = None) -> list[Due]:
    """What has no result yet, or one of another content or settings; with a regrade, all that it hasn't marked yet.

    Who wants marks alone has them in any result; who wants reasons too has all that there are where nothing was lost.
    """
    explained, alone = settings.texts()
    stored, unexplained = store.names(), store.with_failures()
    again = set() if regrade is None else stored.keys() - {earlier.name for earlier in store.earlier(regrade)}

    def serves(name: str, how: str) -> bool:
        return how == explained or (how == alone and (settings.marks_only or name not in unexplained))

    found = (_content(submission) for submission in submissions)
    return [one for one in found if one.submission.name in again or not _is_marked(one, stored, serves)]


def _content(submission: Submission) -> Due:
    try:
        return Due(submission, digest(submission.path))
    except UsageError as error:
        return Due(submission, "", str(error).encode("utf-8", "backslashreplace").decode())


def _is_marked(one: Due, stored: dict[str, tuple[str, str, State]], serves: Callable[[str, str], bool]) -> bool:
    name = one.submission.name
    content, how, state = stored.get(name, ("", "", State.FAULT))
    return content == one.digest and bool(content) and state is not State.FAULT and serves(name, how)


def run(
    found: Sequence[Due],
    store: Store,
    settings: Settings,
    open_marker: OpenMarker,
    on_marked: OnMarked = lambda result: None,
    regrade: int | None = None,
) -> None:
    """Have them marked. Interrupted or killed, what was stored stays stored."""
    clear_up(store)
    how = settings.text()

    def keep(one: Due, answer: Answer, seconds: float) -> None:
        result = _result(one, answer, how, seconds)
        store.keep(result, regrade, answer.content)
        on_marked(result)

    for one in found:
        if one.unusable:
            keep(one, Answer(unusable=one.unusable), 0.0)
    usable = {one.submission.name: one for one in found if not one.unusable}
    if not usable:
        return
    jobs = [settings.job(one.submission) for one in usable.values()]
    with open_marker() as marker:
        for job, answer, seconds in marker.answers(jobs):
            keep(usable[job.name], answer, seconds)


def _result(one: Due, answer: Answer, settings: str, seconds: float) -> Result:
    report = msgspec.json.decode(answer.report, type=Report) if answer.report else None
    submission = one.submission
    return Result(
        name=submission.name,
        student=submission.student,
        version=submission.version,
        digest=one.digest,
        settings=settings,
        state=State.MARKED if report else State.UNUSABLE if answer.unusable else State.FAULT,
        message=answer.unusable or answer.fault,
        report=report,
        marked_at=now(),
        seconds=round(seconds, 3),
    )


def now() -> str:
    """The time, as it is stored."""
    return datetime.now(UTC).isoformat(timespec="seconds")
