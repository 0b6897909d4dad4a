"""Runs one check's examples: names their arrays, remembers failures, and keeps shrinking within bounds.

Hypothesis looks for the smallest failing case by running the check again and again. After the budget is spent, or
once the worker's child is gone, cases that haven't been seen to fail count as passing, so that the search ends
with the smallest one found so far, whose failure is raised again from memory.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hypothesis.errors import Flaky, HypothesisException
from hypothesis.strategies import DataObject

from graders.checking.cases import Case
from graders.checking.failures import CheckFailed
from graders.checking.recording import Operation
from graders.checking.student import Student
from graders.judging.compare import Difference
from graders.sandbox.faults import StudentCrash, StudentFault, StudentTimeout

Test = Callable[..., object]
Arguments = Mapping[str, object]

INCONSTANT = (
    "Asked for the same once more, your code answered rightly: look for random numbers, and for what one call leaves "
    "to the next."
)


class FirstFailure(BaseException):
    """A case has failed, and it is all that is wanted; Hypothesis, which would go on, lets it through."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True)
class Failure:
    """An example that failed: with what, which steps and operations led there, and what was printed."""

    error: Exception
    test: Test
    arguments: Arguments
    case: Case | None
    steps: list[str]
    operations: list[Operation]
    printed: str


class Examples:
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
        self._reported_failure: Failure | None = None
        self._failures: dict[object, Failure] = {}
        self._looks_further = False

    @property
    def printed(self) -> str:
        """What the student's code has printed: in the case that the report shows, or in all where there is none."""
        return self.student.output_in_all if self._reported_failure is None else self._reported_failure.printed

    @contextlib.contextmanager
    def looking_further(self, cases: int) -> Iterator[None]:
        """Allow this many further examples, which change nothing about what is reported."""
        kept = self._looks_further, self.shrinks, self.failing, self.steps, self.operations
        reported = self._reported_failure
        self._looks_further, self.shrinks = True, cases
        try:
            yield
        finally:
            self._looks_further, self.shrinks, self.failing, self.steps, self.operations = kept
            self._reported_failure = reported

    def failures_like(self, error: CheckFailed) -> Iterator[tuple[Difference, Case | None]]:
        """Every example in which the same thing was wrong in the same way, the one reported last."""
        fault = error.difference.fault if error.difference is not None else None
        for failure in self._failures.values():
            other = failure.error
            difference = other.difference if isinstance(other, CheckFailed) and other.about == error.about else None
            if difference is not None and difference.fault is fault:
                yield difference, failure.case

    def run(self, test: Test, arguments: Arguments) -> None:
        """One example."""
        key = _key(arguments)
        if key in self._failures:
            raise self._reported(self._failures[key])
        if self._failures and (self.student.session.lost or self.shrinks <= 0):
            return
        if self._failures:
            self.shrinks -= 1
        case = next((value for value in arguments.values() if isinstance(value, Case)), None)
        try:
            self._ask(test, arguments, case)
        except HypothesisException:
            raise
        except Exception as error:
            steps, operations = list(self.student.steps), list(self.student.operations)
            self._failures[key] = failure = Failure(
                error, test, arguments, case, steps, operations, self.student.output
            )
            self._reported(failure)
            raise
        finally:
            self.in_vain &= self.student.lost

    def ends_at(self, error: Exception, arguments: Arguments) -> bool:
        """Whether this failure is all that is wanted, or all that can be had.

        Nothing is asked of a child that is gone, and a case that the check draws itself can't be told from others
        before it has run.
        """
        gone = isinstance(error, StudentTimeout | StudentCrash) and len(self._failures) == 1
        return not self._looks_further and (not self.thorough or gone or _draws_more(arguments))

    def settled(self, error: BaseException) -> BaseException:
        """With what a check ended whose examples raised this: not with what Hypothesis makes of its examples.

        It calls it flaky where a case that failed doesn't fail again. Then the child may be gone; or the submission
        does not answer alike, which is its mistake. Else it is the check that draws other cases than before.
        """
        failures = list(self._failures.values())
        if not isinstance(error, Flaky | BaseExceptionGroup) or any(one.error is error for one in failures):
            return error
        for kind in (StudentTimeout | StudentCrash, CheckFailed | StudentFault, Exception):
            for failure in reversed(failures):
                if isinstance(failure.error, kind):
                    return self._reported(failure)
        return error

    def answers_rightly_now(self, error: BaseException) -> bool:
        """Whether the example that failed with this passes when it is run once more; nothing that is reported changes.

        False where that can't be told.
        """
        failure = next((one for one in self._failures.values() if one.error is error), None)
        if failure is None or self.student.session.lost or _draws_more(failure.arguments):
            return False
        warnings = dict(self.student.warnings)
        try:
            self._ask(failure.test, failure.arguments, failure.case)
        except Exception:  # it fails again, or something else is wrong
            return False
        finally:
            self.student.warnings.clear()
            self.student.warnings.update(warnings)
        return True

    def _ask(self, test: Test, arguments: Arguments, case: Case | None) -> None:
        self.student.begin(case.names if case is not None else dict)
        test(**arguments)
        self.student.settle()

    def _reported(self, failure: Failure) -> Exception:
        """The failure's error; the case that the report shows is now this one."""
        self.failing, self.steps, self.operations = failure.case, failure.steps, failure.operations
        self._reported_failure = failure
        return failure.error


def watch(test: Test, current: Callable[[], Examples]) -> Test:
    """The test as it runs under the examples that `current` gives."""

    @functools.wraps(test)
    def watched(**arguments: object) -> None:
        examples = current()
        try:
            examples.run(test, arguments)
        except HypothesisException:
            raise
        except Exception as error:
            if examples.ends_at(error, arguments):
                raise FirstFailure(error) from None
            raise

    return watched


def _key(arguments: Arguments) -> object:
    """The same for the same case; never for one that the check draws itself, while it runs."""
    if _draws_more(arguments):
        return object()
    return repr({name: value for name, value in arguments.items() if name != "student"})


def _draws_more(arguments: Arguments) -> bool:
    return any(isinstance(value, DataObject) for value in arguments.values())
