"""The worker's third file: what a check has it watch the submission's code for, its lines and its imports.

Like the runtime it runs in the process of the student's code and imports nothing of gradmark.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from types import CodeType, FrameType, FunctionType
from typing import Any

MAX_LINES = 2000
MAX_REFUSED = 100
MAX_NESTING = 3
MAX_ITEMS = 100
"""Larger tables are data."""


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

    def _asked(self, func: Any) -> None:
        if func == self._entered:
            self._real[0](func)  # a thread that starts
        else:
            self._disturbed = True

    def _entered(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG002 - Python passes three
        return self._step if frame.f_code.co_filename.startswith(self._root) else None

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG002
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
        self.refused: list[list[Any]] = []
        """Module, file and line of each, whether or not the code caught the exception."""

    def install(self) -> None:
        """From here on: the statement, `__import__` and `importlib.import_module`; there is no way back."""
        builtins.__import__ = self._import
        importlib.__import__ = self._import
        importlib.import_module = self._import_module

    def _import(self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if level == 0:
            self._judge([name, *(f"{name}.{part}" for part in fromlist or ())], sys._getframe(1))
        return self._plain(name, globals, locals, fromlist, level)

    def _import_module(self, name: str, package: str | None = None) -> Any:
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


def without(value: Any, banned: Any, instead: Any, depth: int = 0) -> Any:
    """The value with `instead` in place of `banned`: itself, or as what a container, a partial or a function holds."""

    def inner(held: Any) -> Any:
        return without(held, banned, instead, depth + 1)

    if value is banned:
        return instead
    kind: Any = type(value)
    if depth > MAX_NESTING or (kind in (tuple, list, dict) and len(value) > MAX_ITEMS):
        return value
    if kind in (staticmethod, classmethod):
        function = inner(value.__func__)
        return value if function is value.__func__ else kind(function)
    if kind is partial:
        function, positional = inner(value.func), inner(value.args)
        changed = function is not value.func or positional is not value.args
        return partial(function, *positional, **value.keywords) if changed else value
    if kind is tuple:
        items = tuple(map(inner, value))
        return items if _differ(items, value) else value
    if kind in (list, dict):
        for key in list(value) if kind is dict else range(len(value)):
            value[key] = inner(value[key])
    elif kind is FunctionType:
        _change_function(value, inner)
    return value


def _change_function(function: FunctionType, change: Callable[[Any], Any]) -> None:
    """Its defaults, and what its closure holds."""
    if function.__defaults__:
        function.__defaults__ = tuple(map(change, function.__defaults__))
    if function.__kwdefaults__:
        function.__kwdefaults__ = {name: change(default) for name, default in function.__kwdefaults__.items()}
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # a cell that is empty so far
            held = cell.cell_contents
            changed = change(held)
            if changed is not held:
                cell.cell_contents = changed


def _differ(these: Sequence[Any], those: Sequence[Any]) -> bool:
    return any(one is not other for one, other in zip(these, those, strict=True))
