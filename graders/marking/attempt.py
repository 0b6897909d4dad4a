"""Runs one check's examples: names their arrays, remembers failures, and keeps shrinking within bounds.

Hypothesis looks for the smallest failing case by running the check again and again. After the budget is spent, or
once the worker's child is gone, cases that haven't been seen to fail count as passing, so that the search ends
with the smallest one found so far, whose failure is raised again from memory.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis.errors import HypothesisException

from graders.cases import Case
from graders.compare import Difference
from graders.expect import CheckFailed
from graders.repro.recording import Operation
from graders.student import Student

WATCHED = "gradmark_watched"
"""The attribute of a watched test that holds the test itself."""


class FirstFailure(BaseException):
    """The first case has failed, and it is all that is wanted; Hypothesis, which would go on, lets it through."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class Attempt:
    """All examples of one check; `failing` is the case that the report shows, with the steps that led there."""

    def __init__(self, student: Student, shrinks: int) -> None:
        self.student = student
        self.shrinks = shrinks
        self.thorough = shrinks > 0
        """Whether a failing case is made smaller, and explained."""
        self.in_vain = True
        """Whether no example has been answered to its end."""
        self.failing: Case | None = None
        self.steps: list[str] = []
        self.operations: list[Operation] = []
        self._failures: dict[Any, tuple[Exception, Case | None, list[str], list[Operation]]] = {}

    @contextlib.contextmanager
    def looking_further(self, cases: int) -> Iterator[None]:
        """Allow so many further examples, which change nothing about what is reported."""
        kept = self.shrinks, self.failing, self.steps, self.operations
        self.shrinks = cases
        try:
            yield
        finally:
            self.shrinks, self.failing, self.steps, self.operations = kept

    def failures_like(self, error: CheckFailed) -> Iterator[tuple[Difference, Case | None]]:
        """Every example in which the same thing was wrong in the same way, the one reported last."""
        fault = error.difference.fault if error.difference is not None else None
        for other, case, *_ in self._failures.values():
            difference = other.difference if isinstance(other, CheckFailed) and other.about == error.about else None
            if difference is not None and difference.fault is fault:
                yield difference, case

    def run(self, test: Callable[..., None], arguments: dict[str, Any]) -> None:
        """One example."""
        key = repr({name: value for name, value in arguments.items() if name != "student"})
        if key in self._failures:
            error, self.failing, self.steps, self.operations = self._failures[key]
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
            self.operations = list(self.student.operations)
            self._failures[key] = (error, case, self.steps, self.operations)
            raise
        finally:
            self.in_vain &= self.student.session.lost


def watch(test: Callable[..., None], current: Callable[[], Attempt]) -> Callable[..., None]:
    """The test as it runs under the attempt that `current` gives."""

    @functools.wraps(test)
    def watched(**arguments: Any) -> None:
        attempt = current()
        try:
            attempt.run(test, arguments)
        except HypothesisException:
            raise
        except Exception as error:
            if attempt.thorough:
                raise
            raise FirstFailure(error) from None

    setattr(watched, WATCHED, test)
    return watched
