"""Compares what a student's code returned with what was expected: kind first, then shape, then values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from graders.diagnosis.origin import Origin
from graders.expected import Expected
from graders.tolerance import allowed_error
from graders.worker.inside.wire import Opaque


class Shape(StrEnum):
    """Which shapes stand for the expected one."""

    EXACT = "exact"
    ROW = "row"
    """(1, C), and with a warning (C,): the two broadcast alike against (N, C) and against each other."""
    SCALAR = "scalar"
    """A number, and with a warning an array that holds one."""


class Fault(StrEnum):
    """In what an answer differs."""

    NOTHING = "nothing"
    KIND = "kind"
    SHAPE = "shape"
    NOT_FINITE = "not-finite"
    VALUE = "value"


@dataclass(frozen=True)
class Difference:
    """Where an answer differs from what was expected; the arrays are there for reports, the rest is words."""

    fault: Fault
    summary: str
    got: Any
    expected: np.ndarray
    index: tuple[int, ...] | None = None
    wrong: int = 0
    largest_error: float = 0.0
    related: Mapping[str, np.ndarray] = field(default_factory=dict)
    """What else the oracle computed for this case, by name."""
    origin: Origin | None = None
    wrong_entries: np.ndarray | None = None
    """Which entries are wrong, in the expected array's shape."""


@dataclass(frozen=True)
class Comparison:
    """The outcome: no difference, perhaps with a warning, or a difference."""

    difference: Difference | None
    warning: str = ""


def compare(got: Any, expected: Expected, shape: Shape = Shape.EXACT) -> Comparison:
    """Hold a value from the worker against the oracle's; the shape rule says which other shapes may stand for it."""
    array = as_array(got)
    if isinstance(array, Difference):
        return Comparison(array)
    shapes = compare_shapes(array, expected.value, shape)
    difference = shapes.difference or _value_difference(array.reshape(expected.value.shape), expected)
    if difference is None:
        return shapes
    return Comparison(replace(difference, related=expected.related, origin=expected.origin), shapes.warning)


def compare_shapes(got: np.ndarray, wanted: np.ndarray, shape: Shape) -> Comparison:
    """Whether the shape is the expected one (nothing to say), stands for it (a warning), or doesn't (a difference)."""
    if got.shape == wanted.shape:
        return Comparison(None)
    written = "a scalar" if wanted.ndim == 0 else str(wanted.shape)
    if got.shape in stand_for(wanted.shape, shape):
        return Comparison(None, f"has shape {got.shape}; the handout writes {written}")
    return Comparison(Difference(Fault.SHAPE, f"its shape is {got.shape}, but should be {written}", got, wanted))


def as_array(got: Any) -> np.ndarray | Difference:
    """The value as a real-valued array, or the reason why it isn't one."""
    nothing = np.empty(0)
    if got is None or (isinstance(got, Opaque) and got.type_name in ("ellipsis", "NotImplementedType")):
        written = {"ellipsis": "...", "NotImplementedType": "NotImplemented"}.get(getattr(got, "type_name", ""), "None")
        return Difference(Fault.NOTHING, f"is {written}", got, nothing)
    if isinstance(got, bool | int | float):
        array = np.asarray(got)
        if array.dtype.kind == "O":
            return Difference(Fault.KIND, "is an integer of more than 64 bits, but should be a float", None, nothing)
        return array
    if not isinstance(got, np.ndarray):
        written = got.type_name if isinstance(got, Opaque) else type(got).__name__
        if written.startswith("ndarray"):
            return Difference(Fault.KIND, f"is an {written}, but should be one of numbers", got, nothing)
        article = "an" if written[:1] in "aeiou" else "a"
        return Difference(Fault.KIND, f"is {article} {written}, but should be a NumPy array", got, nothing)
    if got.dtype.kind == "c":
        return Difference(Fault.KIND, "has complex numbers, but should have real ones", None, nothing)
    if got.dtype.kind == "f" and got.dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            return got.astype(np.float64)
    return got


def stand_for(wanted: tuple[int, ...], rule: Shape) -> tuple[tuple[int, ...], ...]:
    """The shapes that may come where one is wanted, itself first."""
    if rule is Shape.ROW and len(wanted) == 2 and wanted[0] == 1:
        return wanted, wanted[1:]
    return (wanted, (1,), (1, 1)) if rule is Shape.SCALAR and wanted == () else (wanted,)


def _value_difference(got: np.ndarray, expected: Expected) -> Difference | None:
    wanted = expected.value
    with np.errstate(all="ignore"):
        values = got.astype(np.float64)
        error = np.abs(values - wanted)
        if (error <= allowed_error(wanted, 0.0, got.dtype)).all():
            return None
        wrong = ~(error <= allowed_error(wanted, expected.noise, got.dtype))
    if not wrong.any():
        return None
    bad = wrong & ~np.isfinite(values)
    fault, where = (Fault.NOT_FINITE, bad) if bad.any() else (Fault.VALUE, wrong)
    index = tuple(int(i) for i in np.argwhere(where)[0])
    largest = float(np.max(error, where=wrong & np.isfinite(error), initial=0.0))
    summary = _value_summary(values, wanted, index)
    return Difference(fault, summary, got, wanted, index, int(wrong.sum()), largest, wrong_entries=wrong)


def _value_summary(got: np.ndarray, wanted: np.ndarray, index: tuple[int, ...]) -> str:
    where = f"[{', '.join(map(str, index))}] " if index else ""
    return f"{where}is {got[index]:.6g}, but should be {wanted[index]:.6g}"
