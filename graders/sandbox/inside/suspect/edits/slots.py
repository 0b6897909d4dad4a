"""Places in a syntax tree that can hold another node."""

from __future__ import annotations

import ast
from collections.abc import Iterator


class Slot:
    """A field of a node, or one item of a field that is a list."""

    __slots__ = ("field", "index", "parent")

    def __init__(self, parent: ast.AST, field: str, index: int | None) -> None:
        self.parent, self.field, self.index = parent, field, index

    @property
    def node(self) -> ast.AST:
        """What is there."""
        held = self.held
        assert isinstance(held, ast.AST)
        return held

    @property
    def held(self) -> object:
        """What is there, whatever that is."""
        value = getattr(self.parent, self.field)
        return value if self.index is None else value[self.index]

    @property
    def block(self) -> tuple[list[ast.stmt], int]:
        """The statements among which its statement stands, and its place there."""
        return getattr(self.parent, self.field), self.index or 0

    def put(self, new: object) -> None:
        """Have it hold this."""
        if self.index is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.index] = new


def read_slots(node: ast.AST) -> Iterator[Slot]:
    """Those of the expressions that a statement itself reads, outer ones first, not of the statements in it."""
    for slot in _slots(node):
        held = slot.node
        if isinstance(held, ast.stmt | ast.excepthandler | ast.arguments):
            continue
        if isinstance(held, ast.expr) and isinstance(getattr(held, "ctx", ast.Load()), ast.Load):
            yield slot
        yield from read_slots(held)


def _slots(node: ast.AST) -> Iterator[Slot]:
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            yield from (Slot(node, name, index) for index, one in enumerate(value) if isinstance(one, ast.AST))
        elif isinstance(value, ast.AST):
            yield Slot(node, name, None)
