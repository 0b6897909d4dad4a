"""What a name or an attribute in a line of the submission is, looked up without running any code of theirs."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import NamedTuple

import numpy as np

NOWHERE = object()
"""What isn't there, or can't be told without running something."""
MAX_TEXT = 60
_NUMBERS = (bool, int, float, complex)
_WRITTEN = (type(None), bool, int, float, str)
"""Kinds of values that are told as Python writes them."""
_CONTAINERS = (list, tuple, dict, set)
_MAX_DEPTH = 12
"""Of an expression that is looked into."""


class Value(NamedTuple):
    """An operand as it is written, what it is in words, and its shape where it is an array or a number."""

    name: str
    text: str
    shape: list[int] | None

    @property
    def plain(self) -> list[object]:
        """As it goes through the wire."""
        return [self.name, self.text, self.shape]


def found(node: ast.AST, frame: FrameType, depth: int = 0) -> object:
    """The value of an expression that is made of names, attributes and items only; else NOWHERE."""
    if depth > _MAX_DEPTH:
        return NOWHERE
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _named(node.id, frame)
    if isinstance(node, ast.Attribute):
        return attribute(found(node.value, frame, depth + 1), node.attr)
    if isinstance(node, ast.Subscript):
        return _item(found(node.value, frame, depth + 1), found(node.slice, frame, depth + 1))
    return NOWHERE


def _named(name: str, frame: FrameType) -> object:
    for names in (frame.f_locals, frame.f_globals, vars(builtins)):
        if type(names) is dict and name in names:
            return names[name]
    return NOWHERE


def attribute(owner: object, name: str) -> object:
    """An attribute that an object or its class holds; a property's value would take running it."""
    if owner is NOWHERE:
        return NOWHERE
    if type(owner) is np.ndarray and name in ("T", "shape", "ndim", "size"):
        return getattr(owner, name)
    held = inspect.getattr_static(owner, name, NOWHERE)
    return NOWHERE if isinstance(held, property) else held


def _item(container: object, key: object) -> object:
    kind = type(container)
    if isinstance(container, list | tuple) and kind in (list, tuple) and type(key) is int:
        return container[key] if -len(container) <= key < len(container) else NOWHERE
    if isinstance(container, dict) and kind is dict and type(key) in (str, int):
        return container.get(key, NOWHERE)
    return NOWHERE


def is_array(value: object) -> bool:
    """Whether a value is an array, by its type alone: what it says about itself proves nothing."""
    return issubclass(type(value), np.ndarray)


def shape_of(value: object) -> list[int] | None:
    """The shape of an array, () of a number."""
    if is_array(value):
        return [int(length) for length in np.ndarray.shape.__get__(value)][:8]
    return [] if type(value) in _NUMBERS or issubclass(type(value), np.generic) else None


def described(value: object) -> str:
    """What a value is, in a few words: `(5, 3)`, `None`, `a list of 2`, `the class ReLU`, `a Linear`."""
    if is_array(value):
        return _of_array(value)
    if type(value) in _WRITTEN or value is Ellipsis or value is NotImplemented:
        return repr(value)[:MAX_TEXT]
    if isinstance(value, list | tuple | dict | set) and type(value) in _CONTAINERS:
        return f"a {type(value).__name__} of {len(value)}"
    return _of_kind(value, type(value))


def _of_kind(value: object, kind: type) -> str:
    if issubclass(kind, type):
        return f"the class {_name_of(value)}"
    words = "module" if issubclass(kind, ModuleType) else "number" if issubclass(kind, np.generic) else ""
    return f"a {words or callable_kind(value) or _name_of(kind)}"


def _of_array(value: object) -> str:
    shape = shape_of(value) or []
    dtype = np.ndarray.dtype.__get__(value)
    words = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    return words if dtype.kind == "f" else f"{words} {dtype}"[:MAX_TEXT]


def _name_of(kind: object) -> str:
    name = type.__dict__["__name__"].__get__(kind)
    return name[:MAX_TEXT] if type(name) is str else "class"


def callable_kind(value: object) -> str:
    """`function` or `method` of what is one; else empty."""
    if issubclass(type(value), np.ufunc):
        return "function"
    if inspect.isroutine(value):
        return "method" if inspect.ismethod(value) or inspect.ismethoddescriptor(value) else "function"
    return ""


_OPERANDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.BinOp: ("left", "right"),
    ast.AugAssign: ("target", "value"),
    ast.Compare: ("left", "comparators"),
    ast.Subscript: ("value", "slice"),
    ast.Attribute: ("value",),
    ast.UnaryOp: ("operand",),
    ast.Starred: ("value",),
    ast.Call: ("func", "args", "keywords"),
}


def operands(node: ast.AST) -> Iterator[ast.expr]:
    """What an operation is made of: both sides, what is called with its arguments, what is indexed and with what."""
    fields = _OPERANDS.get(type(node))
    if fields is None:
        found = [node] if isinstance(node, ast.expr) else list(ast.iter_child_nodes(node))
        yield from (one for one in found if isinstance(one, ast.expr))
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield node.func.value
    for field in fields:
        parts = getattr(node, field)
        yield from (part.value if isinstance(part, ast.keyword) else part for part in _listed(parts))


def _listed(parts: object) -> list[ast.expr]:
    return parts if isinstance(parts, list) else [parts]  # type: ignore[list-item]


def leaves(node: ast.AST, frame: FrameType) -> Iterator[tuple[ast.expr, object]]:
    """Each largest part of an expression whose value can be told, with it: constants tell nothing."""
    value = found(node, frame)
    if isinstance(node, ast.expr) and value is not NOWHERE:
        if not isinstance(node, ast.Constant):
            yield node, value
        return
    for child in ast.iter_child_nodes(node):
        yield from leaves(child, frame)
