"""What a check expects of one value, as a record: what it is called, what is demanded of it, what else would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from graders.judging.diagnosis.origin import Origin
from graders.judging.tolerance import allowed_error

Shapes = tuple[tuple[int, ...], ...]

WHOLE = np.dtype(np.int64)
"""The dtype of an answer that has no rounding of its own."""


class Shape(StrEnum):
    """Which shapes stand for the expected one."""

    EXACT = "exact"
    ROW = "row"
    """(1, C), and with a warning (C,): the two broadcast alike against (N, C) and against each other."""
    SCALAR = "scalar"
    """A number, and with a warning an array that holds one."""


class Demand(StrEnum):
    """What is demanded of a value."""

    EQUAL = "equal"
    """A real array of the shape and, but for what single precision loses, of the values."""
    SHAPE = "shape"
    """A real array of the shape."""
    FLOATING = "floating"
    """The shape, and a dtype of 32 bits or more."""
    UNCHANGED = "unchanged"
    """The same array, bit by bit."""


class Expected:
    """One array that was computed in float64; its noise is measured when it is first asked for.

    `related` gives what else was computed in the same call, by name, once that is asked for; `origin` is what it is.
    """

    def __init__(
        self,
        value: np.ndarray,
        noise: Callable[[], np.ndarray],
        related: Callable[[], Mapping[str, np.ndarray]] = dict,
        origin: Origin | None = None,
    ) -> None:
        self.value = value
        self.origin = origin
        self._related = related
        self._noise = noise

    @cached_property
    def related(self) -> Mapping[str, np.ndarray]:
        """What else was computed in the same call, by name."""
        return self._related()

    @cached_property
    def noise(self) -> np.ndarray:
        """The largest error seen in runs that lose what single precision loses, entry by entry; the value's shape."""
        return self._noise()

    def allowed(self, dtype: np.dtype[Any]) -> np.ndarray:
        """How far off each entry of an answer of this dtype may be."""
        return allowed_error(self.value, self.noise, dtype)


def certain(value: np.ndarray | float) -> Expected:
    """An expected value that is known exactly; single precision may still round it."""
    array = np.asarray(value, dtype=np.float64)
    return Expected(array, lambda: np.zeros(array.shape))


def summed(first: Expected, second: Expected) -> Expected:
    """What two expected values come to together; where it is from is not known."""
    return Expected(first.value + second.value, lambda: first.noise + second.noise)


@dataclass(frozen=True)
class Accepted:
    """Another answer that is right, too; `advice` is what a student who gives it should know."""

    value: Expected | np.ndarray | float
    advice: str

    @property
    def wanted(self) -> Expected:
        """The value with its noise."""
        return self.value if isinstance(self.value, Expected) else certain(self.value)


@dataclass(frozen=True)
class Expectation:
    """What is expected of the value called `name`; the first of `shapes` is its own, any other stands for it.

    `alternatives` are right, too. `because` names the mistake, where only one can be the reason for wrong values.
    """

    name: str
    demand: Demand
    wanted: Expected
    shapes: Shapes
    alternatives: tuple[Accepted, ...] = ()
    because: str = ""

    @property
    def value(self) -> np.ndarray:
        """The expected value; zeros where only a shape is demanded."""
        return self.wanted.value

    @property
    def tolerance(self) -> np.ndarray:
        """How far off each entry may be, without what the answer's own dtype rounds."""
        return self.wanted.allowed(WHOLE)

    def plain(self) -> dict[str, object]:
        """The same in arrays and words alone; asks for the noise, which may take a run of the oracle."""
        return {
            "name": self.name,
            "demand": str(self.demand),
            "value": self.value,
            "noise": self.wanted.noise,
            "shapes": [list(shape) for shape in self.shapes],
            "alternatives": [[one.wanted.value, one.wanted.noise, one.advice] for one in self.alternatives],
            "because": self.because,
        }

    def instead(self, other: Accepted) -> Expectation:
        """The expectation of this alternative in the value's place, in the alternative's own shape."""
        return replace(self, wanted=other.wanted, shapes=(other.wanted.value.shape,), alternatives=())


def stand_for(wanted: tuple[int, ...], rule: Shape) -> Shapes:
    """The shapes that may come where one is wanted, itself first."""
    if rule is Shape.ROW and len(wanted) == 2 and wanted[0] == 1:
        return wanted, wanted[1:]
    return (wanted, (1,), (1, 1)) if rule is Shape.SCALAR and wanted == () else (wanted,)
