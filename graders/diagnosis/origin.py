"""What an expected value is: which oracle computed it, and from what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Arrange = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Origin:
    """Which of an oracle's values something is, and what the oracle was asked: `linear`, `dLdW`, A, W, b and dLdZ."""

    oracle: str
    quantity: str
    index: int | None
    arguments: Mapping[str, Any]
    compute: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = field(default=None, compare=False, repr=False)
    """Has the oracle compute everything from these arguments."""
    arranged: Arrange | None = field(default=None, compare=False, repr=False)
    """How the submission lays out what the oracle computes, if otherwise."""

    @property
    def before(self) -> list[Any]:
        """What the parameters of this name were before the step, `W` of `W_after`; nothing if it isn't one."""
        found = self.arguments.get(self.quantity.removesuffix("_after"), [])
        return list(found) if isinstance(found, list | tuple) else [found]

    @property
    def start(self) -> np.ndarray | None:
        """What it was itself before the first step; nothing if it isn't a parameter, or this is a later step."""
        before = self.arguments.get(self.quantity.removesuffix("_after"))
        if isinstance(before, list | tuple):  # one for each layer
            return self.of(before)
        if isinstance(before, np.ndarray) and self.index in (None, 0):
            return dataclasses.replace(self, index=None).of(before)
        return None

    def pick(self, values: Mapping[str, Any]) -> np.ndarray | None:
        """This quantity of what an oracle or a formula computed, laid out as the submission has it."""
        return self.of(values[self.quantity]) if self.quantity in values else None

    def of(self, value: Any) -> np.ndarray:
        """The entry of a quantity's value that this is."""
        array = np.asarray(value if self.index is None else value[self.index], dtype=np.float64)
        return array if self.arranged is None else np.asarray(self.arranged(array))
