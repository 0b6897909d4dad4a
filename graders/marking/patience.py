"""How long a check may take, given how long those before it took.

Code that never ends would cost every check that calls it all the time that a check has. So once several have waited in
vain, a later one gets a tenth of that for its first example, where right code takes a hundredth. What it says then is
the same as if it had waited: how many processes share the checks changes nothing in a report.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from graders.checks import BUDGET
from graders.marking.attempt import Attempt
from graders.marking.profiles import Effort
from graders.record import CheckResult, Status
from graders.worker.process import Worker
from graders.worker.session import Haste, Session

IN_VAIN = 3
"""Checks that wait for the end of their first example, after which the next are hurried."""
_CPU_SHARE = 0.1
_SHARE = 0.25
"""Of the time that passes: on a busy machine that is much more than what the processor is at work."""


class Patience:
    """Opens the children of a worker in which checks run; forks of this process, which share checks, share it."""

    def __init__(self, effort: Effort, checks: Sequence[str]) -> None:
        self._effort = effort
        self._place = {check: place for place, check in enumerate(checks)}
        self._in_vain = mmap.mmap(-1, len(checks) or 1)

    def open(self, worker: Worker, check: str, test: Callable[..., Any]) -> Session:
        """A child for this check, which is hurried unless it trains."""
        effort, budget = self._effort, getattr(test, BUDGET, 0)
        if budget:
            cpu_seconds = max(effort.cpu_seconds, budget)
            return worker.open_session(max(effort.seconds, 4.0 * cpu_seconds), cpu_seconds)
        haste = Haste(effort.seconds * _SHARE, effort.cpu_seconds * _CPU_SHARE) if self._is_over(check) else None
        return worker.open_session(effort.seconds, effort.cpu_seconds, haste)

    def saw(self, result: CheckResult, attempt: Attempt) -> None:
        """Take note of a check that waited in vain."""
        if result.status is Status.TIMEOUT and attempt.in_vain:
            self._in_vain[self._place[result.id]] = 1

    def says(self, result: CheckResult) -> CheckResult:
        """The result as it is reported: whether a check that waited in vain was hurried isn't told."""
        place = self._place[result.id]
        if result.status is not Status.TIMEOUT or not self._in_vain[place] or not self._is_over(result.id):
            return result
        return msgspec.structs.replace(result, message="no answer, as in the checks before this one")

    def _is_over(self, check: str) -> bool:
        """Whether enough checks before this one in the rubric's order have waited in vain."""
        return sum(self._in_vain[: self._place[check]]) >= IN_VAIN
