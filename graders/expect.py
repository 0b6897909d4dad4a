"""What a check says: `expect(layer.dLdW).to_equal(answer.dLdW)`. A failed expectation raises CheckFailed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graders.compare import Comparison, Difference, Fault, Shape, as_array, compare, compare_shapes, stand_for
from graders.expected import Expected
from graders.repro.recording import Claim, Demand
from graders.student import Remote, Student
from graders.tolerance import allowed_error

NO_FLOATS = "Integers cut off what comes after the point; create the array as floats."
HALF_PRECISION = "That keeps three digits of each number; leave the array as it was computed."


class CheckFailed(AssertionError):
    """The student's answer is wrong: what it is called, what is wrong with it, what to try, and the difference.

    `about` is the name of what differs, `claim` what was demanded of it. `share` is what it earns of the check's points
    all the same, from 0 to 1. `because` names the mistake, if the check knows it. `slopes` are relative errors of
    gradients against finite differences, by input; NaN where an entry was not looked at.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        difference: Difference | None = None,
        *,
        about: str = "",
        share: float = 0.0,
        claim: Claim | None = None,
        slopes: Mapping[str, np.ndarray | None] | None = None,
        because: str = "",
    ) -> None:
        super().__init__(message)
        self.because = because
        self.message = message
        self.about = about
        self.hint = hint
        self.difference = difference
        self.share = share
        self.claim = claim
        self.slopes = slopes or {}


class Expectation:
    """A value of the student's, about to be held against something; judged when the example is settled."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._student = remote._student
        self._name = repr(remote)

    def to_equal(
        self, expected: Expected | np.ndarray | float, shape: Shape = Shape.EXACT, *, because: str = ""
    ) -> None:
        """Same kind, shape and values; a shape that merely stands for the right one gives a warning.

        `because` names the mistake, where only one can be the reason for wrong values.
        """
        wanted = expected if isinstance(expected, Expected) else certain(expected)

        def claim() -> Claim:
            tolerance = allowed_error(wanted.value, wanted.noise, np.dtype(np.int64))
            return self._claim(Demand.EQUAL, wanted.value, shape, tolerance)

        def verdict(got: Any) -> None:
            self._conclude(compare(got, wanted, shape), claim, because)

        self._student.judge(self._remote, verdict, only_looks=True)

    def to_be_floating(self, like: tuple[int, ...], shape: Shape = Shape.EXACT) -> None:
        """A float32 or float64 array of this shape, whatever its values."""

        def claim() -> Claim:
            return self._claim(Demand.FLOATING, np.zeros(like), shape)

        def verdict(value: Any) -> None:
            got = self._array(value, claim)
            if got.dtype.kind != "f" or got.dtype.itemsize < 4:
                raise CheckFailed(
                    f"{self._name} has dtype {got.dtype}, but should have float64 (or float32)",
                    HALF_PRECISION if got.dtype.kind == "f" else NO_FLOATS,
                    claim=claim(),
                )
            self._conclude(compare_shapes(got, np.zeros(like), shape), claim)

        self._student.judge(self._remote, verdict, only_looks=True)

    def to_have_shape(self, like: tuple[int, ...], shape: Shape = Shape.EXACT) -> None:
        """An array of this shape, whatever its dtype and values."""
        wanted = np.zeros(like)

        def claim() -> Claim:
            return self._claim(Demand.SHAPE, wanted, shape)

        def verdict(got: Any) -> None:
            self._conclude(compare_shapes(self._array(got, claim), wanted, shape), claim)

        self._student.judge(self._remote, verdict, only_looks=True)

    def to_be_unchanged(self, before: np.ndarray) -> None:
        """The worker's copy of an array still holds, bit by bit, what was passed in."""

        def verdict(now: Any) -> None:
            if not isinstance(now, np.ndarray) or not np.array_equal(now, before, equal_nan=True):
                raise CheckFailed(
                    f"your code changes {self._name}, an array that belongs to its caller",
                    "Work on a new array: `x = x - y` makes one, `x -= y` and `x[...] = y` write into the caller's.",
                    claim=Claim(Demand.UNCHANGED, self._name, expected=before),
                )

        self._student.judge(self._remote, verdict, only_looks=True)

    def _claim(self, demand: Demand, wanted: np.ndarray, shape: Shape, tolerance: np.ndarray | None = None) -> Claim:
        return Claim(demand, self._name, stand_for(wanted.shape, shape), wanted, tolerance)

    def _array(self, value: Any, claim: Callable[[], Claim]) -> np.ndarray:
        got = as_array(value)
        if isinstance(got, Difference):
            self._conclude(Comparison(got), claim)
        assert isinstance(got, np.ndarray)
        return got

    def _conclude(self, comparison: Comparison, claim: Callable[[], Claim], because: str = "") -> None:
        found = comparison.difference
        if found is not None:
            why = because if found.fault is Fault.VALUE else ""
            raise CheckFailed(*words(self._name, found), found, about=self._name, claim=claim(), because=why)
        if comparison.warning:
            self._student.warn(f"{self._name} {comparison.warning}")


def words(name: str, difference: Difference) -> tuple[str, str]:
    """The message and the hint for a value called `name`."""
    returned = name.endswith(")")
    if difference.fault is Fault.NOTHING:
        hint = "Return the result." if returned else "Assign it where the handout's class does."
        return f"{name} {difference.summary.replace('is', 'returned', 1) if returned else difference.summary}", hint
    if difference.fault is Fault.SHAPE:
        return f"{name}: {difference.summary}", "Compare the shapes with the handout's table, one by one."
    between = "" if difference.summary.startswith("[") else " "
    return f"{name}{between}{difference.summary}", ""


expect: Callable[[Remote], Expectation] = Expectation


def read_arrays(student: Student, *remotes: Remote, like: Sequence[tuple[int, ...]] = ()) -> list[np.ndarray]:
    """The values of these remotes as real arrays, for what `expect` can't say; CheckFailed for one that isn't.

    `like` are the shapes that they should have, if any others would be of no use.
    """
    values = student.read(*remotes)
    arrays = []
    for place, (remote, value) in enumerate(zip(remotes, values, strict=True)):
        got = as_array(value)
        if isinstance(got, np.ndarray) and like:
            found = compare_shapes(got, np.zeros(like[place]), Shape.EXACT).difference
            got = got if found is None else found
        if isinstance(got, Difference):
            raise CheckFailed(*words(repr(remote), got), got, about=repr(remote))
        arrays.append(got)
    return arrays


def certain(value: np.ndarray | float) -> Expected:
    """An expected value that is known exactly; single precision may still round it."""
    array = np.asarray(value, dtype=np.float64)
    return Expected(array, lambda: np.zeros(array.shape))
