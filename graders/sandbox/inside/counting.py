"""Counts the lines that run during a check: the submission's, and all others that run because of them."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import NamedTuple

from .rounds import give_lines

MAX_LINES = 2000
PRINTING = ("numpy._core.arrayprint", "numpy.core.arrayprint")
"""Where NumPy makes text of arrays: a line for each row, though nobody computes with it."""

Trace = Callable[[FrameType, str, object], "Trace | None"]
"""What Python calls at each event of a frame."""


class Place(NamedTuple):
    """A line of the submission."""

    code: CodeType
    line: int


class Lines:
    """Counts how often each line is executed, from `start` to `stop`, whatever file it is in.

    Those of a library, or of a string that is executed, belong to the submission's line that they run for: code that
    has each example done elsewhere loops all the same. What runs for no line of the submission isn't counted.
    """

    def __init__(self, root: str) -> None:
        self._root = root + os.sep
        self._counts: Counter[tuple[Place | None, CodeType, int]] = Counter()
        self._disturbed = False
        self._printing = [vars(sys.modules[name]) for name in PRINTING if name in sys.modules]
        self._real: tuple[Callable[..., None], Callable[..., None]] = sys.settrace, threading.settrace

    def start(self) -> None:
        """Count from here on, in threads that are started from here on too."""
        give_lines(self._root.rstrip(os.sep))
        self._counts.clear()
        self._disturbed = False
        for settrace in self._real:
            settrace(self._entered)
        sys.settrace = threading.settrace = self._asked

    def stop(self) -> dict[str, int] | None:
        """How often each line ran, those that ran most; None where the code has switched it off.

        A line of the submission is `file:line`; another is `file:line|name:line`, after the line that it ran for.
        """
        sys.settrace, threading.settrace = self._real
        for settrace in self._real:
            settrace(None)
        if self._disturbed:
            return None
        lines: Counter[str] = Counter()
        for (place, code, line), count in self._counts.items():
            if place is None:
                lines[self._named(code, line)] += count
            else:
                lines[f"{self._named(place.code, place.line)}|{os.path.basename(code.co_filename)}:{line}"] += count
        return dict(lines.most_common(MAX_LINES))

    def _named(self, code: CodeType, line: int) -> str:
        return f"{code.co_filename[len(self._root) :]}:{line}"

    def _asked(self, func: object) -> None:
        if func == self._entered:
            self._real[0](func)  # a thread that starts
        else:
            self._disturbed = True

    def _entered(self, frame: FrameType, event: str, argument: object) -> Trace | None:  # noqa: ARG002 - Python passes three
        if self._is_own(frame):
            return self._step
        place = None if self._prints(frame) else self._runs_for(frame.f_back)
        if place is None:
            return None
        counts, code = self._counts, frame.f_code

        def step(frame: FrameType, event: str, argument: object) -> Trace:  # noqa: ARG001
            if event == "line":
                counts[place, code, frame.f_lineno] += 1
            return step

        return step

    def _step(self, frame: FrameType, event: str, argument: object) -> Trace:  # noqa: ARG002
        if event == "line":
            self._counts[None, frame.f_code, frame.f_lineno] += 1
        return self._step

    def _is_own(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._root)

    def _prints(self, frame: FrameType) -> bool:
        return any(frame.f_globals is names for names in self._printing)

    def _runs_for(self, frame: FrameType | None) -> Place | None:
        """The submission's line that called, directly or not."""
        while frame is not None and not self._is_own(frame):
            frame = frame.f_back
        return Place(frame.f_code, frame.f_lineno) if frame is not None else None
