"""Lists, tuples and dicts, written as a line of code."""

from __future__ import annotations

from collections.abc import Callable


def written(value: object, write: Callable[[object], str]) -> str:
    """The value's literal, whose parts are written by `write`; of anything else what `repr` gives."""
    if isinstance(value, list):
        return f"[{', '.join(map(write, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(write, value))}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{write(key)}: {write(item)}' for key, item in value.items())}}}"
    return repr(value)
