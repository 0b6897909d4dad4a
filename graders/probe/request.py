"""What the user asks for: FILE:NAME, shapes, constants; everything that can be told without running student code."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graders import UsageError

Shape = tuple[int, ...]
Labels = Literal["binary", "signs", "one-hot", "classes"]
MAX_ENTRIES = 1_000_000
MAX_WHOLE = 1_000_000


@dataclass(frozen=True)
class Whole:
    """Whole numbers that an argument is given: their shape, and what they are `below`, if that is given."""

    shape: Shape
    below: int | None = None


@dataclass(frozen=True)
class Target:
    """`nn.py:Linear(3, 4)`: a file, a name in it, and the constructor's arguments where they are given."""

    text: str
    file: Path
    name: str
    positional: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    called: bool = False


@dataclass(frozen=True)
class Request:
    """How to check it: inputs in the order of forward's arguments, parameters, whole numbers and constants by name."""

    inputs: tuple[Shape, ...] = ()
    params: Mapping[str, Shape] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    wholes: Mapping[str, Whole] = field(default_factory=dict)
    labels: Labels | None = None
    packages: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    divided_by_batch: tuple[str, ...] = ()
    times_batch: tuple[str, ...] = ()
    batch_axis: int = 0
    dtype: str = "float64"
    seed: int = 0
    directions: int = 3
    seconds: float = 20.0


def parse_target(text: str) -> Target:
    """FILE:NAME, where NAME may carry literal arguments; UsageError for anything else."""
    file, mark, name = text.partition(".py:")
    if not mark or not name.strip():
        raise UsageError(f"{text!r} is not FILE:NAME: write layers.py:Linear or 'layers.py:Linear(3, 4)'")
    path = Path(file + ".py")
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    return parse_name(text, path, name.strip())


def parse_name(text: str, file: Path, name: str) -> Target:
    """A name, or a call of it with literal arguments."""
    if name.isidentifier():
        return Target(text, file, name)
    wrong = UsageError(f"{name!r} is not a name, nor a name with literal arguments such as Linear(3, 4, bias=True)")
    try:
        call = ast.parse(name, mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise wrong
        positional = tuple(_literal(node) for node in call.args)
        if any(keyword.arg is None for keyword in call.keywords):
            raise wrong
        keywords = {str(keyword.arg): _literal(keyword.value) for keyword in call.keywords}
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise wrong from None
    return Target(text, file, call.func.id, positional, keywords, called=True)


def _literal(node: ast.expr) -> object:
    return _plain(ast.literal_eval(node))


def _plain(value: object) -> object:
    """The literal, if it is of a kind that can be sent to the worker."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if value is None or type(value) in (bool, int, float, str):
        return value
    raise ValueError(f"{value!r} is not plain data")


def parse_shape(text: str) -> Shape:
    """`2,3,8,8`, or `()` for a single number."""
    parts = [part.strip() for part in text.strip("() ").split(",") if part.strip()]
    if (not parts and text.strip() != "()") or not all(part.isascii() and part.isdigit() for part in parts):
        raise UsageError(f"{text!r} is not a shape: write whole numbers with commas between them, such as 2,3,8,8")
    shape = tuple(int(part) for part in parts)
    size = math.prod(shape)
    if not 1 <= size <= MAX_ENTRIES:
        raise UsageError(f"{text!r} has {size} entries, but should have 1 to {MAX_ENTRIES}")
    return shape


def parse_named_shapes(texts: Sequence[str]) -> dict[str, Shape]:
    """`W=4,3` and so on."""
    return {name: parse_shape(value) for name, value in _pairs(texts, "W=4,3")}


def parse_wholes(texts: Sequence[str]) -> dict[str, Whole]:
    """`ids=4,5<7`: a shape, and the number that all are below, which may be left out."""
    found = {}
    for name, value in _pairs(texts, "ids=4,5<7"):
        shape, mark, below = value.partition("<")
        if mark and not (below.strip().isascii() and below.strip().isdigit() and 1 <= int(below) <= MAX_WHOLE):
            raise UsageError(f"{name}={value}: write a whole number from 1 to {MAX_WHOLE} after <, such as ids=4,5<7")
        found[name] = Whole(parse_shape(shape), int(below) if mark else None)
    return found


def parse_constants(texts: Sequence[str]) -> dict[str, object]:
    """`stride=2`, `mode="train"`: literals only."""
    found = {}
    for name, value in _pairs(texts, "stride=2"):
        try:
            found[name] = _plain(ast.literal_eval(value.strip()))
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
            raise UsageError(f"{name}={value} is not a literal: write a number, a 'text', a list or a dict") from None
    return found


def _pairs(texts: Sequence[str], example: str) -> list[tuple[str, str]]:
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UsageError(f"{text!r} is not NAME=VALUE: write {example}")
        pairs.append((name.strip(), value))
    return pairs
