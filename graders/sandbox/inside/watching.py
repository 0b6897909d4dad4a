"""What a check has the worker watch the submission's code for: its lines and its imports."""

from __future__ import annotations

import builtins
import importlib
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FrameType, ModuleType

MAX_LINES = 2000
MAX_REFUSED = 100

Trace = Callable[[FrameType, str, object], "Trace | None"]
"""What Python calls at each event of a frame."""


class Lines:
    """Counts how often each line of the submission is executed, from `start` to `stop`."""

    def __init__(self, root: str) -> None:
        self._root = root + os.sep
        self._counts: Counter[tuple[CodeType, int]] = Counter()
        self._disturbed = False
        self._real: tuple[Callable[..., None], Callable[..., None]] = sys.settrace, threading.settrace

    def start(self) -> None:
        """Count from here on, in threads that are started from here on too."""
        self._counts.clear()
        self._disturbed = False
        for settrace in self._real:
            settrace(self._entered)
        sys.settrace = threading.settrace = self._asked

    def stop(self) -> dict[str, int] | None:
        """How often each line ran, as `file:line`, those that ran most; None where the code has switched it off."""
        sys.settrace, threading.settrace = self._real
        for settrace in self._real:
            settrace(None)
        if self._disturbed:
            return None
        lines: Counter[str] = Counter()
        for (code, line), count in self._counts.items():
            lines[f"{code.co_filename[len(self._root) :]}:{line}"] += count
        return dict(lines.most_common(MAX_LINES))

    def _asked(self, func: object) -> None:
        if func == self._entered:
            self._real[0](func)  # a thread that starts
        else:
            self._disturbed = True

    def _entered(self, frame: FrameType, event: str, argument: object) -> Trace | None:  # noqa: ARG002 - Python passes three
        return self._step if frame.f_code.co_filename.startswith(self._root) else None

    def _step(self, frame: FrameType, event: str, argument: object) -> Trace:  # noqa: ARG002
        if event == "line":
            self._counts[frame.f_code, frame.f_lineno] += 1
        return self._step


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
