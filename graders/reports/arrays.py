"""Arrays of a counterexample on one line, cut short where they are large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

MAX_ROWS = 4
MAX_COLUMNS = 6
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


def array(record: ArrayRecord) -> str:
    """An array on one line, cut short where it is large."""
    if "values" not in record:
        return f"an array of shape {tuple(record['shape'])}, {record['dtype']}"
    return _short(record["values"])


def _short(values: Nested) -> str:
    if not isinstance(values, list):
        return f"{values:.5g}" if isinstance(values, float) else str(values)
    limit = MAX_ROWS if values and isinstance(values[0], list) else MAX_COLUMNS
    return f"[{', '.join(map(_short, values[:limit]))}{', ...' if len(values) > limit else ''}]"
