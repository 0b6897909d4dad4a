"""Runs one check's examples: names their arrays, remembers failures, and keeps shrinking within bounds.

Hypothesis looks for the smallest failing case by running the check again and again. After the budget is spent, or
once the worker's child is gone, cases that haven't been seen to fail count as passing, so that the search ends
with the smallest one found so far, whose failure is raised again from memory.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hypothesis.errors import HypothesisException

from graders.cases import Case
from graders.student import Student


class Attempt:
    """All examples of one check; `failing` is the case that the report shows, with the steps that led there."""

    def __init__(self, student: Student, shrinks: int) -> None:
        self.student = student
        self.shrinks = shrinks
        self.failing: Case | None = None
        self.steps: list[str] = []
        self._failures: dict[Any, tuple[Exception, Case | None, list[str]]] = {}

    def run(self, test: Callable[..., None], arguments: dict[str, Any]) -> None:
        """One example."""
        key = repr({name: value for name, value in arguments.items() if name != "student"})
        if key in self._failures:
            error, self.failing, self.steps = self._failures[key]
            raise error
        if self._failures and (self.student.session.lost or self.shrinks <= 0):
            return
        if self._failures:
            self.shrinks -= 1
        case = next((value for value in arguments.values() if isinstance(value, Case)), None)
        self.student.begin(case.names if case is not None else dict)
        try:
            test(**arguments)
            self.student.settle()
        except HypothesisException:
            raise
        except Exception as error:
            self.failing, self.steps = case, list(self.student.steps)
            self._failures[key] = (error, case, self.steps)
            raise


def watch(test: Callable[..., None], current: Callable[[], Attempt]) -> Callable[..., None]:
    """The test as it runs under the attempt that `current` gives."""

    @functools.wraps(test)
    def watched(**arguments: Any) -> None:
        current().run(test, arguments)

    return watched
