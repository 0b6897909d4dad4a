"""Packages that take long to import and that few checks need: imported when they are asked for, as if at the start.

Whatever the submission has called like a part of them, or has put in the way of imports, isn't seen meanwhile.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType

from .origin import modules_below

LATE = frozenset({"matplotlib"})
"""Those of the packages that a homework may use."""
Then = Callable[[], None]
"""What is to be done once a package is there."""


class Late(importlib.abc.MetaPathFinder):
    """Finds these packages, the first time that somebody asks for one, by importing all of it."""

    def __init__(self, then: Mapping[str, Then]) -> None:
        self._then = dict(then)
        self._clean = list(sys.path), list(sys.meta_path), builtins.__import__
        self.roots: Sequence[str] = ()
        """The folders of the submission, whose modules are out of the way meanwhile."""
        self.brought: set[str] = set()
        """The names of all modules that came with them."""

    def install(self) -> None:
        """From here on before every other finder."""
        if self._then:
            sys.meta_path[:] = [self, *(finder for finder in sys.meta_path if finder is not self)]

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the import system passes it, as the next
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """The package, which is there by then."""
        if name not in self._then:
            return None
        self._bring(name)
        return importlib.machinery.ModuleSpec(name, _There(), is_package=True)

    @property
    def waits(self) -> bool:
        """Whether one hasn't been asked for yet."""
        return bool(self._then)

    def bring(self) -> None:
        """Have all of them imported now."""
        for name in list(self._then):
            self._bring(name)

    def _bring(self, name: str) -> None:
        then = self._then.pop(name)
        with self._as_at_the_start():
            before = set(sys.modules)
            importlib.import_module(name)
            then()
            self.brought |= set(sys.modules) - before

    @contextlib.contextmanager
    def _as_at_the_start(self) -> Iterator[None]:
        now = sys.path, sys.meta_path, builtins.__import__
        own = {id(module) for root in self.roots for module in modules_below(root)}
        hidden = {name: module for name, module in sys.modules.items() if id(module) in own}
        for name in hidden:
            del sys.modules[name]
        path, finders, plain = self._clean
        sys.path, sys.meta_path, builtins.__import__ = list(path), list(finders), plain
        try:
            yield
        finally:
            sys.path, sys.meta_path, builtins.__import__ = now
            sys.modules.update(hidden)


class _There(importlib.abc.Loader):
    """Gives the module that has been imported already."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """It has its own spec."""
        return sys.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it has run."""
