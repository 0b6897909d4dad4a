"""Makes forbidden functions raise when they are called, wherever the submission's modules refer to them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import NoReturn

from .origin import held, reached

MAX_NESTING = 3
MAX_ITEMS = 100
"""Larger tables are data."""
_Change = Callable[[object], object]


class Forbidden(Exception):
    """The student's code called what the homework bans."""


def forbid(name: str, root: str) -> None:
    """Make `numpy.tanh`, say, raise when it is called."""
    owner_name, _, attribute = name.rpartition(".")
    owner = reached(owner_name)
    banned = getattr(owner, attribute, None)
    if banned is None:
        return

    def refuse(*_: object, **__: object) -> NoReturn:
        raise Forbidden(f"{name} may not be used in this homework")

    if isinstance(banned, type):
        with contextlib.suppress(TypeError):
            banned.__init__ = refuse  # type: ignore[misc]
            return  # a class written in C can't be changed, only its name
    setattr(owner, attribute, refuse)
    for holder, key, value in held(root):
        replaced = without(value, banned, refuse)
        if replaced is not value:
            setattr(holder, key, replaced)


def without(value: object, banned: object, instead: object, depth: int = 0) -> object:
    """The value with `instead` in place of `banned`: itself, or as what a container, a partial or a function holds."""

    def inner(part: object) -> object:
        return without(part, banned, instead, depth + 1)

    if value is banned:
        return instead
    change = _CHANGES.get(type(value))
    if change is None or depth > MAX_NESTING:
        return value
    return change(value, inner)


def _in_wrapper(value: staticmethod[..., object], change: _Change) -> object:
    function = change(value.__func__)
    return value if function is value.__func__ else type(value)(function)  # type: ignore[arg-type]


def _in_partial(value: partial[object], change: _Change) -> object:
    function, positional = change(value.func), change(value.args)
    if function is value.func and positional is value.args:
        return value
    return partial(function, *positional, **value.keywords)  # type: ignore[arg-type, misc, operator]


def _in_tuple(value: tuple[object, ...], change: _Change) -> object:
    if len(value) > MAX_ITEMS:
        return value
    items = tuple(map(change, value))
    return items if any(one is not other for one, other in zip(items, value, strict=True)) else value


def _in_list(value: list[object], change: _Change) -> object:
    if len(value) <= MAX_ITEMS:
        value[:] = map(change, list(value))
    return value


def _in_dict(value: dict[object, object], change: _Change) -> object:
    if len(value) <= MAX_ITEMS:
        for key in list(value):
            value[key] = change(value[key])
    return value


def _in_function(function: FunctionType, change: _Change) -> object:
    """Its defaults, and what its closure holds."""
    if function.__defaults__:
        function.__defaults__ = tuple(map(change, function.__defaults__))
    if function.__kwdefaults__:
        function.__kwdefaults__ = {name: change(default) for name, default in function.__kwdefaults__.items()}
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # a cell that is empty so far
            was = cell.cell_contents
            now = change(was)
            if now is not was:
                cell.cell_contents = now
    return function


_CHANGES: dict[type, Callable[..., object]] = {
    staticmethod: _in_wrapper,
    classmethod: _in_wrapper,
    partial: _in_partial,
    tuple: _in_tuple,
    list: _in_list,
    dict: _in_dict,
    FunctionType: _in_function,
}
