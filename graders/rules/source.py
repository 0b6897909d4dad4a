"""Which functions of which libraries a source names, whatever it calls them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from graders.rules.reach import deep_recursion, parsed

DYNAMIC_IMPORT = "importlib.import_module(...)"
"""The name of a use that imports a module whose name can't be read off the source."""
_BUILTINS = ("__import__", "compile", "eval", "exec")
"""Python's own functions that are told, as `builtins.exec`, unless the source has something else of the name."""

_OWN_NAMES = ("globals", "locals", "vars")


@dataclass(frozen=True)
class Use:
    """A library's module, function or class by its full name, and the line that names it."""

    name: str
    line: int


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


@dataclass
class _Scope:
    """The names of a module, class or function: a library's full name, or None for what is the source's own."""

    names: dict[str, str | None] = field(default_factory=dict)
    of_class: bool = False
    outermost: set[str] = field(default_factory=set)
    """Names that a function declares `global`."""


class _Finder(ast.NodeVisitor):
    """Follows names through scopes. A function's body is read after what surrounds it, as Python runs it."""

    def __init__(self, within: str | None) -> None:
        self.found: list[Use] = []
        self._within = within
        self._inside = 0
        self._scopes = [_Scope()]
        self._stars: list[str] = []
        self._perhaps = False
        self._resolved: dict[int, str | None] = {}
        """Of the nodes looked at since a name or scope changed: each level of a chain asks twice for the one below."""
        self._later: list[tuple[list[_Scope], int, list[ast.AST]]] = []

    def read(self, tree: ast.Module) -> None:
        """The whole source."""
        self.visit(tree)
        while self._later:
            self._scopes, self._inside, body = self._later.pop(0)
            self._resolved.clear()
            for node in body:
                self.visit(node)

    # what names stand for

    def _bind(self, name: str, meaning: str | None) -> None:
        self._resolved.clear()
        scope = self._scopes[0 if name in self._scopes[-1].outermost else -1]
        if meaning is not None or not self._perhaps or name not in scope.names:
            scope.names[name] = meaning

    def _meaning(self, name: str) -> str | None:
        return next((scope.names[name] for scope in self._visible() if name in scope.names), None)

    def _bound(self, name: str) -> bool:
        return any(name in scope.names for scope in self._visible())

    def _known(self, name: str) -> bool:
        return self._bound(name) or hasattr(builtins, name)

    def _visible(self) -> Iterator[_Scope]:
        """From the innermost scope outwards; a class's names are not its methods'."""
        *around, innermost = self._scopes
        yield innermost
        yield from (scope for scope in reversed(around) if not scope.of_class)

    def _resolve(self, node: ast.expr) -> str | None:
        if id(node) not in self._resolved:
            self._resolved[id(node)] = self._looked_up(node)
        return self._resolved[id(node)]

    def _looked_up(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._meaning(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self._resolve(value)
                return None if owner is None else f"{owner}.{attribute}"
            case ast.NamedExpr(value=value):
                return self._resolve(value)
            case ast.Subscript(value=namespace, slice=key):
                return self._entry(namespace, key)
            case ast.Call(func=ast.Attribute(value=namespace, attr="get" | "__getitem__"), args=[key, *_]) if (
                self._is_namespace(namespace)
            ):
                return self._entry(namespace, key)
            case ast.Call():
                return self._module(node) or self._fetched(node)
        return None

    def _fetched(self, node: ast.Call) -> str | None:
        """What `getattr(numpy, "tanh")` and its like stand for."""
        match node:
            case (
                ast.Call(func=ast.Name(id="getattr"), args=[owner_node, key, *_])
                | ast.Call(func=ast.Attribute(value=owner_node, attr="__getattribute__"), args=[key])
                | ast.Call(func=ast.Call(func=ast.Name() | ast.Attribute(), args=[key]), args=[owner_node])
            ):
                if isinstance(node.func, ast.Call) and self._resolve(node.func.func) != "operator.attrgetter":
                    return None
                owner, attribute = self._resolve(owner_node), _text(key)
                return None if owner is None or attribute is None else f"{owner}.{attribute}"
        return None

    def _module(self, node: ast.Call) -> str | None:
        """The module that a call of `__import__` or `importlib.import_module` gives, if it can be read off."""
        importer = self._importer(node)
        named = [word.value for word in node.keywords if word.arg == "name"]
        name = next((text for text in map(_text, [*node.args[:1], *named]) if text), None)
        if importer is None or name is None or name.startswith("."):
            return None
        return name.partition(".")[0] if importer == "__import__" else name

    def _importer(self, node: ast.Call) -> str | None:
        if isinstance(node.func, ast.Name) and node.func.id == "__import__":
            return "__import__"
        called = self._resolve(node.func)
        return called if called in ("importlib.import_module", "builtins.__import__", "importlib.__import__") else None

    def _entry(self, namespace: ast.expr, key: ast.expr) -> str | None:
        name = _text(key)
        if name is None:
            return None
        if self._resolve(namespace) == "sys.modules":
            return name
        if isinstance(namespace, ast.Call) and not namespace.args and not namespace.keywords:
            function = namespace.func
            return self._meaning(name) if isinstance(function, ast.Name) and function.id in _OWN_NAMES else None
        owner = self._namespace(namespace)
        return None if owner is None else f"{owner}.{name}"

    def _is_namespace(self, node: ast.expr) -> bool:
        return self._namespace(node) is not None or self._resolve(node) == "sys.modules"

    def _namespace(self, node: ast.expr) -> str | None:
        """Whose `vars(numpy)` or `numpy.__dict__` this is."""
        match node:
            case ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"):
                return self._resolve(owner)
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

    def visit_Global(self, node: ast.Global) -> None:
        self._scopes[-1].outermost.update(node.names)

    def visit_If(self, node: ast.If | ast.Try) -> None:
        before, self._perhaps = self._perhaps, True  # `except ImportError: np = None` doesn't unmake `np`
        self.generic_visit(node)
        self._perhaps = before

    visit_Try = visit_If

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self._bind(node.name, None)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name is not None:
            self._bind(node.name, None)
        self.generic_visit(node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        for name in _names(node.target):
            self._bind(name, None)
        self.generic_visit(node)

    visit_AsyncFor = visit_For

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        targets = [name for generator in node.generators for name in _names(generator.target)]
        self._enter(_Scope(dict.fromkeys(targets)))
        self.generic_visit(node)
        self._leave()

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        inside = self._inside
        self._inside += node.name == self._within
        for outside in (*node.decorator_list, *([] if node.returns is None else [node.returns])):
            self.visit(outside)
        self._postpone(node.args, node.body)
        self._inside = inside
        self._bind(node.name, None)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._postpone(node.args, [node.body])

    def _postpone(self, parameters: ast.arguments, body: Sequence[ast.AST]) -> None:
        self.visit(parameters)
        own = _Scope(dict.fromkeys(parameter.arg for parameter in _arguments(parameters)))
        self._later.append(([*self._scopes, own], self._inside, list(body)))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, None)
        self._enter(_Scope(of_class=True))
        self._inside += node.name == self._within
        self.generic_visit(node)
        self._inside -= node.name == self._within
        self._leave()

    def _enter(self, scope: _Scope) -> None:
        self._scopes.append(scope)
        self._resolved.clear()

    def _leave(self) -> None:
        self._scopes.pop()
        self._resolved.clear()

    # what uses them

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, None)
            return
        meaning = self._meaning(node.id)
        if meaning is not None:
            self._note(meaning, node)
        elif node.id in _BUILTINS and not self._bound(node.id):
            self._note(f"builtins.{node.id}", node)
        elif not self._known(node.id):
            for module in self._stars:
                self._note(f"{module}.{node.id}", node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._reach(node)

    def visit_Call(self, node: ast.Call) -> None:
        if self._importer(node) is not None and self._module(node) is None and not _is_relative(node):
            self._note(DYNAMIC_IMPORT, node)
        self._reach(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._reach(node)

    def _reach(self, node: ast.expr) -> None:
        meaning = self._resolve(node)
        if meaning is not None:
            self._note(meaning, node)
        if meaning is None or not isinstance(node, ast.Attribute):
            self.generic_visit(node)


def _text(node: ast.expr) -> str | None:
    """A string that the source spells out, in one piece or joined."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            pieces = [_text(left), _text(right)]
        case ast.JoinedStr(values=values):
            pieces = [_text(value) for value in values]
        case ast.FormattedValue(value=value, format_spec=None):
            return _text(value)
        case _:
            return None
    return None if None in pieces else "".join(piece or "" for piece in pieces)


def _is_relative(node: ast.Call) -> bool:
    return bool(node.args) and (_text(node.args[0]) or "").startswith(".")


def _of_import(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _names(target: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    yield from (argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None)
