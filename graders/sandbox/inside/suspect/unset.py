"""For a missing name or attribute: the line that reads it, and the function that doesn't assign it."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from types import CodeType, FrameType

from ..errors import Missing, last_own_place
from ..facts.names import misspelt
from ..origin import is_below
from .replacing import Functions
from .running import Runner, Sequence_
from .statements import own_nodes

Told = tuple[str, int, int]
"""A file, the line in which a function of it begins, and a line of that function."""


class Unset:
    """One sequence that ends with an exception, run once more to see what ran before."""

    def __init__(self, runner: Runner, functions: Functions, sequence: Sequence_) -> None:
        self._functions = functions
        self._root = functions.root
        self.called: list[CodeType] = []
        before = sys.getprofile()
        sys.setprofile(self._note)
        try:
            self._error = runner.raised(sequence)
        finally:
            sys.setprofile(before)

    def _note(self, frame: FrameType, event: str, argument: object) -> None:  # noqa: ARG002 - as Python calls it
        if event == "call" and is_below(frame.f_code.co_filename, self._root):
            self.called.append(frame.f_code)

    def lines(self) -> list[Told]:
        """Those that come into question."""
        found = [*self._of_name(), *self._of_attribute()]
        return list(dict.fromkeys(found))

    def _of_name(self) -> Iterator[Told]:
        """The line that reads a name; before it, unless another one is meant, the function that doesn't assign it."""
        place = last_own_place(self._error, self._root) if self._error is not None else None
        function = self._function(*place[:2]) if place is not None else None
        if place is None or function is None:
            return
        if isinstance(self._error, NameError) and not _is_misspelt(str(self._error), function):
            yield self._told(place[0], function.lineno, function.lineno)
        yield self._told(place[0], function.lineno, place[1])

    def _of_attribute(self) -> Iterator[Told]:
        """Where an attribute of an object may have been forgotten: an assignment of nearly that name, or a function."""
        error = self._error
        if isinstance(error, AttributeError | Missing) and isinstance(error.name, str):
            for path, node in self._classes(type(error.obj).__qualname__):
                yield from self._in_class(path, node, error.name)

    def _classes(self, name: str) -> Iterator[tuple[str, ast.ClassDef]]:
        for path in self._functions.paths:
            tree = self._functions.tree(path)
            nodes = ast.walk(tree) if tree is not None else ()
            yield from ((path, node) for node in nodes if isinstance(node, ast.ClassDef) and node.name == name)

    def _in_class(self, path: str, node: ast.ClassDef, name: str) -> Iterator[Told]:
        methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
        stored = [(method, one) for method in methods.values() for one in _stored(method)]
        known = {one.attr for _, one in stored}
        near, meant = _near(name, known), misspelt(name, methods)
        if meant and not near and name not in known:
            yield self._told(path, methods[meant].lineno, methods[meant].lineno)
        elif near:
            yield from (self._told(path, method.lineno, one.lineno) for method, one in stored if one.attr == near)
        elif name not in known:
            forgot = methods.get(self._forgot(node, name, methods))
            yield from [self._told(path, forgot.lineno, forgot.lineno)] if forgot is not None else ()

    def _forgot(self, node: ast.ClassDef, name: str, methods: dict[str, ast.FunctionDef]) -> str:
        """The method that should have assigned it: the first if it is given one of that name, else the last before."""
        first = methods.get("__init__")
        if first is not None and name in {one.arg for one in first.args.args}:
            return "__init__"
        ran = [code.co_name for code in self.called if code.co_qualname.startswith(f"{node.name}.")]
        before = ran[:-1] if self._is_inside(ran) else ran
        return next((one for one in reversed(before) if one != "__init__"), "__init__")

    def _is_inside(self, ran: list[str]) -> bool:
        """Whether the exception came from the last method that was called, and not from what reads afterwards."""
        place = last_own_place(self._error, self._root) if self._error is not None else None
        return place is not None and bool(ran) and ran[-1] == place[2]

    def _function(self, path: str, line: int) -> ast.FunctionDef | None:
        tree = self._functions.tree(path)
        nodes = list(ast.walk(tree)) if tree is not None else []
        found = [
            one for one in nodes if isinstance(one, ast.FunctionDef) and one.lineno <= line <= (one.end_lineno or 0)
        ]
        return max(found, key=lambda one: one.lineno, default=None)

    def _told(self, path: str, function: int, line: int) -> Told:
        return os.path.relpath(path, self._root), function, line


def _stored(node: ast.FunctionDef) -> list[ast.Attribute]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)]


def _is_misspelt(text: str, function: ast.FunctionDef) -> bool:
    """Whether a name that isn't there is one of the function's but for its spelling."""
    found = re.search(r"'(\w+)'", text)
    stored = {one.id for one in own_nodes(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    known = stored | {one.arg for one in function.args.args}
    return found is not None and bool(_near(found[1], known - {found[1]}))


def _near(name: str, known: set[str]) -> str:
    """The one of these that differs by capitals and underscores alone; empty if it is there itself, or none is."""
    return "" if name in known else next((one for one in sorted(known) if _plain(one) == _plain(name)), "")


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()
