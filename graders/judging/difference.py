"""In what an answer differs from what was expected, as fields, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from graders.judging.diagnosis.origin import Origin
from graders.sandbox.inside.wire import Items


class Fault(StrEnum):
    """In what an answer differs."""

    NOTHING = "nothing"
    KIND = "kind"
    DTYPE = "dtype"
    SHAPE = "shape"
    NOT_FINITE = "not-finite"
    VALUE = "value"
    CHANGED = "changed"
    """An array that belongs to the caller isn't what it was."""


SAYS_NO_VALUE = frozenset({Fault.KIND, Fault.DTYPE})
"""Where what should have come is the same for every answer of the kind: an array of numbers, say."""


@dataclass(frozen=True)
class Difference:
    """Where an answer differs from what was expected: it `is` something, and should have been something else.

    The arrays are there for reports.
    """

    fault: Fault
    found: str
    """What came, as a clause that follows the answer's name or `where`: "is 2", "its shape is (3,)"."""
    wanted: str
    """What should have come, as it follows "but should": "be 1". Nothing where that needs no saying."""
    got: object
    expected: np.ndarray
    index: tuple[int, ...] | None = None
    wrong: int = 0
    largest_error: float = 0.0
    related: Mapping[str, np.ndarray] = field(default_factory=dict)
    """What else the oracle computed for this case, by name."""
    origin: Origin | None = None
    wrong_entries: np.ndarray | None = None
    """Which entries are wrong, in the expected array's shape."""
    noise: np.ndarray | None = None
    """How far single precision moves each expected entry, if that has been asked for."""

    @property
    def shown(self) -> np.ndarray:
        """The expected array as reports show it: 0 where terms cancel, for what is left hangs on the processor."""
        return self.expected if self.noise is None else np.where(self._is_noise, 0.0, self.expected)

    @property
    def _is_noise(self) -> np.ndarray:
        return np.asarray(np.abs(self.expected) < self.noise)

    @property
    def summary(self) -> str:
        """The difference without the answer's name: `[0, 1] is 2, but should be 1`."""
        return self._with_place(self.full)

    @property
    def full(self) -> str:
        """What came, and what should have."""
        return f"{self.found}, but should {self.wanted}" if self.wanted else self.found

    @property
    def discreet(self) -> str:
        """What came, and no value of what should have."""
        if not self.wanted or self.fault in SAYS_NO_VALUE:
            return self.full
        return f"{self.found}, which is not what was expected"

    def said_of(self, name: str, *, discreet: bool = False) -> str:
        """A sentence about the answer called `name`."""
        text = self.discreet if discreet else self.full
        if self.fault is Fault.NOTHING:
            return f"{name} {'returned' if is_call(name) else 'is'} {self.found}"
        if self.fault is Fault.CHANGED:
            return f"your code changes {name}, an array that belongs to its caller"
        if self.fault is Fault.SHAPE:
            return f"{name}: {text}"
        return f"{name}{self._with_place(text)}" if self.index else f"{name} {text}"

    def hint_for(self, name: str) -> str:
        """What to try next."""
        if self.fault is Fault.NOTHING:
            return "Return the result." if is_call(name) else "Assign it where the handout's class does."
        if self.fault is Fault.KIND:
            return TUPLE if isinstance(self.got, Items) else ""
        return _HINTS.get(self.fault, "") if self.fault is not Fault.DTYPE else _hint_on_dtype(self.got)

    def _with_place(self, text: str) -> str:
        if self.fault is Fault.NOTHING:
            return f"is {text}"
        return f"[{', '.join(map(str, self.index))}] {text}" if self.index else text


NO_FLOATS = "Integers drop what comes after the decimal point: create the array with floats."
TUPLE = (
    "np.where(condition) gives places, in a tuple: np.where(condition, this, else_that) gives values. A comma behind a "
    "value makes a tuple, too."
)
HALF_PRECISION = "float16 keeps three digits of each number: leave the array in the precision it was computed in."
_HINTS = {
    Fault.SHAPE: "Compare the shapes with the handout's table, one by one.",
    Fault.CHANGED: "Work on a new array: `x = x - y` makes one, `x -= y` and `x[...] = y` write into the caller's.",
}


def _hint_on_dtype(got: object) -> str:
    return HALF_PRECISION if isinstance(got, np.ndarray) and got.dtype.kind == "f" else NO_FLOATS


def is_call(name: str) -> bool:
    """Whether what is called so is what a call returned: `layer.forward(A)`."""
    return name.endswith(")")
