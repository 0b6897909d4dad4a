"""Marks in a worked solution what students write: the passes of the layers that were recognised, and what these call.

Constructors stay outside of the marks: they are handed out with the starter code.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graders.coursework.handout import BEGIN, END
from graders.probe.drafting.inventory import Module, Piece, methods_of

Place = tuple[str, int]
"""A file, and the line in it where a function begins."""


@dataclass(frozen=True)
class Written:
    """A function that students write: its lines in a file, and the sections that reach it."""

    file: str
    first: int
    last: int
    sections: tuple[str, ...]


class Solutions:
    """The functions that layers reach, by name: `self.helper` in their class, `helper` in any file."""

    def __init__(self, modules: Sequence[Module], layers: Mapping[str, tuple[Piece, Sequence[str]]]) -> None:
        self._modules = {module.file: module for module in modules}
        self._classes = {name: node for module in modules for name, node in module.classes.items()}
        self._files = {id(node): module.file for module in modules for node in ast.walk(module.tree)}
        self._functions = {name: node for module in modules for name, node in module.functions.items()}
        self._reached: dict[Place, tuple[ast.FunctionDef, list[str]]] = {}
        for section, (piece, names) in layers.items():
            self._start(section, piece, names)

    def functions(self) -> list[Written]:
        """All of them, in the order of files and lines."""
        found = []
        for (file, _), (node, sections) in sorted(self._reached.items(), key=lambda one: one[0]):
            found.append(Written(file, node.lineno, node.end_lineno or node.lineno, tuple(dict.fromkeys(sections))))
        return found

    def marked(self, file: str) -> str:
        """The text of a file with the marks in it; as it is where it has some already."""
        module = self._modules[file]
        if BEGIN in module.text:
            return module.text
        lines = io.StringIO(module.text).readlines()
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        nodes = [node for (name, _), (node, _) in self._reached.items() if name == file]
        for node in sorted(nodes, key=lambda node: -node.lineno):
            _mark(lines, node)
        return "".join(lines)

    def _start(self, section: str, piece: Piece, names: Sequence[str]) -> None:
        module = self._modules[piece.file]
        if not piece.is_class:
            for name in names:
                self._reach(section, module.functions[name], {})
            return
        methods = methods_of(module.classes[piece.name], self._classes)
        for name in names:
            if name in methods:
                self._reach(section, methods[name], methods)

    def _reach(self, section: str, node: ast.FunctionDef, methods: Mapping[str, ast.FunctionDef]) -> None:
        place = (self._files[id(node)], node.lineno)
        _, sections = self._reached.setdefault(place, (node, []))
        if section in sections or node.name == "__init__":
            return
        sections.append(section)
        for called, own in _named(node):
            other = methods.get(called) if own else self._functions.get(called)
            if other is not None and other.name != "__init__":
                self._reach(section, other, methods if own else {})


def _named(function: ast.FunctionDef) -> Iterator[tuple[str, bool]]:
    """The names in a function, and whether each belongs to its own object."""
    for node in ast.walk(function):
        match node:
            case ast.Attribute(ast.Name("self"), name):
                yield name, True
            case ast.Attribute(_, name) | ast.Name(name):
                yield name, False


def _mark(lines: list[str], node: ast.FunctionDef) -> None:
    """Put the marks around the body of a function, below its docstring; a body on the line of `def` has no room."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if not body or body[0].lineno == node.lineno:
        return
    first = min([body[0].lineno, *(one.lineno for one in getattr(body[0], "decorator_list", []))])
    indent = " " * body[0].col_offset
    last = node.end_lineno or first
    lines[last - 1 : last] = [lines[last - 1], f"{indent}{END}\n"]
    lines[first - 1 : first - 1] = [f"{indent}{BEGIN}\n"]
