"""Compares what a student's code returned with what was expected: kind first, then shape, then values. NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from graders.gradcheck.digits import told_apart
from graders.judging.difference import Difference, Fault
from graders.judging.expectation import Demand, Expectation, Expected, Shape, certain, stand_for
from graders.judging.tolerance import allowed_error
from graders.sandbox.inside.wire import Items, Opaque

__all__ = [
    "Difference",
    "Expected",
    "Fault",
    "Judgement",
    "Shape",
    "StandsFor",
    "as_array",
    "compare",
    "compare_shapes",
    "judge",
    "stand_for",
]

_NO_ARRAY = np.empty(0)
_NOTHING = {"ellipsis": "...", "NotImplementedType": "NotImplemented"}
"""What stands where a student has written nothing yet, by its type."""


@dataclass(frozen=True)
class StandsFor:
    """A shape that came, and the handout's, for which it may stand."""

    came: tuple[int, ...]
    written: tuple[int, ...]

    @property
    def shown(self) -> tuple[str, str]:
        """Both with letters for sizes, so that the same is said about all cases: `(n,)` and `(1, n)`."""
        sizes = dict.fromkeys(size for size in (*self.came, *self.written) if size > 1)
        letters = dict(zip(sizes, "nmkl", strict=False))
        return _lettered(self.came, letters), _lettered(self.written, letters)


@dataclass(frozen=True)
class Judgement:
    """What an expectation makes of a value: a difference, or none, perhaps with something to say all the same."""

    difference: Difference | None = None
    stands_for: StandsFor | None = None
    advice: str = ""
    """The author's, where the value is one of the accepted alternatives."""

    @property
    def warning(self) -> str:
        """What to say of a shape that stands for the handout's, after the answer's name."""
        found = self.stands_for
        return "has shape {}; the handout writes {}".format(*found.shown) if found else ""


def judge(expectation: Expectation, got: object) -> Judgement:
    """What to say about a value from the worker; the same for the same arguments."""
    found = _JUDGES[expectation.demand](expectation, got)
    if found.difference is None:
        return found
    for other in expectation.alternatives:
        if judge(expectation.instead(other), got).difference is None:
            return Judgement(advice=other.advice)
    return found


def compare(got: object, expected: Expected, shape: Shape = Shape.EXACT) -> Judgement:
    """Hold a value from the worker against the oracle's; the shape rule says which other shapes may stand for it."""
    return judge(Expectation("", Demand.EQUAL, expected, stand_for(expected.value.shape, shape)), got)


def compare_shapes(got: np.ndarray, wanted: np.ndarray, shape: Shape) -> Judgement:
    """Whether the shape is the expected one (nothing to say), stands for it (a warning), or doesn't (a difference)."""
    return _of_shape(Expectation("", Demand.SHAPE, certain(wanted), stand_for(wanted.shape, shape)), got)


def _equal(expectation: Expectation, got: object) -> Judgement:
    array = as_array(got)
    if isinstance(array, Difference):
        return Judgement(array)
    wanted = expectation.wanted
    shapes = _of_shape(expectation, array)
    difference = shapes.difference or _value_difference(array.reshape(wanted.value.shape), wanted)
    if difference is None:
        return shapes
    return replace(shapes, difference=replace(difference, related=wanted.related, origin=wanted.origin))


def _shaped(expectation: Expectation, got: object) -> Judgement:
    array = as_array(got)
    return Judgement(array) if isinstance(array, Difference) else _of_shape(expectation, array)


def _floating(expectation: Expectation, got: object) -> Judgement:
    array = as_array(got)
    if isinstance(array, Difference):
        return Judgement(array)
    if array.dtype.kind != "f" or array.dtype.itemsize < 4:
        found = f"has dtype {array.dtype}"
        return Judgement(Difference(Fault.DTYPE, found, "have float64 (or float32)", array, expectation.value))
    return _of_shape(expectation, array)


