"""Whether an import is inside a `try` that catches ImportError.

Both sides ask: the worker of a frame that runs, the trusted side of an import that it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "OSError", "Exception", "BaseException"})
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Guard(NamedTuple):
    """The first and last line of what is guarded, and of the function or class around it the first (0: none)."""

    scope: int
    first: int
    last: int

    def covers(self, scope: int, line: int) -> bool:
        """Whether it guards this line of code that begins there."""
        return self.scope == scope and self.first <= line <= self.last


def guards(tree: ast.Module) -> list[Guard]:
    """Every stretch of a source from which a failed import doesn't get out."""
    return list(_below(tree, 0))


def _below(node: ast.AST, scope: int) -> Iterator[Guard]:
    if isinstance(node, ast.Try) and any(_catches(handler.type) for handler in node.handlers):
        yield _around(node.body, scope)
    if isinstance(node, ast.With) and any(_suppresses(item.context_expr) for item in node.items):
        yield _around(node.body, scope)
    inside = _beginning(node) if isinstance(node, _Scope) else scope
    for child in ast.iter_child_nodes(node):
        yield from _below(child, inside)


def _beginning(node: _Scope) -> int:
    """The line that its code object says that it begins in."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _around(body: Sequence[ast.stmt], scope: int) -> Guard:
    return Guard(scope, body[0].lineno, body[-1].end_lineno or body[-1].lineno)


def _suppresses(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) == "suppress" and any(map(_catches, node.args))


def _catches(kind: ast.expr | None) -> bool:
    """Whether a handler takes the error of an import; one whose classes can't be read off may."""
    if isinstance(kind, ast.Tuple):
        return any(map(_catches, kind.elts))
    name = None if kind is None else _name(kind)
    return name is None or name in _CATCHING or not name.endswith(("Error", "Warning", "Interrupt", "Exit"))


def _name(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
