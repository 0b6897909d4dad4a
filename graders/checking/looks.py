"""Comparisons of a returned value, as records: they are kept with a recording, and applied to other submissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graders.checking.failures import CheckFailed
from graders.checking.remarks import Remarks
from graders.judging.compare import Judgement, judge
from graders.judging.expectation import Expectation
from graders.sandbox.inside.wire import Matrix

IS_DOUBLE = "is float64 for arrays of float32: np.zeros and np.ones make float64 unless they are told a dtype"
IS_CHANGED = "is written into: it belongs to whoever passed it in, so make a new array"
IS_A_MATRIX = "is an np.matrix: use np.array, for * between matrices is the matrix product"


class Look(Protocol):
    """Looks at one value: all that it does is to raise, or to warn."""

    def at(self, got: object, remarks: Remarks) -> None:
        """CheckFailed where the value is wrong; warnings are added to the remarks."""


class Conclusion(Protocol):
    """What a check makes of all answers to one kind of question together, in the order in which they came."""

    @property
    def kind(self) -> str:
        """The operation that they answer: `counted` say."""

    def holds(self, answers: Sequence[object]) -> bool:
        """Whether nothing is wrong; a StudentFault or False for answers that are none."""


@dataclass(frozen=True)
class IsAsExpected:
    """The value is what was expected; `of` is what a warning calls it, if not by the expectation's name."""

    expectation: Expectation
    of: str = ""

    def at(self, got: object, remarks: Remarks) -> None:
        """See `Look`."""
        name = self.expectation.name
        if isinstance(got, Matrix):
            remarks.warn(f"{name} {IS_A_MATRIX}", discreet=f"{name} {IS_A_MATRIX}")
        found = remarks.guards.excuse(judge(self.expectation, got), self.expectation)
        if found.difference is not None:
            raise CheckFailed.of(name, found.difference, self.expectation)
        self._tell(found, remarks)

    def _tell(self, found: Judgement, remarks: Remarks) -> None:
        if found.advice:
            remarks.warn(found.advice)
        if found.stands_for is not None:
            name = self.of or self.expectation.name
            discreet = f"{name} has shape {found.stands_for.shown[0]}; the handout writes another"
            remarks.warn(f"{name} {found.warning}", discreet=discreet)


@dataclass(frozen=True)
class IsNotDouble:
    """An array of floats keeps the single precision of what it was computed from; else a warning."""

    name: str

    def at(self, got: object, remarks: Remarks) -> None:
        """See `Look`."""
        if isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.dtype.itemsize > 4:
            remarks.warn(f"{self.name} {IS_DOUBLE}", discreet=f"{self.name} {IS_DOUBLE}")


@dataclass(frozen=True)
class LooksUnchanged:
    """An array that was passed in is what it was; else a warning."""

    expectation: Expectation

    def at(self, got: object, remarks: Remarks) -> None:
        """See `Look`."""
        if judge(self.expectation, got).difference is not None:
            name = self.expectation.name
            remarks.warn(f"{name} {IS_CHANGED}", discreet=f"{name} {IS_CHANGED}")