def _unchanged(expectation: Expectation, got: object) -> Judgement:
    before = expectation.value
    found = as_array(got)
    if isinstance(got, np.ndarray) and isinstance(found, np.ndarray) and np.array_equal(found, before, equal_nan=True):
        return Judgement()
    return Judgement(Difference(Fault.CHANGED, "", "", got, before))


_JUDGES: dict[Demand, Callable[[Expectation, object], Judgement]] = {
    Demand.EQUAL: _equal,
    Demand.SHAPE: _shaped,
    Demand.FLOATING: _floating,
    Demand.UNCHANGED: _unchanged,
}


def _of_shape(expectation: Expectation, got: np.ndarray) -> Judgement:
    wanted = expectation.value
    if got.shape == wanted.shape:
        return Judgement()
    if got.shape in expectation.shapes:
        return Judgement(stands_for=StandsFor(got.shape, wanted.shape))
    should = f"be {_written(wanted.shape)}"
    return Judgement(Difference(Fault.SHAPE, f"its shape is {got.shape}", should, got, wanted))


def _lettered(shape: tuple[int, ...], letters: Mapping[int, str]) -> str:
    sizes = [letters.get(size, str(size)) for size in shape]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})" if sizes else _written(shape)


def _written(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else "a scalar"


def as_array(got: object) -> np.ndarray | Difference:
    """The value as a real-valued array, or the reason why it isn't one."""
    if isinstance(got, bool | int | float):
        return _number(got)
    if isinstance(got, np.ndarray):
        return _real(got)
    kind = _kind(got)
    if got is None or (isinstance(got, Opaque) and kind in _NOTHING):
        return Difference(Fault.NOTHING, _NOTHING.get(kind, "None"), "", got, _NO_ARRAY)
    if kind.startswith("ndarray"):  # the worker's name for an array of what it can't send
        return Difference(Fault.KIND, f"is an {kind}", "be one of numbers", got, _NO_ARRAY)
    article = "an" if kind[:1] in "aeiou" else "a"
    return Difference(Fault.KIND, f"is {article} {kind}", "be a NumPy array", got, _NO_ARRAY)


def _kind(got: object) -> str:
    """What the value's type was called where it came from."""
    if isinstance(got, Items):
        return "tuple"
    return got.type_name if isinstance(got, Opaque) else type(got).__name__


def _number(got: float) -> np.ndarray | Difference:
    array = np.asarray(got)
    if array.dtype.kind == "O":
        return Difference(Fault.KIND, "is an integer of more than 64 bits", "be a float", None, _NO_ARRAY)
    return array


def _real(got: np.ndarray) -> np.ndarray | Difference:
    array = np.asarray(got)
    if array.dtype.kind == "c":
        return Difference(Fault.KIND, "has complex numbers", "have real ones", None, _NO_ARRAY)
    if array.dtype.kind not in "biuf":
        return Difference(Fault.KIND, f"is an ndarray of dtype {array.dtype}", "be one of numbers", None, _NO_ARRAY)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            return array.astype(np.float64)
    return array


def _value_difference(got: np.ndarray, expected: Expected) -> Difference | None:
    wanted = expected.value
    with np.errstate(all="ignore"):
        values = got.astype(np.float64)
        error = np.abs(values - wanted)
        if (error <= allowed_error(wanted, 0.0, got.dtype)).all():
            return None
        wrong = ~(error <= expected.allowed(got.dtype))
    if not wrong.any():
        return None
    bad = wrong & ~np.isfinite(values)
    fault, where = (Fault.NOT_FINITE, bad) if bad.any() else (Fault.VALUE, wrong)
    index = tuple(int(i) for i in np.argwhere(where)[0])
    largest = float(np.max(error, where=wrong & np.isfinite(error), initial=0.0))
    difference = Difference(
        *(fault, "", "", got, wanted, index, int(wrong.sum()), largest),
        wrong_entries=wrong,
        noise=expected.noise,
    )
    came, should = told_apart(values[index], difference.shown[index])
    return replace(difference, found=f"is {came}", wanted=f"be {should}")
