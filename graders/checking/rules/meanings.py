"""What the names and expressions of a source stand for: followed through its scopes, as Python looks them up."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from graders.checking.failures import RuleBroken

MAX_NAME = 500
"""Characters of a full name; a longer one is nobody's, and keeps its beginning: `x = x.a` makes one for each line."""
MAX_SCOPES = 100
"""Functions and classes in each other, through which each name is looked for."""
_OWN_NAMES = ("globals", "locals", "vars")


@dataclass
class Scope:
    """The names of a module, class or function: a library's full name, or None for what is the source's own."""

    names: dict[str, str | None] = field(default_factory=dict)
    of_class: bool = False
    outermost: set[str] = field(default_factory=set)
    """Names that a function declares `global`."""


class Meanings:
    """The scopes around the place that is being read, innermost last, and what is found by them."""

    def __init__(self) -> None:
        self.scopes: Sequence[Scope] = (Scope(),)
        self._perhaps = False
        self._resolved: dict[int, str | None] = {}
        """Of the nodes looked at since a name or scope changed: each level of a chain asks twice for the one below."""

    def move_to(self, scopes: Sequence[Scope]) -> None:
        """Go on in other scopes."""
        self.scopes = scopes
        self._resolved.clear()

    def enter(self, scope: Scope) -> None:
        """Go into a scope."""
        self.move_to(self.within(scope))

    def within(self, scope: Scope) -> Sequence[Scope]:
        """The scopes with another inside of them; RuleBroken where nobody could follow."""
        if len(self.scopes) > MAX_SCOPES:
            raise RuleBroken("the source is nested too deeply to be read", "Split its longest expression.")
        return *self.scopes, scope

    def leave(self) -> None:
        """Go out of the innermost one."""
        self.move_to(self.scopes[:-1])

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Code that may be passed over: `except ImportError: np = None` doesn't take the meaning of `np` away."""
        before, self._perhaps = self._perhaps, True
        yield
        self._perhaps = before

    def declare_global(self, names: Iterable[str]) -> None:
        """Have these names be the module's in the innermost scope."""
        self.scopes[-1].outermost.update(names)

    def bind(self, name: str, meaning: str | None) -> None:
        """Let a name stand for something of a library, or None for what is the source's own."""
        self._resolved.clear()
        scope = self.scopes[0 if name in self.scopes[-1].outermost else -1]
        if meaning is not None or not self._perhaps or name not in scope.names:
            scope.names[name] = meaning

    def meaning(self, name: str) -> str | None:
        """The full name of what a name stands for, if that is a library's."""
        return next((scope.names[name] for scope in self._visible() if name in scope.names), None)

    def is_bound(self, name: str) -> bool:
        """Whether the source has given the name a meaning."""
        return any(name in scope.names for scope in self._visible())

    def is_known(self, name: str) -> bool:
        """Whether the source or Python has."""
        return self.is_bound(name) or hasattr(builtins, name)

    def _visible(self) -> Iterator[Scope]:
        """From the innermost scope outwards; a class's names are not its methods'."""
        *around, innermost = self.scopes
        yield innermost
        yield from (scope for scope in reversed(around) if not scope.of_class)

    def resolve(self, node: ast.expr) -> str | None:
        """The full name of what an expression stands for, if that is a library's."""
        if id(node) not in self._resolved:
            self._resolved[id(node)] = self._looked_up(node)
        return self._resolved[id(node)]

    def _looked_up(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self.meaning(name)
            case ast.Attribute(value=value, attr=attribute):
                return within(self.resolve(value), attribute)
            case ast.NamedExpr(value=value):
                return self.resolve(value)
            case ast.Subscript(value=namespace, slice=key):
                return self._entry(namespace, key)
            case ast.Call(func=ast.Attribute(value=namespace, attr="get" | "__getitem__"), args=[key, *_]) if (
                self._is_namespace(namespace)
            ):
                return self._entry(namespace, key)
            case ast.Call():
                return self.module(node) or self._fetched(node)
        return None

    def _fetched(self, node: ast.Call) -> str | None:
        """What `getattr(numpy, "tanh")` and its like stand for."""
        match node:
            case (
                ast.Call(func=ast.Name(id="getattr"), args=[owner_node, key, *_])
                | ast.Call(func=ast.Attribute(value=owner_node, attr="__getattribute__"), args=[key])
                | ast.Call(func=ast.Call(func=ast.Name() | ast.Attribute(), args=[key]), args=[owner_node])
            ):
                if isinstance(node.func, ast.Call) and self.resolve(node.func.func) != "operator.attrgetter":
                    return None
                return within(self.resolve(owner_node), text_of(key))
        return None

    def module(self, node: ast.Call) -> str | None:
        """The module that a call of `__import__` or `importlib.import_module` gives, if it can be read off."""
        importer = self.importer(node)
        named = [word.value for word in node.keywords if word.arg == "name"]
        name = next((text for text in map(text_of, [*node.args[:1], *named]) if text), None)
        if importer is None or name is None or name.startswith("."):
            return None
        return name.partition(".")[0] if importer == "__import__" else name

    def importer(self, node: ast.Call) -> str | None:
        """The function that imports modules by their names, if this is a call of one."""
        if isinstance(node.func, ast.Name) and node.func.id == "__import__":
            return "__import__"
        called = self.resolve(node.func)
        return called if called in ("importlib.import_module", "builtins.__import__", "importlib.__import__") else None

    def _entry(self, namespace: ast.expr, key: ast.expr) -> str | None:
        name = text_of(key)
        if name is None:
            return None
        if self.resolve(namespace) == "sys.modules":
            return name
        if isinstance(namespace, ast.Call) and not namespace.args and not namespace.keywords:
            function = namespace.func
            return self.meaning(name) if isinstance(function, ast.Name) and function.id in _OWN_NAMES else None
        return within(self._namespace(namespace), name)

    def _is_namespace(self, node: ast.expr) -> bool:
        return self._namespace(node) is not None or self.resolve(node) == "sys.modules"

    def _namespace(self, node: ast.expr) -> str | None:
        """Whose `vars(numpy)` or `numpy.__dict__` this is."""
        match node:
            case ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(value=owner, attr="__dict__"):
                return self.resolve(owner)
        return None


def within(owner: str | None, name: str | None) -> str | None:
    """The full name of what an owner has under this name, if it has one; where that is too long, the owner's."""
    if owner is None or name is None:
        return None
    return f"{owner}.{name}" if len(owner) + len(name) < MAX_NAME else owner[:MAX_NAME]


def text_of(node: ast.expr) -> str | None:
    """A string that the source spells out, in one piece or joined; None for one that is too long for a name."""
    pieces, left = list[str](), MAX_NAME
    waiting = [node]
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str(text)):
                pieces.append(text)
                left -= len(text)
            case ast.BinOp(left=first, op=ast.Add(), right=second):
                waiting += [second, first]
            case ast.JoinedStr(values=values):
                waiting += reversed(values)
            case ast.FormattedValue(value=value, format_spec=None):
                waiting.append(value)
            case _:
                return None
        if left < 0:
            return None
    return "".join(pieces)
