"""Asks a submission what a right one was asked by its checks, before any of them is run."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graders.checking.apart import Rule
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult
from graders.marking.passing import passed
from graders.marking.profiles import Effort
from graders.marking.recordings.recording import REMEMBER, UNCHANGED, Recording
from graders.sandbox.allowance import WALL_FOR_CPU
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import SandboxFailure, Worker
from graders.sandbox.session import Session

MAX_SHARED = 64
"""Checks that share a child: they share the time that it may take, too."""
MAX_LOST = 2
"""Children that are lost, for whatever reason, before no more are made here."""


@dataclass(frozen=True)
class Asking:
    """A submission: what it is marked by, how thoroughly, the private copy of it, and a worker on that."""

    homework: Homework
    effort: Effort
    copy: Path
    worker: Worker

    def open(self, recording: Recording) -> Session:
        """A child of the worker, in which nobody waits for what takes long, unless it may: the check's own run does."""
        cpu_seconds = max(self.effort.cpu_seconds, recording.cpu_seconds)
        return self.worker.open_session(WALL_FOR_CPU * cpu_seconds, cpu_seconds, lambda _: not recording.takes_long)


class Repeats:
    """Checks of one submission, in children that they share for as long as none leaves anything behind.

    A check that prints, or can't be told to leave all as it was, ends its child, and the next has another one.
    """

    def __init__(self, asking: Asking, recordings: Mapping[str, Recording], kept: Collection[Rule] = ()) -> None:
        self._asking = asking
        self._kept = kept
        self._recordings = recordings
        self._session: Session | None = None
        self._checks = 0
        self._lost = 0

    def results(self, checks: Iterable[str]) -> Iterator[CheckResult | None]:
        """Of each check its result, if it passes as it was recorded; nothing of the rest, where children are lost."""
        for check in checks:
            yield self._repeated(check, self._recordings[check])
            if self._lost >= MAX_LOST:
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()  # with any child that ends, the worker ends whatever else runs

    def _repeated(self, check: str, recording: Recording) -> CheckResult | None:
        began = time.monotonic()
        if recording.is_for_itself:
            self._close()
        session = self._session or self._begun(recording)
        if session is None:
            return None
        self._checks += 1
        remarks = recording.passes(session, self._kept)
        result = None
        if remarks is not None and not session.lost:
            output = session.output
            result = passed(self._asking.homework, check, time.monotonic() - began, remarks.warnings, output)
        if recording.is_for_itself or session.output or not self._stands(session):
            self._close()
        return result

    def _begun(self, recording: Recording) -> Session | None:
        """A new child that has noted how everything is."""
        self._checks = 0
        try:
            self._session = self._asking.open(recording)
            self._session.repeat(REMEMBER)
        except (StudentFault, SandboxFailure):
            self._lost += 1
            self._close()
        return self._session

    def _stands(self, session: Session) -> bool:
        """Whether another check may follow in this child."""
        if session.lost:
            self._lost += 1
            return False
        try:
            answer = session.repeat(UNCHANGED)
        except StudentFault:
            return False
        match answer:
            case [[still], None, None] if still is True:
                return self._checks < MAX_SHARED
        return False

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None
