"""How long a check may take, given what happened to those before it.

Code that never ends would cost every check that calls it all the time that a check has. So once several have waited for
a function in vain, later ones wait for it only until the worker tells that it takes long. What they say then is the
same as if they had waited: how many processes share the checks changes nothing in a report.
"""

from __future__ import annotations

import hashlib
import mmap
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from graders.coursework.record import CheckResult, Status
from graders.marking.examples import Examples
from graders.marking.profiles import Effort
from graders.sandbox.allowance import WALL_FOR_CPU
from graders.sandbox.inside.wire import MAX_FUNCTIONS
from graders.sandbox.process import Worker
from graders.sandbox.session import AS_BEFORE, Session

IN_VAIN = 2
"""Checks that a function has to keep from ending their first example."""
_DIGEST = 8
_ROW = MAX_FUNCTIONS * _DIGEST
_NOTHING = bytes(_DIGEST)


class Patience:
    """Opens the children of a worker in which checks run; forks of this process, which share checks, share it."""

    def __init__(self, effort: Effort, checks: Sequence[str]) -> None:
        self._effort = effort
        self._place = {check: place for place, check in enumerate(checks)}
        self._table = mmap.mmap(-1, _ROW * max(len(checks), 1))

    def open(self, worker: Worker, check: str, budget: int) -> Session:
        """A child for this check, which may have been given its own budget."""
        cpu_seconds = self.cpu_seconds(budget)
        return worker.open_session(
            WALL_FOR_CPU * cpu_seconds, cpu_seconds, lambda functions: self._is_stuck(check, functions)
        )

    def cpu_seconds(self, budget: int) -> int:
        """How long a check with this budget may compute, nominally."""
        return max(self._effort.cpu_seconds, budget)

    def saw(self, result: CheckResult, examples: Examples) -> None:
        """Take note of a check that waited in vain, and for what."""
        if result.status is Status.TIMEOUT and examples.in_vain:
            row = b"".join(map(_digest, examples.student.session.slow_in))
            start = self._place[result.id] * _ROW
            self._table[start : start + len(row)] = row

    def explained(self, result: CheckResult) -> CheckResult:
        """The result as it is reported: whether a check that waited in vain had waited to the end isn't told."""
        if result.status is Status.TIMEOUT and self._row(self._place[result.id]) & self._stuck(result.id):
            return msgspec.structs.replace(result, message=AS_BEFORE)
        return result

    def _is_stuck(self, check: str, functions: Iterable[str]) -> bool:
        return not self._stuck(check).isdisjoint(map(_digest, functions))

    def _stuck(self, check: str) -> set[bytes]:
        """The functions for which enough checks before this one in the rubric's order have waited in vain."""
        waited = Counter(digest for place in range(self._place[check]) for digest in self._row(place))
        return {digest for digest, count in waited.items() if count >= IN_VAIN}

    def _row(self, place: int) -> set[bytes]:
        row = self._table[place * _ROW : (place + 1) * _ROW]
        return {row[start : start + _DIGEST] for start in range(0, _ROW, _DIGEST)} - {_NOTHING}


def _digest(function: str) -> bytes:
    return hashlib.blake2b(function.encode(errors="replace"), digest_size=_DIGEST).digest()
