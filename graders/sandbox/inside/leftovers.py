"""What one check could leave behind for the next in the same process.

Checks have a process each, so that none depends on another. Where a process is, after a check, what it was before, the
next check may have it too. So what can't be looked into counts as changed.

All that can be reached is looked at once. Whatever of it can change is kept beside what it held then, one level deep:
where all of these hold the same objects still, nothing has changed at any depth, and no object was made again where
another was, for what was there is kept alive.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import types
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping
from operator import is_
from typing import Any

import numpy as np

from .origin import modules_below
from .placeholders import Placeholder

MAX_VALUES = 5000
"""Looked at, of all that modules hold: more count as changed."""
_LASTING = (
    *(type(Ellipsis), type(NotImplemented), np.ufunc, np.dtype),
    *(types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType),
    *(types.MemberDescriptorType, types.ClassMethodDescriptorType, types.MethodWrapperType, types.CodeType),
    Placeholder,
)
"""Kinds of which a value stays what it is."""
_Table = Mapping[Any, object]
_State = Callable[..., list[object]]
"""What a value holds that can change."""


class Unknown(Exception):
    """Something of which can't be told whether it stays what it is."""


class Leftovers:
    """What the process is like when this is made; Unknown if that can't be told."""

    def __init__(self, root: str) -> None:
        self._holding: list[tuple[_Table, list[object], list[object]]] = []
        self._states: list[tuple[_State, object, list[object]]] = []
        self._seen: dict[int, object] = {}
        for module in (np, np.linalg, np.random, random, os, sys.modules["builtins"]):
            self._hold(vars(module))
        self._hold(sys.modules)
        for module in modules_below(root):
            self._look_at(vars(module), _MACHINERY)
        self._process = _process()
        self._streams = _streams()

    def are_none(self) -> bool:
        """Whether nothing that a check can tell has changed since then."""
        for mapping, keys, values in self._holding:
            if not _same(mapping.values(), values) or not all(map(is_, mapping, keys)):
                return False
        if not all(_same(state(value), before) for state, value, before in self._states):
            return False
        return _same(_streams(), self._streams) and _process() == self._process

    def _hold(self, mapping: _Table) -> None:
        self._holding.append((mapping, list(mapping), list(mapping.values())))

    def _keep(self, state: _State, value: object) -> list[object]:
        before = state(value)
        self._states.append((state, value, before))
        return before

    def _look_at(self, mapping: _Table, without: frozenset[str]) -> None:
        self._hold(mapping)
        for name, value in mapping.items():
            if name not in without:
                self._look(value)

    def _look(self, value: object) -> None:
        """Keep what this value holds, and what that holds, and so on."""
        kind = type(value)
        if kind in _PLAIN or kind in _LASTING or id(value) in self._seen:
            return
        if isinstance(value, np.generic) and not isinstance(value, np.void):
            return
        if len(self._seen) >= MAX_VALUES:
            raise Unknown("too much to look at")
        self._seen[id(value)] = value
        for part in self._parts(value):
            self._look(part)

    def _parts(self, value: object) -> Iterable[object]:
        look = _LOOKS.get(type(value))
        if look is not None:
            return look(self, value)
        if isinstance(value, type):
            return self._parts_of_class(value)
        if isinstance(value, types.ModuleType):  # modules that aren't the submission's stay what they are
            return ()
        raise Unknown(type(value).__name__)

    def _parts_of_class(self, value: type) -> Iterable[object]:
        if not value.__flags__ & _CHANGEABLE:
            return ()
        self._look_at(vars(value), _OF_EVERY_CLASS)
        return self._keep(_bases, value)

    def _parts_of_array(self, value: np.ndarray) -> Iterable[object]:
        if value.dtype.hasobject:
            raise Unknown("an array of objects")
        self._keep(_array, value)
        return ()

    def _parts_of_mapping(self, value: _Table) -> Iterable[object]:
        self._hold(value)
        return [*value, *value.values()]

    def _parts_of_sequence(self, value: Iterable[object]) -> Iterable[object]:
        return self._keep(list, value)

    def _parts_of_function(self, value: types.FunctionType) -> Iterable[object]:
        return self._keep(_function, value)

    def _parts_of_property(self, value: property) -> Iterable[object]:
        return [value.fget, value.fset, value.fdel]


_LOOKS: dict[type, Callable[..., Iterable[object]]] = {
    np.ndarray: Leftovers._parts_of_array,
    tuple: lambda self, value: list(value),
    frozenset: lambda self, value: list(value),
    list: Leftovers._parts_of_sequence,
    set: Leftovers._parts_of_sequence,
    dict: Leftovers._parts_of_mapping,
    types.MappingProxyType: Leftovers._parts_of_mapping,
    types.FunctionType: Leftovers._parts_of_function,
    staticmethod: lambda self, value: [value.__func__],
    classmethod: lambda self, value: [value.__func__],
    property: Leftovers._parts_of_property,
}
"""What a value of each kind holds, once what can change of it is kept."""


def _same(now: Collection[object], before: Collection[object]) -> bool:
    """Whether as many values are the same objects, or equal plain ones, which nobody can tell apart."""
    return len(now) == len(before) and (all(map(is_, now, before)) or all(map(_alike, now, before)))


def _alike(value: object, other: object) -> bool:
    return value is other or (type(value) is type(other) and type(value) in _PLAIN and repr(value) == repr(other))


def _array(value: np.ndarray) -> list[object]:
    return [value.dtype.str, repr((value.shape, value.strides)), value.tobytes()]


def _function(value: types.FunctionType) -> list[object]:
    cells = [cell.cell_contents for cell in value.__closure__ or ()]
    return [value.__code__, value.__defaults__, value.__kwdefaults__, vars(value), *cells]


def _bases(value: type) -> list[object]:
    return list(value.__bases__)


def _streams() -> list[object]:
    return [sys.stdout, sys.stderr, sys.stdin, sys.gettrace(), sys.getprofile(), *sys.meta_path]


def _process() -> list[object]:
    """What is the process's own, and no module's."""
    return [
        *(np.geterr(), np.get_printoptions(), threading.active_count(), sys.getrecursionlimit()),
        *(random.getstate(), _drawn(), dict(os.environ), list(warnings.filters)),
        os.getcwd(),
    ]


def _drawn() -> list[object]:
    """Where NumPy's own generator of random numbers is."""
    return [part.tobytes() if isinstance(part, np.ndarray) else part for part in np.random.get_state()]


_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, range})
_CHANGEABLE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class that Python code has made."""
_MACHINERY = frozenset({"__builtins__", "__cached__", "__loader__", "__spec__"})
_OF_EVERY_CLASS = frozenset({"__dict__", "__weakref__", "__doc__", "__module__", "__abstractmethods__", "_abc_impl"})
