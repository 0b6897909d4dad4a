"""What a check asked of the student's code in its failing example, and what it wanted to see, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np


class Demand(StrEnum):
    """What is demanded of the value that was read last."""

    EQUAL = "equal"
    SHAPE = "shape"
    FLOATING = "floating"
    """A shape, and a dtype of 32 bits or more."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Claim:
    """A demand with the shapes that it allows; `tolerance` is each entry's, without the answer's own rounding."""

    demand: Demand
    name: str
    shapes: tuple[tuple[int, ...], ...] = ()
    expected: np.ndarray | None = None
    tolerance: np.ndarray | None = None


@dataclass(frozen=True)
class Operation:
    """One operation as it went to the worker: its kind, its operands, and what an array among them is called."""

    kind: str
    operands: list[Any]
    name: str = ""


@dataclass(frozen=True)
class Recording:
    """The failing example's operations up to the one that failed; `raised` where the student's code did not answer."""

    operations: tuple[Operation, ...]
    raised: bool
    claim: Claim | None = None
    came: Any = None
