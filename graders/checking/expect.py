"""What a check says: `expect(layer.dLdW).to_equal(answer.dLdW)`. A failed expectation raises CheckFailed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from graders.checking.failures import CheckFailed as CheckFailed
from graders.checking.failures import RuleBroken as RuleBroken
from graders.checking.failures import words as words
from graders.checking.looks import IsAsExpected, IsNotDouble, LooksUnchanged
from graders.checking.student import Remote, Student
from graders.judging.expectation import Accepted as Accepted
from graders.judging.expectation import Demand, Expectation, Expected, Shape, stand_for
from graders.judging.expectation import certain as certain
from graders.sandbox.faults import StudentError


class Expecting:
    """A value of the student's, about to be held against something; judged when the example is settled."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._student = remote._student
        self._name = repr(remote)
        self._of = ""

    def to_equal(
        self,
        expected: Expected | np.ndarray | float,
        shape: Shape = Shape.EXACT,
        *,
        because: str = "",
        alternatives: Sequence[Accepted] = (),
        of: str = "",
    ) -> None:
        """Same kind, shape and values; a shape that merely stands for the right one gives a warning.

        Where it is a parameter or its gradient, `of` is what the parameter is called: the warning is the same for both.

        `because` names the mistake, where only one can be the reason for wrong values. What equals one of the
        alternatives passes, with its advice as a warning.
        """
        wanted = expected if isinstance(expected, Expected) else certain(expected)
        shapes = stand_for(wanted.value.shape, shape)
        self._of = _with_gradient(of)
        self._judge(Expectation(self._name, Demand.EQUAL, wanted, shapes, tuple(alternatives), because))

    def to_be_floating(self, like: tuple[int, ...], shape: Shape = Shape.EXACT, *, of: str = "") -> None:
        """A float32 or float64 array of this shape, whatever its values; `of` as for `to_equal`."""
        self._of = _with_gradient(of)
        if of and self._student.gave_single_precision:
            self._student.look(self._remote, IsNotDouble(self._name))
        self._judge(Expectation(self._name, Demand.FLOATING, certain(np.zeros(like)), stand_for(like, shape)))

    def to_have_shape(self, like: tuple[int, ...], shape: Shape = Shape.EXACT) -> None:
        """An array of this shape, whatever its dtype and values."""
        self._judge(Expectation(self._name, Demand.SHAPE, certain(np.zeros(like)), stand_for(like, shape)))

    def to_be_unchanged(self, before: np.ndarray, *, advisory: bool = False) -> None:
        """The worker's copy of an array still holds, bit by bit, what was passed in; if not, `advisory` only warns."""
        wanted = Expected(before, lambda: np.zeros(before.shape))
        expectation = Expectation(self._name, Demand.UNCHANGED, wanted, (before.shape,))
        if advisory:
            self._student.look(self._remote, LooksUnchanged(expectation))
        else:
            self._judge(expectation)

    def _judge(self, expectation: Expectation) -> None:
        self._student.look(self._remote, IsAsExpected(expectation, self._of))


def _with_gradient(parameter: str) -> str:
    return f"{parameter} or its gradient" if parameter else ""


expect: Callable[[Remote], Expecting] = Expecting


@contextmanager
def all_at_once(student: Student) -> Iterator[None]:
    """Expectations that are all looked at, so that one failure names every fault: those of a constructor, say.

    Make the object before, and ask for each value where it is expected: what was asked for before one that isn't there
    has not been answered.
    """
    faults: list[CheckFailed | StudentError] = []

    def take(error: Exception) -> None:
        if not isinstance(error, CheckFailed | StudentError):
            raise error
        faults.append(error)

    student.settle()  # where there is no object, that is all that is to be said
    with student.settling_at_once(take):
        yield
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise CheckFailed.together(faults)
