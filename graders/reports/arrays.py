"""Arrays of a counterexample on one line, cut short where they are large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from graders.gradcheck.digits import apart as numbers_apart

MAX_ROWS = 4
MAX_COLUMNS = 6
DIGITS = 5
"""Of each number, or more where two numbers would be alike that aren't."""
Nested = object
"""A number, or a list of these, row by row."""


class ArrayRecord(TypedDict):
    """An array as a counterexample has it: a large one without its values."""

    shape: Sequence[int]
    dtype: str
    values: NotRequired[Nested]


def inputs(arrays: Mapping[str, ArrayRecord]) -> str:
    """Names and shapes, and the values of what is small."""
    written = []
    for name, record in arrays.items():
        small = math.prod(record["shape"]) <= MAX_COLUMNS
        written.append(f"{name} = {array(record)}" if small else f"{name} {tuple(record['shape'])}")
    return ", ".join(written)


def array(record: ArrayRecord, digits: int = DIGITS) -> str:
    """An array on one line, cut short where it is large."""
    if "values" not in record:
        return f"an array of shape {tuple(record['shape'])}, {record['dtype']}"
    return _short(record["values"], digits)


def apart(one: ArrayRecord, other: ArrayRecord, index: Sequence[int]) -> int:
    """With how many digits two arrays are to be written for a reader to see that they differ in this entry."""
    here, there = (_entry(record.get("values"), index) for record in (one, other))
    return numbers_apart(here, there, DIGITS) if isinstance(here, float) and isinstance(there, float) else DIGITS


def _entry(values: Nested, index: Sequence[int]) -> Nested:
    """The entry of nested lists; None if it isn't there, or isn't shown."""
    for place in index:
        if not isinstance(values, list) or not place < min(len(values), _limit(values)):
            return None
        values = values[place]
    return values


def _short(values: Nested, digits: int) -> str:
    if not isinstance(values, list):
        return f"{values:.{digits}g}" if isinstance(values, float) else str(values)
    limit = _limit(values)
    shown = ", ".join(_short(value, digits) for value in values[:limit])
    return f"[{shown}{', ...' if len(values) > limit else ''}]"


def _limit(values: Sequence[Nested]) -> int:
    return MAX_ROWS if values and isinstance(values[0], list) else MAX_COLUMNS
