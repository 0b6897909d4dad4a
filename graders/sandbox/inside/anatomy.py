"""What an unknown class, function or object offers."""

from __future__ import annotations

import functools
import hashlib
import inspect
import itertools
import types
from collections.abc import Iterator

import numpy as np

from .wire import travels

MAX_ARRAYS = 500
MAX_NESTING = 5
MAX_DEFAULT = 40

Step = list[object]
"""`["get", name]` or `["item", key]`."""
_FUNCTIONS = types.FunctionType | types.BuiltinFunctionType | types.MethodType | np.ufunc


def anatomy(value: object) -> dict[str, object]:
    """Its kind, what can be called on it with which parameters, and the arrays that it holds, as plain data.

    An array is `[path, id, dtype, shape, digest]`, a single number one of dtype "number" and id 0; a path's steps are
    `["get", name]` or `["item", key]`. A call's parameter is `[name, kind, whether it must be given, default]`: of a
    plain default its type and its text, else "" twice. What can be called is the value itself, named "", unless it is
    an object: then its methods.
    """
    kind = "class" if isinstance(value, type) else "function" if _is_function(value) else "object"
    calls = _methods(value) if kind == "object" else {"": _parameters(value)}
    arrays = itertools.islice(_arrays(value, [], set()), MAX_ARRAYS) if kind == "object" else ()
    return {"kind": kind, "type": type(value).__name__, "calls": calls, "arrays": list(arrays)}


def _methods(value: object) -> dict[str, object]:
    kind = type(value)  # looked up there first: a property is not run
    names = [name for name in dir(kind) if not name.startswith("_") or name == "__call__"]
    methods = [name for name in names if _is_function(getattr(kind, name, None))]
    return {name: _parameters(getattr(value, name)) for name in methods}


def _is_function(value: object) -> bool:
    """Whether it is a function, or one in a wrapper: of functools, np.vectorize, or a compiler such as numba."""
    wrapped = isinstance(value, functools.partial | np.vectorize)
    return isinstance(value, _FUNCTIONS) or wrapped or (callable(value) and isinstance(_inner(value), _FUNCTIONS))


def _inner(value: object) -> object:
    """The function that a wrapper is made of, as functools and numba call it."""
    return inspect.getattr_static(value, "__wrapped__", None) or inspect.getattr_static(value, "py_func", None)


def _parameters(function: object) -> list[object]:
    if not isinstance(function, _FUNCTIONS | type):
        function = function.pyfunc if isinstance(function, np.vectorize) else _inner(function) or function
    if not callable(function):
        return []
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return []
    return [[p.name, p.kind.name, p.default is p.empty, _plain(p.default)] for p in parameters]


def _plain(default: object) -> list[str]:
    """The type and the text of a default that is plain."""
    plain = default is None or type(default) in (bool, int, float, str)
    return [type(default).__name__, repr(default)[:MAX_DEFAULT]] if plain else ["", ""]


def _arrays(value: object, path: list[Step], above: set[int]) -> Iterator[list[object]]:
    if isinstance(value, np.ndarray):
        if travels(value.dtype):
            digest = hashlib.blake2b(np.ascontiguousarray(value).tobytes(), digest_size=8).hexdigest()
            yield [path, id(value), value.dtype.str, list(value.shape), digest]
    elif isinstance(value, float | np.floating):
        yield [path, 0, "number", [], repr(value)]
    elif len(path) < MAX_NESTING and id(value) not in above:
        for step, part in _parts(value):
            yield from _arrays(part, [*path, step], above | {id(value)})


def _parts(value: object) -> list[tuple[Step, object]]:
    if isinstance(value, dict):
        return [(["item", key], part) for key, part in value.items() if type(key) in (str, int)]
    if isinstance(value, list | tuple):
        return [(["item", index], part) for index, part in enumerate(value)]
    if isinstance(value, type | types.ModuleType | _FUNCTIONS):
        return []
    return [(["get", name], part) for name, part in _attributes(value).items() if type(name) is str]


def _attributes(value: object) -> dict[str, object]:
    """What is in the slots that its classes declare, their arrays, and its own attributes."""
    found: dict[str, object] = {}
    for kind in type(value).__mro__[::-1]:
        slots = [name for name, slot in vars(kind).items() if isinstance(slot, types.MemberDescriptorType)]
        found |= {name: getattr(value, name) for name in slots if hasattr(value, name)}
        found |= {name: part for name, part in vars(kind).items() if isinstance(part, np.ndarray)}
    return found | dict(getattr(value, "__dict__", {}))
