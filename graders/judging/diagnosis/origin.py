"""What an expected value is: which oracle computed it, and from what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from graders.judging.guards import Guarded

Arguments = Mapping[str, object]
"""What an oracle is asked, by name: arrays, lists of them with one for each layer, numbers, words."""
Quantity = np.ndarray | Sequence[np.ndarray]
"""One of an oracle's values: an array, or one for each layer."""
Arrange = Callable[[np.ndarray], np.ndarray]
ClosedForm = Callable[..., Mapping[str, Quantity]]
"""From an oracle's arguments: the quantities that it computes too, by the handout's equations, in NumPy."""


@dataclass(frozen=True)
class Origin:
    """Which of an oracle's values something is, and what the oracle was asked: `linear`, `dLdW`, A, W, b and dLdZ."""

    oracle: str
    quantity: str
    index: int | None
    arguments: Arguments
    compute: Callable[[Arguments], Mapping[str, Quantity]] | None = field(default=None, compare=False, repr=False)
    """Has the oracle compute everything from these arguments."""
    arranged: Arrange | None = field(default=None, compare=False, repr=False)
    """How the submission lays out what the oracle computes, if otherwise."""
    guarded: Callable[[Origin], Sequence[Guarded]] | None = field(default=None, compare=False, repr=False)
    """Every way to put a guard into the oracle's formulas."""

    @cached_property
    def guards(self) -> Sequence[Guarded]:
        """The outcome of the formula with a guard in it, log(p + 1e-8) say, one way after the other."""
        return () if self.guarded is None or self.compute is None else self.guarded(self)

    @property
    def _given(self) -> object:
        """What the oracle was given as the parameter of this name, one or one for each layer: `W` of `W_after`."""
        return self.arguments.get(self.quantity.removesuffix("_after"), [])

    @property
    def before(self) -> list[np.ndarray]:
        """What the parameters of this name were before the step; nothing if it isn't one."""
        return [np.asarray(one) for one in (self._given if isinstance(self._given, list | tuple) else [self._given])]

    @property
    def start(self) -> np.ndarray | None:
        """What it was itself before the first step; nothing if it isn't a parameter, or this is a later step."""
        if isinstance(self._given, np.ndarray):
            return dataclasses.replace(self, index=None).of(self._given) if self.index in (None, 0) else None
        return self.of(self._given) if isinstance(self._given, list | tuple) and self._given else None

    def pick(self, values: Mapping[str, Quantity]) -> np.ndarray | None:
        """This quantity of what an oracle or a formula computed, laid out as the submission has it."""
        return self.of(values[self.quantity]) if self.quantity in values else None

    def of(self, value: Quantity) -> np.ndarray:
        """The entry of a quantity's value that this is."""
        array = np.asarray(value if self.index is None else value[self.index], dtype=np.float64)
        return array if self.arranged is None else np.asarray(self.arranged(array))
