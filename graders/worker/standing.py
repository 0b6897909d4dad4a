"""The worker's: what one check could leave behind for the next in the same process. Standard library and NumPy only.

Checks have a process each, so that none depends on another. Where a process is, after a check, what it was before, the
next check may have it too. So what can't be looked into counts as changed.

All that can be reached is looked at once. Whatever of it can change is kept beside what it held then, one level deep:
where all of these hold the same objects still, nothing has changed at any depth, and no object was made anew where
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

MAX_VALUES = 5000
"""Looked at, of all that modules hold: more count as changed."""
_LASTING = (
    *(type(Ellipsis), type(NotImplemented), np.ufunc, np.dtype),
    *(types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.GetSetDescriptorType),
    *(types.MemberDescriptorType, types.ClassMethodDescriptorType, types.MethodWrapperType, types.CodeType),
)
"""Kinds of which a value stays what it is."""


class Unknown(Exception):
    """Something of which can't be told whether it stays what it is."""


class Standing:
    """What the process is like when this is made; Unknown if that can't be told."""

    def __init__(self, root: str) -> None:
        self._holding: list[tuple[Mapping[Any, Any], list[Any], list[Any]]] = []
        self._states: list[tuple[Callable[[Any], list[Any]], Any, list[Any]]] = []
        self._seen: dict[int, Any] = {}
        for module in (np, np.linalg, np.random, random, os, sys.modules["builtins"]):
            self._hold(vars(module))
        self._hold(sys.modules)
        for module in _own(root):
            self._look_at(vars(module), _MACHINERY)
        self._process = _process()
        self._streams = _streams()

    def lasts(self) -> bool:
        """Whether nothing that a check can tell has changed since then."""
        for mapping, keys, values in self._holding:
            if not _same(mapping.values(), values) or not all(map(is_, mapping, keys)):
                return False
        if not all(_same(state(value), before) for state, value, before in self._states):
            return False
        return _same(_streams(), self._streams) and _process() == self._process

    def _hold(self, mapping: Mapping[Any, Any]) -> None:
        self._holding.append((mapping, list(mapping), list(mapping.values())))

    def _keep(self, state: Callable[[Any], list[Any]], value: Any) -> list[Any]:
        before = state(value)
        self._states.append((state, value, before))
        return before

    def _look_at(self, mapping: Mapping[Any, Any], without: frozenset[str]) -> None:
        self._hold(mapping)
        for name, value in mapping.items():
            if name not in without:
                self._look(value)

    def _look(self, value: Any) -> None:
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

    def _parts(self, value: Any) -> Iterable[Any]:
        kind = type(value)
        if kind is np.ndarray and not value.dtype.hasobject:
            self._keep(_array, value)
            return ()
        if kind in (tuple, frozenset):
            return list(value)
        if kind in (list, set):
            return self._keep(list, value)
        if kind in (dict, types.MappingProxyType):
            self._hold(value)
            return [*value, *value.values()]
        if kind is types.FunctionType:
            return self._keep(_function, value)
        if kind in (staticmethod, classmethod):
            return [value.__func__]
        if kind is property:
            return [value.fget, value.fset, value.fdel]
        if isinstance(value, type):
            if value.__flags__ & _CHANGEABLE:
                self._look_at(vars(value), _OF_EVERY_CLASS)
                return self._keep(_bases, value)
        elif not isinstance(value, types.ModuleType):  # modules that aren't the submission's stay what they are
            raise Unknown(kind.__name__)
        return ()


def _own(root: str) -> list[types.ModuleType]:
    """The submission's modules among those that are loaded."""
    return [module for module in list(sys.modules.values()) if _is_inside(module, root + os.sep)]


def _is_inside(module: Any, folder: str) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.startswith(folder)


def _same(now: Collection[Any], before: Collection[Any]) -> bool:
    """Whether as many values are the same objects, or equal plain ones, which nobody can tell apart."""
    return len(now) == len(before) and (all(map(is_, now, before)) or all(map(_alike, now, before)))


def _alike(value: Any, other: Any) -> bool:
    return value is other or (type(value) is type(other) and type(value) in _PLAIN and repr(value) == repr(other))


def _array(value: np.ndarray) -> list[Any]:
    return [value.dtype.str, repr((value.shape, value.strides)), value.tobytes()]


def _function(value: types.FunctionType) -> list[Any]:
    cells = [cell.cell_contents for cell in value.__closure__ or ()]
    return [value.__code__, value.__defaults__, value.__kwdefaults__, vars(value), *cells]


def _bases(value: type) -> list[Any]:
    return list(value.__bases__)


def _streams() -> list[Any]:
    return [sys.stdout, sys.stderr, sys.stdin, sys.gettrace(), sys.getprofile(), *sys.meta_path]


def _process() -> list[Any]:
    """What is the process's own, and no module's."""
    return [
        *(np.geterr(), np.get_printoptions(), threading.active_count(), sys.getrecursionlimit()),
        *(random.getstate(), _drawn(), dict(os.environ), list(warnings.filters)),
        os.getcwd(),  # noqa: PTH109 - pathlib takes longer to import than all of this
    ]


def _drawn() -> list[Any]:
    """Where NumPy's own generator of random numbers is."""
    return [part.tobytes() if isinstance(part, np.ndarray) else part for part in np.random.get_state()]


_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, range})
_CHANGEABLE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class that Python code has made."""
_MACHINERY = frozenset({"__builtins__", "__cached__", "__loader__", "__spec__"})
_OF_EVERY_CLASS = frozenset({"__dict__", "__weakref__", "__doc__", "__module__", "__abstractmethods__", "_abc_impl"})
