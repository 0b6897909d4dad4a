"""Which functions of which libraries a source names, whatever it calls them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Use:
    """A library's module, function or class by its full name, and the line that names it."""

    name: str
    line: int


def uses(source: str, within: str | None = None) -> list[Use]:
    """Everything that is imported, or reached through what was; inside one class or function if `within` names it.

    A source with a syntax error has none: whatever runs it says so.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    finder = _Finder(within)
    finder.visit(tree)
    return finder.found


def banned(found: Iterable[Use], patterns: Sequence[str]) -> list[Use]:
    """Those that match one of the patterns: `numpy.tanh`, `torch.nn.*`."""
    return [use for use in found if any(fnmatchcase(use.name, pattern) for pattern in patterns)]


class _Finder(ast.NodeVisitor):
    """Follows names through scopes: to a library's full name, or to None for what is the source's own."""

    def __init__(self, within: str | None) -> None:
        self.found: list[Use] = []
        self._within = within
        self._inside = 0
        self._scopes: list[dict[str, str | None]] = [{}]
        self._stars: list[str] = []

    # what names stand for

    def _bind(self, name: str, meaning: str | None) -> None:
        self._scopes[-1][name] = meaning

    def _meaning(self, name: str) -> str | None:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    def _known(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes) or hasattr(builtins, name)

    def _resolve(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._meaning(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._resolve(value)
                return None if owner is None else f"{owner}.{attribute}"
            case ast.Call(func=ast.Name(id="getattr"), args=[owner_node, ast.Constant(value=str(attribute)), *_]):
                owner = self._resolve(owner_node)
                return None if owner is None else f"{owner}.{attribute}"
            case ast.Call(func=ast.Name(id="__import__"), args=[ast.Constant(value=str(module)), *_]):
                return module.partition(".")[0]
            case ast.Call(func=function, args=[ast.Constant(value=str(module)), *_]):
                return module if self._resolve(function) == "importlib.import_module" else None
        return None

    def _note(self, name: str, node: ast.AST) -> None:
        if self._within is None or self._inside:
            self.found.append(Use(name, getattr(node, "lineno", 0)))

    # what binds them

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._note(alias.name, node)
            self._bind(alias.asname or alias.name.partition(".")[0], _of_import(alias))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if node.level or node.module is None:
                self._bind(alias.asname or alias.name, None)
            elif alias.name == "*":
                self._stars.append(node.module)
                self._note(f"{node.module}.*", node)
            else:
                self._note(f"{node.module}.{alias.name}", node)
                self._bind(alias.asname or alias.name, f"{node.module}.{alias.name}")

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._assign(node.target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._bind(name, self._resolve(value))
            case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=values) | ast.List(elts=values))) if (
                len(names) == len(values)
            ):
                for one, its in zip(names, values, strict=True):
                    self._assign(one, its)
            case _:
                for name in _names(target):
                    self._bind(name, None)
                self.generic_visit(target)

    def visit_For(self, node: ast.For) -> None:
        for name in _names(node.target):
            self._bind(name, None)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name, None)
        self._enter(node, node.name, [argument.arg for argument in _arguments(node.args)])

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._enter(node, "", [argument.arg for argument in _arguments(node.args)])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, None)
        self._enter(node, node.name, [])

    def _enter(self, node: ast.AST, name: str, parameters: Sequence[str]) -> None:
        self._scopes.append(dict.fromkeys(parameters))
        self._inside += name == self._within
        self.generic_visit(node)
        self._inside -= name == self._within
        self._scopes.pop()

    # what uses them

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            return
        meaning = self._meaning(node.id)
        if meaning is not None:
            self._note(meaning, node)
        elif not self._known(node.id):
            for module in self._stars:
                self._note(f"{module}.{node.id}", node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._reach(node)

    def visit_Call(self, node: ast.Call) -> None:
        self._reach(node)

    def _reach(self, node: ast.expr) -> None:
        meaning = self._resolve(node)
        if meaning is not None:
            self._note(meaning, node)
        if meaning is None or isinstance(node, ast.Call):
            self.generic_visit(node)


def _of_import(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _names(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)
