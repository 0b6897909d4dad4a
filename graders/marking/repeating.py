"""Asks a submission what its checks were asked in the rehearsal, before any of them is run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

import pytest

from graders.checks import BUDGET, CHECK_ID
from graders.marking.attempt import Attempt
from graders.marking.outcome import outcome
from graders.marking.rehearsal import REMEMBER, Rehearsal, Shared
from graders.pack import Homework
from graders.record import CheckResult
from graders.student import Student
from graders.worker.faults import StudentFault
from graders.worker.process import SandboxFailure
from graders.worker.session import Session

Open = Callable[[pytest.Item], Session]
"""Opens the child in which a check runs."""


class Repeats:
    """The checks of one submission as they are repeated: `shared` of them in one child, others each in its own."""

    def __init__(self, homework: Homework, rehearsals: Mapping[str, Rehearsal], shared: Shared, alone: Open) -> None:
        self._homework = homework
        self._rehearsals = rehearsals
        self._shared = shared
        self._open = alone
        self._tried: set[str] = set()

    def together(self, items: Sequence[pytest.Item]) -> Iterator[CheckResult]:
        """The results of those that pass as they were rehearsed, in children that they share while these last."""
        for item in items:
            rehearsal = self._rehearsals.get(id_of(item))
            if self._shared.lost:
                break
            if rehearsal is None or hasattr(getattr(item, "obj", None), BUDGET):
                continue
            began = time.monotonic()
            student = self._shared.passes(rehearsal)
            if student is not None:
                yield self._passed(item, student, began)
            elif not self._shared.lost:
                self._tried.add(id_of(item))
        self._shared.close()  # with any child that ends, the worker ends whatever else runs

    def prove(self, item: pytest.Item) -> CheckResult | None:
        """The result of a check with the submission that it was rehearsed with, if it passes again as it did then."""
        rehearsal = self._rehearsals[id_of(item)]
        began = time.monotonic()
        try:
            with closing(self._open(item)) as session:
                session.repeat(REMEMBER)
                student = rehearsal.passes(session, more=True, prove=True)
                return self._passed(item, student, began) if student is not None else None
        except (StudentFault, SandboxFailure):
            return None

    def alone(self, item: pytest.Item) -> CheckResult | Session | None:
        """The result of one that passes so in a child of its own; else that child, if its run can begin there.

        The first answer of such a child came already; the caller closes it.
        """
        rehearsal = self._rehearsals.get(id_of(item))
        if rehearsal is None or id_of(item) in self._tried:
            return None
        began = time.monotonic()
        try:
            session = self._open(item)
        except (StudentFault, SandboxFailure):  # the run that follows says so
            return None
        student = rehearsal.passes(session)
        if student is None and session.is_fresh:
            return session
        result = self._passed(item, student, began) if student is not None else None
        session.close()
        return result

    def _passed(self, item: pytest.Item, student: Student, began: float) -> CheckResult:
        call = pytest.CallInfo.from_call(lambda: None, "call")
        call.duration = time.monotonic() - began
        return outcome(self._homework, id_of(item), Attempt(student, 0), call)


def id_of(item: pytest.Item) -> str:
    """The check that pytest has as this item; empty if it is none."""
    return str(getattr(getattr(item, "obj", None), CHECK_ID, ""))
