"""Rewrites functions so that every expression in them tells what it is: the right quantities of a worked submission."""

from __future__ import annotations

import ast
import copy

SEEN = "__gradmark_seen__"
"""What the rewritten code calls, with an expression's number and its value."""
_NO_QUANTITIES = frozenset({"np", "numpy", "math", "self", "super", "range", "len", "enumerate", "zip", "torch"})
_OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.ListComp)


class Prober(ast.NodeTransformer):
    """Puts `SEEN` around each expression that may be a quantity; numbers go on from `first`."""

    def __init__(self, first: int) -> None:
        self.count = first
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """What a function computes."""
        self._depth += 1
        node.body = [made for one in node.body for made in _listed(self.visit(one))]
        self._depth -= 1
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        """Text is no quantity."""
        return node

    def visit_Slice(self, node: ast.Slice) -> ast.Slice:
        """Nor are the bounds of a slice."""
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        """Nor what an option is set to."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """What a small function computes."""
        node.body = self.visit(node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What a function is called on and with; the function itself is no quantity."""
        if isinstance(node.func, ast.Attribute):
            node.func.value = self.visit(node.func.value)
        node.args = [one if isinstance(one, ast.Starred) else self.visit(one) for one in node.args]
        return self._seen(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """A part, and what it is taken from."""
        node.value = self.visit(node.value)
        return self._seen(node) if isinstance(node.ctx, ast.Load) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AugAssign | list[ast.stmt]:
        """What `x += e` adds, and what x is then."""
        node.value = self.visit(node.value)
        if not self._depth:
            return node
        now = copy.deepcopy(node.target)
        now.ctx = ast.Load()
        return [node, ast.copy_location(ast.Expr(self._seen(now)), node)]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """What is inside first."""
        super().generic_visit(node)
        return self._seen(node) if isinstance(node, ast.expr) and _is_quantity(node) else node

    def _seen(self, node: ast.expr) -> ast.expr:
        if not self._depth:
            return node
        self.count += 1
        return ast.copy_location(ast.Call(ast.Name(SEEN, ast.Load()), [ast.Constant(self.count), node], []), node)


def _is_quantity(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Load) and node.id not in _NO_QUANTITIES
    if isinstance(node, ast.Attribute | ast.List):
        return isinstance(node.ctx, ast.Load)
    return isinstance(node, _OPERATIONS)


def _listed(made: ast.stmt | list[ast.stmt]) -> list[ast.stmt]:
    return made if isinstance(made, list) else [made]
