"""Arrays and plain values as Python source that gives the same bits again."""

from __future__ import annotations

import base64
import io
import math
import textwrap
from collections.abc import Callable

import numpy as np

from graders.checking.written import written

MAX_WRITTEN = 64
"""Entries up to which an array is written as numbers."""

WIDTH = 100


def array(value: np.ndarray) -> str:
    """An expression for this array, which needs `np`, and for a large one `load`."""
    if value.size > MAX_WRITTEN or value.dtype.kind not in "fiub" or value.dtype.itemsize > 8 or value.size == 0:
        return _packed(value)
    dtype = "" if value.dtype in (np.float64, np.int64, np.bool_) else f", dtype=np.{value.dtype.name}"
    text = f"np.array({plain(value.tolist())}{dtype})"
    return text if len(text) <= WIDTH else _in_rows(value, dtype)


def plain(value: object, write: Callable[[object], str] | None = None) -> str:
    """A number, string, list and so on; what no literal gives is taken from NumPy. Parts are written by `write`."""
    if isinstance(value, float) and not math.isfinite(value):
        return "np.nan" if math.isnan(value) else "np.inf" if value > 0 else "-np.inf"
    return written(value, write or plain)


def _in_rows(value: np.ndarray, dtype: str) -> str:
    rows = "".join(textwrap.indent(textwrap.fill(plain(row), WIDTH), "    ") + ",\n" for row in value.tolist())
    return f"np.array([\n{rows}]{dtype})"


def _packed(value: np.ndarray) -> str:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(value).reshape(value.shape), allow_pickle=False)
    lines = textwrap.wrap(base64.b64encode(buffer.getvalue()).decode(), WIDTH)
    return "load(\n" + "".join(f'    "{line}"\n' for line in lines) + f")  # shape {value.shape}, {value.dtype}"
