"""Puts rewritten code into the submission's functions, where they are, and takes it out again."""

from __future__ import annotations

import ast
import contextlib
import gc
import linecache
import os
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType

from ..origin import is_below

Rewrite = Callable[[ast.Module, str], ast.Module]
"""From a module's tree and its path below the submission's folder another tree."""
Place = tuple[str, int]
"""A file and a line in it."""
_Key = tuple[str, str, int]


class Functions:
    """The submission's functions that there are now, with their own code."""

    def __init__(self, root: str) -> None:
        self.root = root
        found = [one for one in gc.get_objects() if type(one) is FunctionType]
        self._own = [(one, one.__code__) for one in found if is_below(one.__code__.co_filename, root)]
        self._by_key: dict[_Key, list[tuple[FunctionType, CodeType]]] = {}
        for function, code in self._own:
            self._by_key.setdefault(_key(code), []).append((function, code))

    @property
    def paths(self) -> list[str]:
        """The files in which they stand."""
        return sorted({code.co_filename for _, code in self._own})

    @property
    def by_name(self) -> dict[str, str]:
        """Those files by their names below the submission's folder."""
        return {os.path.relpath(path, self.root): path for path in self.paths}

    def tree(self, path: str) -> ast.Module | None:
        """A file's syntax tree; None where it has none."""
        try:
            return ast.parse("".join(linecache.getlines(path)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def rewrite(self, rewrite: Rewrite) -> None:
        """Give each function the code that is made of its file."""
        for path in self.paths:
            tree = self.tree(path)
            if tree is not None:
                self.put(rewrite(tree, os.path.relpath(path, self.root)), path)

    def put(self, tree: ast.Module, path: str) -> None:
        """Give the functions of one file the code of this tree."""
        ast.fix_missing_locations(tree)
        made = {_key(code): code for code in _codes(compile(tree, path, "exec", dont_inherit=True))}
        for key, code in made.items():
            for function, own in self._by_key.get(key, ()):
                if len(code.co_freevars) == len(own.co_freevars):
                    function.__code__ = code

    def rewritten(self) -> dict[Place, list[tuple[FunctionType, CodeType]]]:
        """Those that have other code now, with that, by file below the submission's folder and line."""
        found: dict[Place, list[tuple[FunctionType, CodeType]]] = {}
        for function, own in self._own:
            if function.__code__ is not own:
                place = os.path.relpath(own.co_filename, self.root), own.co_firstlineno
                found.setdefault(place, []).append((function, function.__code__))
        return found

    @contextlib.contextmanager
    def own_code(self) -> Iterator[None]:
        """Have each its own code meanwhile, or what is made of it, and after that what it has now."""
        now = [(function, function.__code__) for function, _ in self._own]
        self.restore()
        try:
            yield
        finally:
            for function, code in now:
                function.__code__ = code

    def restore(self) -> None:
        """Give each its own code back."""
        for function, code in self._own:
            function.__code__ = code


def _key(code: CodeType) -> _Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)
