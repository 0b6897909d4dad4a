"""Which functions of which libraries a source names, whatever it calls them."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graders.checking.apart import reads_files
from graders.checking.failures import RuleBroken
from graders.checking.rules.meanings import MAX_NAME, Meanings, Scope, text_of, within
from graders.checking.rules.reach import deep_recursion, parsed

DYNAMIC_IMPORT = "importlib.import_module(...)"
"""The name of a use that imports a module whose name can't be read off the source."""
MAX_STARS = 20
"""Modules that names may come from by `from x import *`."""
_BUILTINS = ("__import__", "compile", "eval", "exec")
"""Python's own functions that are told, as `builtins.exec`, unless the source has something else of the name."""


@dataclass(frozen=True)
class Use:
    """A library's module, function or class by its full name, and the line that names it."""

    name: str
    line: int


@reads_files
def uses(source: str | bytes, within: str | None = None) -> list[Use]:
    """Everything that is imported, or reached through what was; inside one class or function if `within` names it.

    A source with a syntax error has none: whatever runs it says so. CheckFailed for one that can't be read here,
    and could run all the same.
    """
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, MemoryError):
        return []
    finder = _Finder(within)
    with deep_recursion():
        finder.read(tree)
    return sorted(finder.found, key=lambda use: use.line)


def banned(found: Iterable[Use], patterns: Sequence[str]) -> list[Use]:
    """Those that match one of the patterns: `numpy.tanh`, `torch.nn.*`."""
    return [use for use in found if any(fnmatchcase(use.name, pattern) for pattern in patterns)]


_Meant = str | None | list["_Meant"]
"""The full name of what an expression stands for; of a tuple or list, what its parts do."""


class _Finder(ast.NodeVisitor):
    """Follows names through scopes. A function's body is read after what surrounds it, as Python runs it."""

    def __init__(self, within: str | None) -> None:
        self.found: list[Use] = []
        self._within = within
        self._inside = 0
        self._meanings = Meanings()
        self._stars: dict[str, None] = {}
        self._later: deque[tuple[Sequence[Scope], int, list[ast.AST]]] = deque()

    def read(self, tree: ast.Module) -> None:
        """The whole source."""
        self.visit(tree)
        while self._later:
            scopes, self._inside, body = self._later.popleft()
            self._meanings.move_to(scopes)
            for node in body:
                self.visit(node)

    def _note(self, name: str, node: ast.AST) -> None:
        if self._within is None or self._inside:
            self.found.append(Use(name, getattr(node, "lineno", 0)))

    # what binds names

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._note(alias.name[:MAX_NAME], node)
            self._meanings.bind(alias.asname or alias.name.partition(".")[0], _of_import(alias))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = None if node.level or node.module is None else node.module[:MAX_NAME]
        for alias in node.names:
            name = within(module, alias.name)
            if name is not None:
                self._note(name, node)
            if module is not None and alias.name == "*":
                self._star(module)
            else:
                self._meanings.bind(alias.asname or alias.name, name)

    def _star(self, module: str) -> None:
        self._stars[module] = None
        if len(self._stars) > MAX_STARS:
            raise RuleBroken(f"the source imports * from more than {MAX_STARS} modules", "Import what you use by name.")

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        meaning = self._meant(node.value)
        for target in node.targets:
            self._assign(target, meaning)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, self._meant(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._assign(node.target, self._meant(node.value))

    def _meant(self, value: ast.expr) -> _Meant:
        """What a value stands for, found once however many names it is given."""
        if isinstance(value, ast.Tuple | ast.List):
            return [self._meant(part) for part in value.elts]
        return self._meanings.resolve(value)

    def _assign(self, target: ast.expr, meaning: _Meant) -> None:
        match target, meaning:
            case ast.Name(id=name), _:
                self._meanings.bind(name, meaning if isinstance(meaning, str) else None)
            case ((ast.Tuple(elts=names) | ast.List(elts=names)), list(meanings)) if len(names) == len(meanings):
                for one, its in zip(names, meanings, strict=True):
                    self._assign(one, its)
            case _:
                for name in _names(target):
                    self._meanings.bind(name, None)
                self.generic_visit(target)

    def visit_Global(self, node: ast.Global) -> None:
        self._meanings.declare_global(node.names)

    def visit_If(self, node: ast.If | ast.Try) -> None:
        with self._meanings.perhaps():
            self.generic_visit(node)

    visit_Try = visit_If

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self._meanings.bind(node.name, None)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            self._meanings.bind(node.name, None)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for name in _names(node.target):
            self._meanings.bind(name, None)
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        targets = [name for generator in node.generators for name in _names(generator.target)]
        self._meanings.enter(Scope(dict.fromkeys(targets)))
        self.generic_visit(node)
        self._meanings.leave()

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        inside = self._inside
        self._inside += node.name == self._within
        for outside in (*node.decorator_list, *([] if node.returns is None else [node.returns])):
            self.visit(outside)
        self._postpone(node.args, node.body)
        self._inside = inside
        self._meanings.bind(node.name, None)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._postpone(node.args, [node.body])

    def _postpone(self, parameters: ast.arguments, body: Sequence[ast.AST]) -> None:
        self.visit(parameters)
        own = Scope(dict.fromkeys(parameter.arg for parameter in _arguments(parameters)))
        self._later.append((self._meanings.within(own), self._inside, list(body)))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._meanings.bind(node.name, None)
        self._meanings.enter(Scope(of_class=True))
        self._inside += node.name == self._within
        self.generic_visit(node)
        self._inside -= node.name == self._within
        self._meanings.leave()

    # what uses them

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._meanings.bind(node.id, None)
            return
        meaning = self._meanings.meaning(node.id)
        if meaning is not None:
            self._note(meaning, node)
        elif node.id in _BUILTINS and not self._meanings.is_bound(node.id):
            self._note(f"builtins.{node.id}", node)
        elif not self._meanings.is_known(node.id):
            for module in self._stars:
                self._note(f"{module}.{node.id}", node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._reach(node)

    def visit_Call(self, node: ast.Call) -> None:
        if self._meanings.importer(node) is not None and self._meanings.module(node) is None and not _is_relative(node):
            self._note(DYNAMIC_IMPORT, node)
        self._reach(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._reach(node)

    def _reach(self, node: ast.expr) -> None:
        meaning = self._meanings.resolve(node)
        if meaning is not None:
            self._note(meaning, node)
        if meaning is None or not isinstance(node, ast.Attribute):
            self.generic_visit(node)


def _is_relative(node: ast.Call) -> bool:
    return bool(node.args) and (text_of(node.args[0]) or "").startswith(".")


def _of_import(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _names(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)
