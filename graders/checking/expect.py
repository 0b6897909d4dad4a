"""What a check says: `expect(layer.dLdW).to_equal(answer.dLdW)`. A failed expectation raises CheckFailed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from graders.checking.student import Remote, Student
from graders.judging.compare import Judgement, judge
from graders.judging.difference import Difference, Fault
from graders.judging.expectation import Accepted as Accepted
from graders.judging.expectation import Demand, Expectation, Expected, Shape, stand_for
from graders.judging.expectation import certain as certain
from graders.sandbox.faults import StudentError
from graders.sandbox.inside.wire import Matrix

IS_DOUBLE = "is float64 for arrays of float32: np.zeros and np.ones make float64 unless they are told a dtype"
IS_CHANGED = "is written into: it belongs to whoever passed it in, so make a new array"
IS_A_MATRIX = "is an np.matrix: use np.array, for * between matrices is the matrix product"


class CheckFailed(AssertionError):
    """The student's answer is wrong: what it is called, what is wrong with it, what to try, and the difference.

    `about` is the name of what differs, `expectation` what was demanded of it. `share` is what it earns of the check's
    points all the same, from 0 to 1. `because` names the mistake, if the check knows it. `slopes`, where gradients
    were held against finite differences, are the wrong ones' relative errors by input; NaN where an entry was not
    looked at. `parts` are the failures that this one tells of together. With `holds_no_values` the message and the
    hint may be shown where a rubric hides what was expected.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        difference: Difference | None = None,
        *,
        about: str = "",
        share: float = 0.0,
        expectation: Expectation | None = None,
        slopes: Mapping[str, np.ndarray | None] | None = None,
        because: str = "",
        holds_no_values: bool = False,
        parts: Sequence[CheckFailed | StudentError] = (),
    ) -> None:
        super().__init__(message)
        self.because = because
        self.parts = tuple(parts)
        self.message = message
        self.about = about
        self.hint = hint
        self.difference = difference
        self.share = share
        self.expectation = expectation
        self.slopes = slopes
        self.holds_no_values = holds_no_values

    @classmethod
    def of(cls, name: str, difference: Difference, expectation: Expectation | None = None) -> CheckFailed:
        """The failure of the answer called `name`, in words made of the difference."""
        why = expectation.because if expectation is not None and difference.fault is Fault.VALUE else ""
        message, hint = words(name, difference)
        return cls(message, hint, difference, about=name, expectation=expectation, because=why)

    @classmethod
    def together(cls, parts: Sequence[CheckFailed | StudentError]) -> CheckFailed:
        """One failure that tells of several; where something is to be shown of one, of the first with a difference."""
        failures = [part for part in parts if isinstance(part, CheckFailed)]
        shown = next((one for one in failures if one.difference is not None), None)
        return cls(
            _joined(part.message for part in parts),
            " ".join(dict.fromkeys(part.hint for part in parts if part.hint)),
            shown.difference if shown else None,
            about=shown.about if shown else "",
            expectation=shown.expectation if shown else None,
            because=_joined(one.because for one in failures),
            parts=parts,
        )


class RuleBroken(CheckFailed):
    """The code breaks a rule of gradmark's own: its words tell of the code, and of no value that was expected."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, holds_no_values=True)


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
            self._student.judge(self._remote, self._notice_double_precision, only_looks=True)
        self._judge(Expectation(self._name, Demand.FLOATING, certain(np.zeros(like)), stand_for(like, shape)))

    def to_have_shape(self, like: tuple[int, ...], shape: Shape = Shape.EXACT) -> None:
        """An array of this shape, whatever its dtype and values."""
        self._judge(Expectation(self._name, Demand.SHAPE, certain(np.zeros(like)), stand_for(like, shape)))

    def to_be_unchanged(self, before: np.ndarray, *, advisory: bool = False) -> None:
        """The worker's copy of an array still holds, bit by bit, what was passed in; if not, `advisory` only warns."""
        wanted = Expected(before, lambda: np.zeros(before.shape))
        expectation = Expectation(self._name, Demand.UNCHANGED, wanted, (before.shape,))
        if not advisory:
            self._judge(expectation)
            return

        def notice(got: object) -> None:
            if judge(expectation, got).difference is not None:
                self._student.warn(f"{self._name} {IS_CHANGED}", discreet=f"{self._name} {IS_CHANGED}")

        self._student.judge(self._remote, notice, only_looks=True)

    def _notice_double_precision(self, got: object) -> None:
        if isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.dtype.itemsize > 4:
            self._student.warn(f"{self._name} {IS_DOUBLE}", discreet=f"{self._name} {IS_DOUBLE}")

    def _judge(self, expectation: Expectation) -> None:
        def verdict(got: object) -> None:
            if isinstance(got, Matrix):
                self._student.warn(f"{self._name} {IS_A_MATRIX}", discreet=f"{self._name} {IS_A_MATRIX}")
            found = judge(expectation, got)
            self._conclude(self._student.guards.excuse(found, expectation), expectation)

        self._student.judge(self._remote, verdict, only_looks=True)

    def _conclude(self, found: Judgement, expectation: Expectation) -> None:
        if found.difference is not None:
            raise CheckFailed.of(self._name, found.difference, expectation)
        if found.advice:
            self._student.warn(found.advice)
        if found.stands_for is not None:
            name = self._of or self._name
            discreet = f"{name} has shape {found.stands_for.shown[0]}; the handout writes another"
            self._student.warn(f"{name} {found.warning}", discreet=discreet)


def _with_gradient(parameter: str) -> str:
    return f"{parameter} or its gradient" if parameter else ""


def words(name: str, difference: Difference) -> tuple[str, str]:
    """The message and the hint for a value called `name`."""
    return difference.said_of(name), difference.hint_for(name)


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


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
