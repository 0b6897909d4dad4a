"""Small edits of an expression: other operators, signs, numbers, axes, sibling functions, names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

Edited = tuple[str, ast.AST]
"""The kind of an edit, and what is there then."""
OPERATOR, SIGN, NUMBER, CALL, PART, NAME = "operator", "sign", "number", "call", "part", "name"
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_NUMBERS = (0, 1, -1, 2, 0.5, 3, 1e-8, 1e-5)
_SIBLINGS = (
    {"sum", "mean", "max", "min", "prod"},
    {"var", "std"},
    {"exp", "log", "expm1", "log1p", "log2", "log10"},
    {"argmax", "argmin"},
    {"maximum", "minimum", "fmax", "fmin"},
    {"dot", "multiply", "matmul", "outer"},
    {"add", "subtract", "divide"},
    {"zeros", "ones"},
    {"zeros_like", "ones_like"},
    {"sin", "cos", "tan", "tanh", "arctan", "sinh", "cosh"},
    {"sqrt", "square"},
    {"floor", "ceil", "round"},
    {"hstack", "vstack"},
    {"append", "extend"},
    {"abs", "sign"},
)
_REDUCTIONS = frozenset({"sum", "mean", "max", "min", "var", "std", "amax", "amin", "argmax", "prod", "norm"})
_LIBRARIES = frozenset({"np", "numpy", "math", "self", "super", "range", "len", "enumerate", "zip"})


def likely(node: ast.AST) -> Iterator[Edited]:
    """The edits of a kind of expression."""
    edits = _OF_KIND.get(type(node))
    if edits is not None:
        yield from edits(node)


def unlikely(node: ast.AST, names: Sequence[str]) -> Iterator[Edited]:
    """The edits of any expression: another sign, transposed, another name."""
    if isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Attribute | ast.Subscript) and not _is_library(node):
        yield SIGN, ast.UnaryOp(ast.USub(), node)
        yield PART, ast.Attribute(node, "T", ast.Load())
    if isinstance(node, ast.Name | ast.Attribute) and not _is_library(node):
        own = ast.unparse(node)
        yield from ((NAME, ast.parse(name, mode="eval").body) for name in names if name != own)


def _binary(node: ast.BinOp) -> Iterator[Edited]:
    for op in _OPERATORS:
        if not isinstance(node.op, op):
            yield OPERATOR, ast.BinOp(node.left, op(), node.right)
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield OPERATOR, ast.BinOp(node.right, node.op, node.left)
    yield PART, node.left
    yield PART, node.right
    if isinstance(node.left, ast.BinOp):  # (a + b) * c as a + b * c
        inner = node.left
        yield OPERATOR, ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, node.op, node.right))
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield OPERATOR, ast.BinOp(ast.BinOp(node.left, node.op, inner.left), inner.op, inner.right)


def _unary(node: ast.UnaryOp) -> Iterator[Edited]:
    yield SIGN, node.operand


def _compare(node: ast.Compare) -> Iterator[Edited]:
    for op in _COMPARISONS:
        if len(node.ops) == 1 and not isinstance(node.ops[0], op):
            yield OPERATOR, ast.Compare(node.left, [op()], node.comparators)


def _constant(node: ast.Constant) -> Iterator[Edited]:
    value = node.value
    if isinstance(value, bool):
        yield NUMBER, ast.Constant(not value)
    elif value is None:
        yield from ((NUMBER, ast.Constant(axis)) for axis in (0, 1))
    elif isinstance(value, int | float):
        near = [value - 1, value + 1, -value, *([1 / value, value / 100] if value else [])]
        others = dict.fromkeys([*near, *_NUMBERS])
        yield from ((NUMBER, ast.Constant(other)) for other in others if other != value)


def _choice(node: ast.BoolOp | ast.IfExp) -> Iterator[Edited]:
    parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
    yield from ((PART, one) for one in parts)
    if isinstance(node, ast.IfExp):
        yield PART, ast.IfExp(node.test, node.orelse, node.body)


def _subscript(node: ast.Subscript) -> Iterator[Edited]:
    yield PART, node.value
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        yield PART, ast.Subscript(node.value, ast.Tuple(node.slice.elts[::-1], ast.Load()), ast.Load())


def _attribute(node: ast.Attribute) -> Iterator[Edited]:
    if node.attr == "T":
        yield PART, node.value


def _call(node: ast.Call) -> Iterator[Edited]:
    name = _name(node.func)
    yield from _with_siblings(node, name)
    yield from _with_keywords(node)
    if name in _REDUCTIONS:
        yield from _reducing(node)
    if name == "range":
        yield from _ranges(node)
    if len(node.args) == 2:
        yield CALL, ast.Call(node.func, node.args[::-1], node.keywords)
    if len(node.args) > 2:
        yield CALL, ast.Call(node.func, [node.args[0], node.args[2], node.args[1], *node.args[3:]], node.keywords)
    yield from ((PART, one) for one in node.args if not isinstance(one, ast.Starred))
    if isinstance(node.func, ast.Attribute) and not _is_library(node.func.value):
        yield PART, node.func.value


def _with_siblings(node: ast.Call, name: str) -> Iterator[Edited]:
    for other in sorted({other for group in _SIBLINGS if name in group for other in group} - {name}):
        called = node.func
        if isinstance(called, ast.Attribute):
            yield CALL, ast.Call(ast.Attribute(called.value, other, ast.Load()), node.args, node.keywords)
        elif name in ("max", "min", "sum", "abs", "round"):
            yield CALL, ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)


def _with_keywords(node: ast.Call) -> Iterator[Edited]:
    for index, one in enumerate(node.keywords):
        rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
        yield CALL, ast.Call(node.func, node.args, rest)
        if one.arg in ("axis", "ddof"):
            for value in (0, 1, -1, None):
                yield CALL, ast.Call(node.func, node.args, [*rest, ast.keyword(one.arg, ast.Constant(value))])


def _reducing(node: ast.Call) -> Iterator[Edited]:
    """Along another axis, and with it kept."""
    has = {one.arg for one in node.keywords}
    rest = [one for one in node.keywords if one.arg not in ("axis", "keepdims")]
    kept = ast.keyword("keepdims", ast.Constant(True))
    if "axis" in has and "keepdims" not in has:
        yield CALL, ast.Call(node.func, node.args, [*node.keywords, kept])
    for axis in (0, 1):
        along = ast.keyword("axis", ast.Constant(axis))
        yield CALL, ast.Call(node.func, node.args, [*rest, along, kept])
        yield CALL, ast.Call(node.func, node.args, [*rest, along])
    if "ddof" not in has and _name(node.func) in ("var", "std"):
        yield CALL, ast.Call(node.func, node.args, [*node.keywords, ast.keyword("ddof", ast.Constant(1))])


def _ranges(node: ast.Call) -> Iterator[Edited]:
    """One round more or fewer, from 1, and backwards."""
    last = len(node.args) - 1 if len(node.args) < 3 else 1
    for op in (ast.Add, ast.Sub):
        bounds = list(node.args)
        bounds[last] = ast.BinOp(bounds[last], op(), ast.Constant(1))
        yield NUMBER, ast.Call(node.func, bounds, [])
    if len(node.args) == 1:
        yield NUMBER, ast.Call(node.func, [ast.Constant(1), *node.args], [])
    yield NUMBER, ast.Call(ast.Name("reversed", ast.Load()), [node], [])


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_library(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in _LIBRARIES


_OF_KIND: dict[type[ast.AST], Callable[..., Iterator[Edited]]] = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.BoolOp: _choice,
    ast.IfExp: _choice,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _call,
}
