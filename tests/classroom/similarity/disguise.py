"""Hides a copy as students do: other names, another order of functions, other comments and layout, other files."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping

KEPT = {"self", "np", "forward", "backward", "__init__"}


class _Renaming(ast.NodeTransformer):
    """Every variable, parameter, class and attribute of self has another name; annotations are added."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = _other(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = _other(node.arg)
        node.annotation = None if node.arg == "self" else ast.parse("dict[str, np.ndarray]", mode="eval").body
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = _other(node.attr)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.body.insert(0, ast.parse("'My own idea!'").body[0])
        node.returns = ast.parse("np.ndarray", mode="eval").body
        return node


def _other(name: str) -> str:
    return name if name in KEPT or name in dir(builtins) else f"my_{name}"


def disguised(source: str) -> str:
    """The source with other names, its classes and functions in the opposite order, without comments."""
    tree = _Renaming().visit(ast.parse(source))
    for node in [tree, *ast.walk(tree)]:
        if isinstance(node, ast.Module | ast.ClassDef):
            node.body.sort(key=lambda part: -part.lineno if isinstance(part, ast.FunctionDef | ast.ClassDef) else -9999)
    lines = ast.unparse(ast.fix_missing_locations(tree)).splitlines()
    return "\n".join(f"{line}   # line {number}\n" for number, line in enumerate(lines))


def in_one_file(files: Mapping[str, str]) -> dict[str, str]:
    """All of it in one file, last things first."""
    return {"everything.py": "\n\n".join(reversed(files.values()))}
