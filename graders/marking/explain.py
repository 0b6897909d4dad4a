"""A failure in plain data: the smallest case, the calls with their arrays, what was returned and expected."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from graders.checking.cases import Case
from graders.checking.failures import CheckFailed
from graders.coursework.rubric import Reveal
from graders.gradcheck.digits import apart
from graders.judging.difference import Difference, Fault

MAX_ENTRIES = 64
DIGITS = 8
"""Of each number in a record, or more where two numbers would be alike that aren't."""

Example = dict[str, object]
"""A failing case in plain data."""


class Failing(Protocol):
    """A check's run, as far as its failing example is concerned."""

    failing: Case | None
    steps: list[str]


def counterexample(run: Failing, error: BaseException | None, reveal: Reveal = Reveal.ALL) -> Example:
    """JSON-ready: `case`, `calls`, `inputs`; for a wrong value also `got`, `expected`, `index` and the error's size."""
    found: Example = {}
    if run.failing is not None:
        found["case"] = run.failing.fields()
        found["inputs"] = {name: array_record(array) for name, array in run.failing.arrays.items()}
    found["calls"] = list(run.steps)
    difference = error.difference if isinstance(error, CheckFailed) else None
    return found if difference is None else found | _arrays(difference, reveal) | _place(difference, reveal)


def _arrays(difference: Difference, reveal: Reveal) -> Example:
    """What came and what should have, where it is these that differ."""
    if difference.fault in (Fault.DTYPE, Fault.CHANGED) or not isinstance(difference.got, np.ndarray):
        return {}
    if reveal is not Reveal.ALL:
        return {"got": array_record(difference.got)}
    digits = _digits(difference)
    return {"got": array_record(difference.got, digits), "expected": array_record(difference.shown, digits)}


def _digits(difference: Difference) -> int:
    """With how many digits every wrong entry can be told from what it should be."""
    got, wrong = difference.got, difference.wrong_entries
    if wrong is None or not isinstance(got, np.ndarray) or got.size > MAX_ENTRIES or got.shape != wrong.shape:
        return DIGITS
    pairs = zip(got[wrong].tolist(), difference.shown[wrong].tolist(), strict=True)
    return max((apart(one, other, DIGITS) for one, other in pairs), default=DIGITS)


def _place(difference: Difference, reveal: Reveal) -> Example:
    """Which entries differ, and how much."""
    if difference.index is None or reveal is Reveal.NOTHING:
        return {}
    error = difference.largest_error
    return {
        "index": list(difference.index),
        "wrong_entries": difference.wrong,
        "entries": int(difference.expected.size),
        "largest_error": number(error if reveal is Reveal.ALL else roughly(error)),
    }


def roughly(error: float) -> float:
    """The next power of ten: with all its digits an error, and what came, would say what should have come."""
    return 10.0 ** math.ceil(math.log10(error)) if error > 0 and math.isfinite(error) else error


def array_record(array: np.ndarray, digits: int = DIGITS) -> Example:
    """Shape, dtype, and the values of a small array, with this many digits."""
    record: Example = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.size <= MAX_ENTRIES:
        record["values"] = _nested(array.tolist(), digits)
    return record


def number(value: float, digits: int = DIGITS) -> float | str:
    """A float that JSON can hold; `nan`, `inf` and `-inf` as words."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else str(value)


def _nested(values: object, digits: int) -> object:
    if isinstance(values, list):
        return [_nested(value, digits) for value in values]
    return number(values, digits) if isinstance(values, float) else values
