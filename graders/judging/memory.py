"""Remembers what was computed from the same arrays before, for a process whose forks go through the same cases."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

Value = TypeVar("Value")


@dataclass
class _Store(Generic[Value]):
    """What is kept, and how many bytes of arguments there is still room for."""

    room: int
    kept: dict[object, Value] = field(default_factory=dict)


class Memory(Generic[Value]):
    """Values by what they are values of and its arguments.

    Nothing is kept outside a context that has room for it, and nothing more once that is used up.
    """

    def __init__(self, name: str) -> None:
        self._store: ContextVar[_Store[Value] | None] = ContextVar(name, default=None)

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """Keep what is computed in this context, from arrays of this many bytes in all; forget it at the end."""
        token = self._store.set(_Store(size))
        try:
            yield
        finally:
            self._store.reset(token)

    @property
    def kept(self) -> list[Value]:
        """What is kept in this context, in the order in which it was computed."""
        store = self._store.get()
        return [] if store is None else list(store.kept.values())

    def recall(self, what: Hashable, arguments: Mapping[str, object], compute: Callable[[], Value]) -> Value:
        """The value that these arguments, equal to the last bit, gave before; else what `compute` gives now."""
        store = self._store.get()
        if store is None or (store.room <= 0 and not store.kept):
            return compute()
        key = what, _key(arguments)
        if key in store.kept:
            return store.kept[key]
        value = compute()
        if store.room > 0:
            store.room -= size_of_arrays(arguments)
            store.kept[key] = value
        return value


def _key(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return tuple((name, _key(item)) for name, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(map(_key, value))
    return type(value), repr(value)


def size_of_arrays(value: object) -> int:
    """The bytes of all arrays in nested lists and dicts."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, Mapping):
        return sum(map(size_of_arrays, value.values()))
    return sum(map(size_of_arrays, value)) if isinstance(value, Sequence) and not isinstance(value, str) else 0
