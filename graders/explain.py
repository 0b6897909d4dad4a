"""A failure in plain data: the smallest case found, what was called on which arrays, what came, what should have."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from graders.cases import Case
from graders.expect import CheckFailed
from graders.rubric import Reveal

MAX_ENTRIES = 64


class Failing(Protocol):
    """A check's run, as far as its failing example is concerned."""

    failing: Case | None
    steps: list[str]


def counterexample(run: Failing, error: BaseException | None, reveal: Reveal = Reveal.ALL) -> dict[str, Any]:
    """JSON-ready: `case`, `calls`, `inputs`; for a wrong value also `got`, `expected`, `index` and the error's size."""
    found: dict[str, Any] = {}
    if run.failing is not None:
        found["case"] = run.failing.fields()
        found["inputs"] = {name: array_record(array) for name, array in run.failing.arrays.items()}
    found["calls"] = list(run.steps)
    difference = error.difference if isinstance(error, CheckFailed) else None
    if difference is not None and isinstance(difference.got, np.ndarray):
        found["got"] = array_record(difference.got)
        if reveal is Reveal.ALL:
            found["expected"] = array_record(difference.expected)
    if difference is not None and difference.index is not None and reveal is not Reveal.NOTHING:
        found["index"] = list(difference.index)
        found["wrong_entries"] = difference.wrong
        found["entries"] = int(difference.expected.size)
        found["largest_error"] = number(difference.largest_error)
    return found


def array_record(array: np.ndarray) -> dict[str, Any]:
    """Shape, dtype, and the values of a small array, with 8 digits."""
    record: dict[str, Any] = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.size <= MAX_ENTRIES:
        record["values"] = _nested(array.tolist())
    return record


def number(value: float) -> float | str:
    """A float that JSON can hold; `nan`, `inf` and `-inf` as words."""
    return float(f"{value:.8g}") if math.isfinite(value) else str(value)


def _nested(values: Any) -> Any:
    if isinstance(values, list):
        return [_nested(value) for value in values]
    return number(values) if isinstance(values, float) else values
