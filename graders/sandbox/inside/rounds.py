"""Gives loops that run in C, such as `map` or `reduce`, a Python line for each round, so that lines can be counted.

A function that is handed to one of them runs no line of its own where it is written in C, too: `map(np.dot, A, B)`.
"""

from __future__ import annotations

import _thread
import functools
import itertools
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from .forbidding import without
from .origin import held

Result = TypeVar("Result")


def told(function: object) -> object:
    """The function, called from a line of this file; None, which several of them take, as it is."""
    if not callable(function):
        return function

    @functools.wraps(function, updated=())
    def called(*positional: object, **keywords: object) -> object:
        return function(*positional, **keywords)

    return called


def _first_told(cls: type) -> type:
    """The class, whose first argument is a function, with that function told."""

    def new(kind: type, function: object, *rest: object) -> object:
        return cls.__new__(kind, told(function), *rest)

    return type(cls.__name__, (cls,), {"__new__": new, "__module__": cls.__module__})


def _with_function(cls: type, keyword: str) -> type:
    """The class with the function told that it has after what it goes through, or by this keyword."""

    def new(kind: type, *positional: object, **keywords: object) -> object:
        through, function = positional[:1], positional[1:]
        named = {name: told(value) if name == keyword else value for name, value in keywords.items()}
        return cls.__new__(kind, *through, *map(told, function), **named)

    return type(cls.__name__, (cls,), {"__new__": new, "__module__": cls.__module__})


def _function_first(function: Callable[..., Result]) -> Callable[..., Result]:
    @functools.wraps(function, updated=())
    def replaced(first: object, *rest: object, **keywords: object) -> Result:
        return function(told(first), *rest, **keywords)

    return replaced


def _start_counted(start: Callable[..., int]) -> Callable[..., int]:
    """`_thread.start_new_thread`, with the thread's lines counted like those of `threading`."""

    @functools.wraps(start, updated=())
    def replaced(function: Callable[..., object], *rest: object) -> int:
        def begun(*positional: object, **keywords: object) -> object:
            hook = threading.gettrace()
            if hook is not None:
                sys.settrace(hook)
            return function(*positional, **keywords)

        return start(begun, *rest)

    return replaced


_FIRST = (map, filter, itertools.starmap, itertools.takewhile, itertools.dropwhile, itertools.filterfalse)
REPLACED: tuple[tuple[object, object], ...] = (
    *((one, _first_told(one)) for one in _FIRST),
    (itertools.accumulate, _with_function(itertools.accumulate, "func")),
    (itertools.groupby, _with_function(itertools.groupby, "key")),
    (functools.reduce, _function_first(functools.reduce)),
    (_thread.start_new_thread, _start_counted(_thread.start_new_thread)),
    (_thread.start_new, _start_counted(_thread.start_new)),
    (np.frompyfunc, _function_first(np.frompyfunc)),
)
"""Each of them, and what is put in its place."""


def give_lines(root: str) -> None:
    """Put those in place in this process: in all modules, and wherever the submission keeps one. Once is enough."""
    new = {id(one): instead for one, instead in REPLACED}
    for module in list(sys.modules.values()):
        names = vars(module) if module is not sys.modules[__name__] and hasattr(module, "__dict__") else {}
        for name, value in list(names.items()):
            if id(value) in new:
                names[name] = new[id(value)]
    for holder, key, value in held(root):
        kept = value
        for one, instead in REPLACED:
            kept = without(kept, one, instead)
        if kept is not value:
            setattr(holder, key, kept)
