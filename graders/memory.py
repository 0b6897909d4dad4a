"""Remembers what was computed from the same arrays before, for a process whose forks go through the same cases."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import numpy as np

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by what they are values of and its arguments.

    Nothing is kept before there is room, and nothing more once that is used up.
    """

    def __init__(self) -> None:
        self._room = 0
        self._kept: dict[object, Value] = {}

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """Keep what is computed in this context, from arrays of so many bytes together; forget what was kept before."""
        self._room = size
        self._kept.clear()
        try:
            yield
        finally:
            self._room = 0

    @property
    def kept(self) -> list[Value]:
        """What is kept, in the order in which it was computed."""
        return list(self._kept.values())

    def recall(self, what: Hashable, arguments: Mapping[str, Any], compute: Callable[[], Value]) -> Value:
        """The value that these arguments, equal to the last bit, gave before; else what `compute` gives now."""
        if self._room <= 0 and not self._kept:
            return compute()
        key = what, _key(arguments)
        if key in self._kept:
            return self._kept[key]
        value = compute()
        if self._room > 0:
            self._room -= size_of_arrays(arguments)
            self._kept[key] = value
        return value


def _key(value: Any) -> object:
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return tuple((name, _key(item)) for name, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_key, value))
    return type(value), repr(value)


def size_of_arrays(value: Any) -> int:
    """The bytes of all arrays in nested lists and dicts."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, Mapping):
        return sum(map(size_of_arrays, value.values()))
    return sum(map(size_of_arrays, value)) if isinstance(value, Sequence) and not isinstance(value, str) else 0
