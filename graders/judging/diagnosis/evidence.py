"""One wrong answer with everything that an explanation may be made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from graders.judging.diagnosis.origin import Origin

RELATIVE = 1e-6
"""An explanation predicts an answer in double precision to this, relative to the largest entry."""

SINGLE = 1e-4
"""The same where float32 took part."""

FAINT = 1e-3
"""Errors below this, relative to the largest entry, may be anything."""


@dataclass(frozen=True)
class Evidence:
    """What came and what should have; the case's `numbers` (sizes, rates) and `inputs`, the oracle's `related` answers,
    and which of them this is. `earlier` is what it should have been in the call before, if there was one.

    `got` and `expected` have the same shape, unless the shape itself is wrong. In `rough` evidence the mistake hardly
    shows: of an explanation it is asked that it leaves little of the error.
    """

    got: np.ndarray
    expected: np.ndarray
    numbers: Mapping[str, float] = field(default_factory=dict)
    inputs: Mapping[str, np.ndarray] = field(default_factory=dict)
    related: Mapping[str, np.ndarray] = field(default_factory=dict)
    origin: Origin | None = None
    earlier: np.ndarray | None = None
    rough: bool = False

    @cached_property
    def comparable(self) -> bool:
        """Whether the two can be held against each other entry by entry."""
        return self.got.shape == self.expected.shape and self.expected.size > 0

    @cached_property
    def informative(self) -> bool:
        """Whether agreement can hardly be chance: several entries, not all alike."""
        values = self.expected[np.isfinite(self.expected)]
        return values.size >= 3 and float(np.ptp(values)) > RELATIVE * float(np.abs(values).max(initial=0.0))

    @cached_property
    def is_telling(self) -> bool:
        """Whether its numbers can be told from the right ones: comparable, informative, and all of them finite."""
        return self.comparable and self.informative and bool(np.isfinite(self.got).all())

    @cached_property
    def known_exactly(self) -> Mapping[str, object]:
        """The numbers of the case and what the oracle was asked, in double precision, by name; to be read only."""
        asked = {} if self.origin is None else self.origin.arguments
        return {name: _double(value) for name, value in {**self.numbers, **asked}.items()}

    @cached_property
    def error(self) -> float:
        """The largest error relative to the largest entry; infinite where that makes no sense."""
        if not self.comparable or not np.isfinite(self.got).all():
            return math.inf
        scale = float(np.abs(self.expected).max())
        off = float(np.abs(self.got.astype(float) - self.expected).max())
        return off / scale if scale > 0 else math.inf

    @cached_property
    def predictions(self) -> dict[str, np.ndarray]:
        """What misconceptions say that it would be, by their keys, once they have been asked."""
        return {}

    @cached_property
    def tolerance(self) -> float:
        """How closely an explanation has to predict the answer, relative to its largest entry."""
        arrays = [self.got, *self.inputs.values()]
        single = any(array.dtype.kind == "f" and array.dtype.itemsize < 8 for array in arrays)
        exact = SINGLE if single else RELATIVE
        return max(exact, self.error / 4) if self.rough else exact

    def is_like(self, predicted: np.ndarray | float) -> bool:
        """Whether the answer is this one and isn't the right one."""
        if not close(self.got, predicted, self.tolerance):
            return False
        return self.rough or not close(self.expected, predicted, self.tolerance)

    def known(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """Arrays that the answer may have been confused with: name, what they are in words, values."""
        yield from ((name, f"what {name} should be", array) for name, array in self.related.items())
        yield from ((name, name, array) for name, array in self.inputs.items())


def _double(value: object) -> object:
    if isinstance(value, np.ndarray):
        array = value.astype(np.float64)
        array.setflags(write=False)  # a wrong formula that wrote into it would be the next one's mistake
        return array
    return [_double(item) for item in value] if isinstance(value, list | tuple) else value


def close(left: np.ndarray | float, right: np.ndarray | float, tolerance: float) -> bool:
    """Equal up to rounding, entry by entry, in shapes that are the same."""
    a, b = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if a.shape != b.shape or not np.isfinite(a).all() or not np.isfinite(b).all():
        return False
    scale = max(float(np.abs(b).max(initial=0.0)), float(np.abs(a).max(initial=0.0)))
    return bool((np.abs(a - b) <= tolerance * scale).all())
