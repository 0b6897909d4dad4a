"""Tells the trusted side which of the submission's functions is running when a case takes long."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from types import FrameType

from .origin import is_below
from .wire import LATE, MAX_FUNCTIONS, MAX_TEXT, SLOW, Message

SLOW_CPU_SECONDS = 0.05
"""What takes long of a processor, for one case on the reference machine: right code takes a hundredth of a second."""
LATE_SECONDS = 2.5
"""What takes long by the clock."""
_TIMERS = {signal.SIGPROF: (signal.ITIMER_PROF, SLOW), signal.SIGALRM: (signal.ITIMER_REAL, LATE)}


class Stopwatch:
    """One for computing and one for the clock; each tells once in a case."""

    def __init__(self, tell: Callable[[Message], None], root: str, slowness: float) -> None:
        self._tell = tell
        self._root = root
        self._cpu_seconds = SLOW_CPU_SECONDS * slowness
        self.silent = False
        """While something else is being sent."""
        for number in _TIMERS:
            signal.signal(number, self._ring)
            signal.siginterrupt(number, False)  # libraries in C that don't expect to be interrupted aren't

    def start(self) -> None:
        """A batch begins, or a case in it."""
        signal.setitimer(signal.ITIMER_PROF, self._cpu_seconds)
        signal.setitimer(signal.ITIMER_REAL, LATE_SECONDS)

    def stop(self) -> None:
        """It has ended."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        timer, kind = _TIMERS[signal.Signals(number)]
        signal.setitimer(timer, 0)
        if not self.silent:
            with contextlib.suppress(OSError):
                self._tell([kind, self._functions(frame)])

    def _functions(self, frame: FrameType | None) -> list[object]:
        """The submission's that are at work, innermost first."""
        names: dict[str, None] = {}
        while frame is not None and len(names) < MAX_FUNCTIONS:
            code = frame.f_code
            if is_below(code.co_filename, self._root):
                names[f"{code.co_filename[len(self._root) + 1 :]}:{code.co_qualname}"[:MAX_TEXT]] = None
            frame = frame.f_back
        return list(names)
