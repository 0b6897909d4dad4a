"""Asks a submission what a right one was asked by its checks, before any of them is run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

import pytest

from graders.checking.decorators import BUDGET
from graders.checking.student import Student
from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult
from graders.marking.attempt import Attempt
from graders.marking.collecting import id_of
from graders.marking.outcome import outcome
from graders.marking.rehearsal import REMEMBER, Recording, Shared
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import SandboxFailure, Worker
from graders.sandbox.session import Session

Open = Callable[[pytest.Function, Worker], Session]
"""Opens the child of a worker in which a check runs."""


class Repeats:
    """The checks of one submission as they are repeated: `shared` of them in one child, others each in its own."""

    def __init__(self, homework: Homework, recordings: Mapping[str, Recording], shared: Shared, alone: Open) -> None:
        self._homework = homework
        self._recordings = recordings
        self._shared = shared
        self._open = alone
        self._tried: set[str] = set()

    def together(self, items: Sequence[pytest.Function]) -> Iterator[CheckResult]:
        """The results of those that pass as they were recorded, in children that they share while these last."""
        for item in items:
            recording = self._recordings.get(id_of(item))
            if self._shared.lost:
                break
            if recording is None or hasattr(item.obj, BUDGET):
                continue
            began = time.monotonic()
            student = self._shared.passes(recording)
            if student is not None:
                yield self._passed(item, student, began)
            elif not self._shared.lost:
                self._tried.add(id_of(item))
        self._shared.close()  # with any child that ends, the worker ends whatever else runs

    def prove(self, item: pytest.Function, worker: Worker) -> CheckResult | None:
        """The result of a check with the submission that it was recorded with, if it passes again as it did then."""
        recording = self._recordings[id_of(item)]
        began = time.monotonic()
        try:
            with closing(self._open(item, worker)) as session:
                session.repeat(REMEMBER)
                student = recording.passes(session, more=True, prove=True)
                return self._passed(item, student, began) if student is not None else None
        except (StudentFault, SandboxFailure):
            return None

    def alone(self, item: pytest.Function, worker: Worker) -> CheckResult | Session | None:
        """The result of one that passes so in a child of its own; else that child, if its run can begin there.

        The first answer of such a child came already; the caller closes it.
        """
        recording = self._recordings.get(id_of(item))
        if recording is None or id_of(item) in self._tried:
            return None
        began = time.monotonic()
        try:
            session = self._open(item, worker)
        except (StudentFault, SandboxFailure):  # the run that follows says so
            return None
        student = recording.passes(session)
        if student is None and session.is_fresh:
            return session
        result = self._passed(item, student, began) if student is not None else None
        session.close()
        return result

    def _passed(self, item: pytest.Function, student: Student, began: float) -> CheckResult:
        call = pytest.CallInfo.from_call(lambda: None, "call")
        call.duration = time.monotonic() - began
        return outcome(self._homework, id_of(item), Attempt(student, 0), call)
