"""In the worker: what Python 2 had without an import, and Python 3 hasn't."""

from __future__ import annotations

from functools import reduce
from typing import Any

__all__ = ["basestring", "cmp", "long", "raw_input", "reduce", "unichr", "unicode", "xrange"]

xrange = range
basestring = unicode = str
long = int
unichr = chr
raw_input = input


def cmp(a: Any, b: Any) -> int:
    """-1, 0 or 1, as `a` is less than, equal to or greater than `b`."""
    return int(a > b) - int(a < b)
