"""What objects and random generators hold at one moment, to be put back before each call of them.

Every container that can be reached is remembered by what it holds, not copied: putting back changes it in place, so
that whoever shares it sees the same. What holds its content out of Python's sight (a file, a running generator) stays
as it is.
"""

from __future__ import annotations

import functools
import random
import sys
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

MOST = 20_000
"""Containers that are remembered, at most; what is further away stays as it is."""

PutBack = Callable[[], None]
Theirs = Any
"""A value of student code: it may be anything."""

_NOT_THEIRS = sys.stdlib_module_names | {"numpy", "scipy", "torch", "numba", "graders"}
"""Packages whose classes and functions keep nothing of a layer's state."""

_COMPILERS = {"numba", "llvmlite"}
"""Packages whose objects keep what they have compiled, which is no state of a layer's, and has to stay."""

_ABSENT = object()


class State:
    """What can be reached from some objects, and the generators of NumPy and `random`, as they are now.

    Bound methods, closures, partial functions and the globals that a function names lead on to what they hold.
    """

    def __init__(self, *roots: object) -> None:
        """Remember what these hold."""
        self._generators: list[PutBack] = _global_generators()
        self._rest: list[PutBack] = []
        self._seen: dict[int, object] = {}  # each with its object, which must live on for its number to mean it
        waiting = deque(roots)
        while waiting and len(self._seen) < MOST:
            one = waiting.popleft()
            if id(one) in self._seen or _holds_nothing(one):
                continue
            self._seen[id(one)] = one
            waiting.extend(self._remember(one))

    def put_back(self) -> None:
        """Have everything hold again what it held."""
        for put_back in self._rest:
            put_back()
        self.put_back_generators()

    def put_back_generators(self) -> None:
        """Have the random generators alone draw again what they drew."""
        for put_back in self._generators:
            put_back()

    def _remember(self, one: Theirs) -> list[object]:
        """Remember one object; gives what it leads to."""
        again = _generator(one)
        if again is not None:
            self._generators.append(again)
            return []
        if isinstance(one, np.ndarray):
            if one.flags.writeable:
                self._rest.append(_array(one))
            return list(one.flat) if one.dtype == object else []
        if isinstance(one, types.FunctionType | types.MethodType | functools.partial | types.CellType | type):
            return self._behind(one)
        if callable(one) and hasattr(one, "__self__") and not hasattr(one, "__dict__"):
            return [one.__self__]  # a method of what isn't written in Python: a generator's, say
        held: list[object] = []
        for part, content in _containers(one):
            self._rest.append(part)
            held += content
        return [*held, type(one)]

    def _behind(self, one: Theirs) -> list[object]:
        """What a function, a method, a cell or a class leads to."""
        match one:
            case types.MethodType():
                return [one.__self__, one.__func__]
            case functools.partial():
                return [one.func, *one.args, *one.keywords.values()]
            case types.CellType():
                content = _content(one)
                self._rest.append(lambda: _fill(one, content))
                return [] if content is _ABSENT else [content]
            case types.FunctionType():
                return self._of_function(one)
        return [value for value in vars(one).values() if not isinstance(value, property | classmethod)]

    def _of_function(self, function: types.FunctionType) -> list[object]:
        """Its closure, its defaults, and the globals that its code names, whose bindings are put back."""
        there = function.__globals__
        named = {name: there[name] for name in function.__code__.co_names if name in there}

        def bind() -> None:
            for name, value in named.items():
                if there.get(name) is not value:
                    there[name] = value

        self._rest.append(bind)
        return [*(function.__closure__ or ()), *(function.__defaults__ or ()), *named.values()]


def _holds_nothing(one: object) -> bool:
    """Whether there is nothing in it to be remembered: numbers, modules, and what isn't the student's."""
    if one is None or isinstance(one, bool | int | float | complex | str | bytes | types.ModuleType):
        return True
    if isinstance(one, type | types.FunctionType):
        return str(one.__module__).partition(".")[0] in _NOT_THEIRS
    compiled = type(one).__module__.partition(".")[0] in _COMPILERS
    return compiled or isinstance(one, np.ufunc | np.generic)


def _global_generators() -> list[PutBack]:
    legacy, plain = np.random.get_state(legacy=False), random.getstate()
    return [lambda: np.random.set_state(legacy), lambda: random.setstate(plain)]


def _generator(one: Theirs) -> PutBack | None:
    """How a random generator is put back; None for what isn't one."""
    if isinstance(one, np.random.Generator):
        one = one.bit_generator
    if isinstance(one, np.random.BitGenerator):
        state = one.state
        return lambda: setattr(one, "state", state)
    if isinstance(one, np.random.RandomState):
        legacy = one.get_state(legacy=False)
        return lambda: one.set_state(legacy)
    if isinstance(one, random.Random) and not isinstance(one, random.SystemRandom):
        plain = one.getstate()
        return lambda: one.setstate(plain)
    return None


def _array(array: np.ndarray) -> PutBack:
    kept = array.copy()
    return lambda: np.copyto(array, kept)


def _containers(one: Theirs) -> Iterator[tuple[PutBack, list[object]]]:
    """How each part of an object that holds others is put back, and what it holds."""
    attributes = _attributes(one)
    if attributes is not None:
        yield _mapping(attributes), list(attributes.values())
    slots = {name: getattr(one, name, _ABSENT) for name in _slots(one)}
    if slots:
        yield lambda: _set_slots(one, slots), [value for value in slots.values() if value is not _ABSENT]
    if isinstance(one, dict):
        yield _mapping(one), list(one.values())
    elif isinstance(one, list):
        yield _sequence(one), list(one)
    elif isinstance(one, deque | set | bytearray):
        yield _collection(one), list(one)
    elif isinstance(one, tuple | frozenset):
        yield _nothing, list(one)


def _nothing() -> None:
    """What can't change needs no putting back."""


def _attributes(one: Theirs) -> dict[str, object] | None:
    found = getattr(one, "__dict__", None)
    return found if type(found) is dict else None


def _mapping(one: dict[Any, object]) -> PutBack:
    kept = dict(one)

    def put_back() -> None:
        if len(one) != len(kept) or any(one.get(key, _ABSENT) is not value for key, value in kept.items()):
            dict.clear(one)
            dict.update(one, kept)

    return put_back


def _sequence(one: list[object]) -> PutBack:
    kept = list(one)

    def put_back() -> None:
        one[:] = kept

    return put_back


def _collection(one: Theirs) -> PutBack:
    kept = list(one)

    def put_back() -> None:
        one.clear()
        (one.update if isinstance(one, set) else one.extend)(kept)

    return put_back


def _slots(one: object) -> list[str]:
    """The names of its slots: they stand in its class as what gives access to them."""
    classes = [kind for kind in type(one).__mro__ if "__slots__" in vars(kind)]
    return [name for kind in classes for name, part in vars(kind).items() if type(part) is types.MemberDescriptorType]


def _set_slots(one: object, slots: dict[str, object]) -> None:
    for name, value in slots.items():
        if getattr(one, name, _ABSENT) is value:
            continue
        if value is _ABSENT:
            delattr(one, name)
        else:
            setattr(one, name, value)


def _content(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # it holds nothing yet
        return _ABSENT


def _fill(cell: types.CellType, content: object) -> None:
    if content is not _ABSENT and _content(cell) is not content:
        cell.cell_contents = content
