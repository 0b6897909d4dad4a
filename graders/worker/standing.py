"""The worker's: what one check could leave behind for the next in the same process. Standard library and NumPy only.

Checks have a process each, so that none depends on another. Where a process is, after a check, what it was before, the
next check may have it too. So what can't be looked into counts as changed.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import types
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
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


def standing(root: str) -> tuple[Any, ...]:
    """What the process is like: equal to another time's only if nothing that a check can tell has changed."""
    look = _Look()
    return (
        [look.at(vars(module), _MACHINERY) for module in _own(root, tuple(map(id, sys.modules.values())))],
        [_names(module) for module in (np, np.linalg, np.random, random, os, sys.modules["builtins"])],
        list(sys.modules),
        [np.geterr(), np.get_printoptions(), threading.active_count(), sys.getrecursionlimit()],
        [random.getstate(), _drawn(), dict(os.environ), list(warnings.filters)],
        os.getcwd(),  # noqa: PTH109 - pathlib takes longer to import than all of this
        [id(sys.stdout), id(sys.stderr), id(sys.stdin), sys.gettrace(), sys.getprofile(), list(map(id, sys.meta_path))],
    )


@lru_cache(maxsize=1)
def _own(root: str, loaded: tuple[int, ...]) -> list[types.ModuleType]:  # noqa: ARG001 - asked anew when it changes
    """The submission's modules among those that are loaded."""
    return [module for module in list(sys.modules.values()) if _is_inside(module, root + os.sep)]


def _is_inside(module: Any, folder: str) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.startswith(folder)


def _names(module: types.ModuleType) -> tuple[list[str], list[int]]:
    return list(vars(module)), list(map(id, vars(module).values()))


def _drawn() -> list[Any]:
    """Where NumPy's own generator of random numbers is."""
    return [part.tobytes() if isinstance(part, np.ndarray) else part for part in np.random.get_state()]


class _Look:
    """Goes through what modules hold, and through that, and so on."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._left = MAX_VALUES

    def into(self, value: Any) -> Any:
        """What it holds, as plain data; a value that was met before is only named."""
        kind = type(value)
        if kind in _PLAIN or isinstance(value, np.generic):
            return kind, repr(value)
        if kind in _LASTING:
            return id(value)
        if id(value) in self._seen:
            return id(value)
        self._left -= 1
        if self._left < 0:
            raise Unknown("too much to look at")
        self._seen.add(id(value))
        return [id(value), *self._inside(value)]

    def at(self, held: Mapping[str, Any], without: frozenset[str]) -> list[Any]:
        """What these names stand for."""
        return [(name, self.into(item)) for name, item in held.items() if name not in without]

    def _inside(self, value: Any) -> Iterator[Any]:
        if type(value) is np.ndarray and not value.dtype.hasobject:
            yield from (value.dtype.str, value.shape, value.strides, value.tobytes())
        elif type(value) in (list, tuple):
            yield from map(self.into, value)
        elif type(value) in (dict, types.MappingProxyType):
            yield from ((self.into(key), self.into(item)) for key, item in value.items())
        elif type(value) in (set, frozenset):
            yield sorted(id(item) for item in value)
            yield from map(self.into, value)
        elif isinstance(value, types.FunctionType):
            yield from map(self.into, (value.__code__, value.__defaults__, value.__kwdefaults__, vars(value)))
            yield from (self.into(cell.cell_contents) for cell in value.__closure__ or ())
        elif isinstance(value, staticmethod | classmethod):
            yield self.into(value.__func__)
        elif isinstance(value, property):
            yield from map(self.into, (value.fget, value.fset, value.fdel))
        elif isinstance(value, type):
            yield from self._inside_class(value)
        elif not isinstance(value, types.ModuleType):  # modules that aren't the submission's stay what they are
            raise Unknown(type(value).__name__)

    def _inside_class(self, value: type) -> Iterator[Any]:
        if value.__flags__ & _CHANGEABLE:
            yield self.at(vars(value), _OF_EVERY_CLASS)
            yield from map(self.into, value.__bases__)


_PLAIN = frozenset({type(None), bool, int, float, complex, str, bytes, range})
_CHANGEABLE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: a class that Python code has made."""
_MACHINERY = frozenset({"__builtins__", "__cached__", "__loader__", "__spec__"})
_OF_EVERY_CLASS = frozenset({"__dict__", "__weakref__", "__doc__", "__module__", "__abstractmethods__", "_abc_impl"})
