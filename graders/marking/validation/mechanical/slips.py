"""Mistakes that students make, as changes of source: a mean for a sum, a factor left out, a bias that isn't added."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graders.marking.validation.mechanical.operators import Change, Source

SWAPPED = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "maximum": "minimum",
    "argmax": "argmin",
    "var": "std",
    "exp": "expm1",
}
"""Functions and methods, and what is written in their places."""


def slips(source: Source) -> Iterator[Change]:
    """Every one of them in what students write, in the order of the file."""
    found = [change for node in source.nodes() for change in _of(source, node)]
    yield from sorted(set(found), key=lambda change: (change.start, change.kind, change.new))


def _of(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Call(ast.Attribute(_, name)) if name in SWAPPED:
            yield _renamed(source, node.func, name)
        case ast.BinOp(left, ast.Div(), right) if _is_count(right):
            yield source.replaced("not divided", node, source.code(left))
        case ast.BinOp(left, ast.Add(), ast.Name() | ast.Attribute()):
            yield source.replaced("not added", node, source.code(left))
        case ast.BinOp(left, ast.Mult(), right):
            yield from _left_out(source, node, left, right)


def _renamed(source: Source, function: ast.expr, name: str) -> Change:
    text = source.code(function)
    return source.replaced("another function", function, text[: len(text) - len(name)] + SWAPPED[name])


def _left_out(source: Source, node: ast.BinOp, left: ast.expr, right: ast.expr) -> Iterator[Change]:
    """A product without one factor, where that is a name."""
    if isinstance(left, ast.Name | ast.Attribute):
        yield source.replaced("factor left out", node, source.code(right))
    if isinstance(right, ast.Name | ast.Attribute):
        yield source.replaced("factor left out", node, source.code(left))


def _is_count(node: ast.expr) -> bool:
    """Whether it reads as the number of examples: `N`, `len(x)`, `x.shape[0]`."""
    match node:
        case ast.Name() | ast.Attribute() | ast.Call(ast.Name("len")):
            return True
        case ast.Subscript(ast.Attribute(_, "shape")):
            return True
    return False
