"""Small edits of a statement, each in one place of its syntax tree: what the student may have meant."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from . import expressions
from .slots import Slot, read_slots

FLOW, REMOVED, STATEMENT = "flow", "removed", "statement"
"""Edits of a condition; of what isn't to run, or elsewhere; and of how a value is put in its place."""
_UPDATES = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_BLOCKS = ("body", "orelse", "finalbody")


class Edit(NamedTuple):
    """Another node in a slot, and what kind of change that is."""

    kind: str
    slot: Slot
    new: object


class Place(NamedTuple):
    """A statement where it stands."""

    slot: Slot
    node: ast.stmt

    @property
    def first(self) -> int:
        """Its first line."""
        return self.node.lineno

    @property
    def last(self) -> int:
        """Its last line, without the statements in it."""
        body = getattr(self.node, "body", None)
        return max(self.first, body[0].lineno - 1) if body else self.node.end_lineno or self.first

    @property
    def has_others(self) -> bool:
        """Whether other statements stand in it."""
        return hasattr(self.node, "body")


def statements(node: ast.AST) -> Iterator[Place]:
    """The statements in a function, with those inside of others."""
    for name in _BLOCKS:
        block = getattr(node, name, None)
        for index, one in enumerate(block if isinstance(block, list) else []):
            if isinstance(one, ast.stmt) and not _is_text(one):
                yield Place(Slot(node, name, index), one)
                yield from statements(one)


def small(place: Place, names: Sequence[str]) -> Iterator[Edit]:  # noqa: ARG001 - as `further`
    """The edits of a statement, the likely ones first."""
    if isinstance(place.node, ast.FunctionDef | ast.ClassDef):
        return
    slots = list(read_slots(place.node))
    is_flow = isinstance(place.node, ast.If | ast.While)
    for slot in slots:
        for kind, new in expressions.likely(slot.node):
            yield Edit(FLOW if is_flow else kind, slot, new)
    yield from _of_statement(place)


def further(place: Place, names: Sequence[str]) -> Iterator[Edit]:
    """Those that are less likely: another sign, another one of these names."""
    if isinstance(place.node, ast.FunctionDef | ast.ClassDef | ast.If | ast.While):
        return
    for slot in read_slots(place.node):
        for kind, new in expressions.unlikely(slot.node, names):
            yield Edit(kind, slot, new)


def _of_statement(place: Place) -> Iterator[Edit]:
    match place.node:
        case ast.AugAssign():
            yield from _of_update(place)
        case ast.Assign([ast.Name() | ast.Attribute() | ast.Subscript() as target]):
            for op in (ast.Add, ast.Sub):
                yield Edit(STATEMENT, place.slot, _at(ast.AugAssign(target, op(), place.node.value), place.node))
        case ast.If(test) | ast.While(test):
            yield Edit(FLOW, Slot(place.node, "test", None), ast.UnaryOp(ast.Not(), test))
            yield from (Edit(FLOW, Slot(place.node, "test", None), ast.Constant(value)) for value in (True, False))
        case ast.Expr(value) if isinstance(value, ast.Call):
            yield Edit(STATEMENT, place.slot, _at(ast.Return(value), place.node))
    yield from _moved(place)


def _of_update(place: Place) -> Iterator[Edit]:
    """`x op= e` as `x = x op e`, which leaves alone what other names hold; as `x = e`; and with other operators."""
    node = place.node
    assert isinstance(node, ast.AugAssign)
    load = copy.copy(node.target)
    load.ctx = ast.Load()
    again = ast.BinOp(load, node.op, node.value)
    yield Edit(STATEMENT, place.slot, _at(ast.Assign([node.target], again), node))
    yield Edit(STATEMENT, place.slot, _at(ast.Assign([node.target], node.value), node))
    for op in _UPDATES:
        if not isinstance(node.op, op):
            yield Edit(expressions.OPERATOR, Slot(node, "op", None), op())


def _moved(place: Place) -> Iterator[Edit]:
    """Without it, or after the next one."""
    block, index = place.slot.block
    if not isinstance(place.node, ast.Return | ast.If | ast.For | ast.While | ast.Raise | ast.Pass):
        yield Edit(REMOVED, place.slot, _at(ast.Pass(), place.node))
    if index + 1 < len(block):
        swapped = [*block[:index], block[index + 1], block[index], *block[index + 2 :]]
        yield Edit(REMOVED, Slot(place.slot.parent, place.slot.field, None), swapped)


def _at(new: ast.stmt, old: ast.stmt) -> ast.stmt:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
