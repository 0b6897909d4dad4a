"""Runs a module statement by statement, so that one that fails costs only the names that it defines."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterator

from .placeholders import NotAllowed, Placeholder


def run_by_statements(source: bytes, path: str, namespace: dict[str, object]) -> None:
    """Run a source there; what a statement would have made that uses a placeholder is a placeholder itself."""
    tree = ast.parse(source, path)
    flags = _features(tree)
    for statement in tree.body:
        code = compile(ast.Module([statement], []), path, "exec", flags, dont_inherit=True)
        try:
            exec(code, namespace)
        except NotAllowed as error:
            namespace.update((name, Placeholder(error.used, error.origin)) for name in _made_by(statement))


def _features(tree: ast.Module) -> int:
    """The flags of what the source imports from `__future__`."""
    wanted = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    names = [alias.name for node in wanted for alias in node.names]
    return sum({getattr(__future__, name).compiler_flag for name in names if hasattr(__future__, name)})


def _made_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module binds, but for those inside of functions and classes."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
