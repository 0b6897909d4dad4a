"""Refuses imports to the submission's code, where a homework bans modules."""

from __future__ import annotations

import builtins
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from types import FrameType, ModuleType

MAX_REFUSED = 100


class Imports:
    """Refuses imports of these modules, and of all below them, to the submission's own code."""

    def __init__(self, root: str, modules: Sequence[str]) -> None:
        self._root = root + os.sep
        self._modules = tuple(modules)
        self._plain = builtins.__import__
        self._by_name = importlib.import_module
        self.refused: list[object] = []
        """Module, file and line of each, whether or not the code caught the exception."""

    def install(self) -> None:
        """From here on: the statement, `__import__` and `importlib.import_module`; there is no way back."""
        builtins.__import__ = self._import
        importlib.__import__ = self._import
        importlib.import_module = self._import_module

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0:
            self._judge([name, *(f"{name}.{part}" for part in fromlist or ())], sys._getframe(1))
        return self._plain(name, globals, locals, fromlist, level)

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        self._judge([name], sys._getframe(1))
        return self._by_name(name, package)

    def _judge(self, names: Sequence[str], frame: FrameType | None) -> None:
        refused = next((name for name in names if self._is_refused(name)), None)
        while refused is not None and frame is not None and frame.f_code.co_filename.startswith("<"):
            frame = frame.f_back  # exec's code and the import system belong to whoever called them
        if refused is None or frame is None or not frame.f_code.co_filename.startswith(self._root):
            return
        if len(self.refused) < MAX_REFUSED:
            self.refused.append([refused, frame.f_code.co_filename[len(self._root) :], frame.f_lineno])
        raise ImportError(f"{refused} may not be imported in this homework")

    def _is_refused(self, name: str) -> bool:
        return any(name == module or name.startswith(module + ".") for module in self._modules)
