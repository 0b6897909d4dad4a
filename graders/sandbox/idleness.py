"""Trusted side: whether a worker, with all processes that it has started, is idle.

Code that sleeps would keep a check until the last resort of the wall clock. A sleeping process can be told from one
that the machine keeps waiting: a stopped one (state T), one without a processor (R) or its disk (D) isn't idle.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from graders.sandbox.isolation.entry import below

TICK = 0.25
"""Seconds from one look to the next."""
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_AT_REST = frozenset("SZXI")
"""The states of a thread that asks for nothing: asleep, or ended."""
_MOST_COMPUTING = 0.1
"""The share of the time between two looks in which idle code may compute: a loop of short naps is idle."""
_UTIME, _STIME = 11, 12
"""Where a process's processor time stands in its `stat`, counted from its state."""


class _Look(NamedTuple):
    """When all slept, and how much processor time they had had by then, in seconds."""

    at: float
    computed: float


class Idleness:
    """Adds up for how long the process `pid` and all below it have been idle, of the time in which it is looked at.

    `seconds` grows by at most a TICK with each look: where this process itself was kept waiting, it has seen nothing.
    It stays 0 where there is no /proc to look into.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._last: _Look | None = None
        self.seconds = 0.0

    def interrupted(self) -> None:
        """What was seen before and what comes next don't belong together."""
        self._last = None

    def look(self, quiet: bool = True) -> None:
        """See what they do now. Unless it was `quiet` since the last time, they did something then."""
        if not quiet:
            self.interrupted()
        last, self._last = self._last, _look(self._pid)
        if last is None or self._last is None:
            return
        passed = self._last.at - last.at
        if self._last.computed - last.computed <= _MOST_COMPUTING * passed:
            self.seconds += min(passed, TICK)


def can_be_seen() -> bool:
    """Whether this system tells what processes do."""
    return (_PROC / "self" / "stat").exists()


def _look(pid: int) -> _Look | None:
    """None where one of the processes is at work, or kept from it, or none can be seen."""
    computed, seen = 0.0, False
    for process in [pid, *below(pid)]:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            fields = _fields(_PROC / str(process) / "stat")
            if not all(state in _AT_REST for state in (fields[0], *_threads(process))):
                return None
            seen = True
            computed += (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS
    return _Look(time.monotonic(), computed) if seen else None


def _threads(process: int) -> Iterator[str]:
    """The state of each thread of a process."""
    for path in (_PROC / str(process) / "task").iterdir():
        with contextlib.suppress(OSError):
            yield _fields(path / "stat")[0]


def _fields(path: Path) -> list[str]:
    """What is in a `stat` behind the name, which may hold anything: the state first."""
    return path.read_text("ascii", "replace").rpartition(")")[2].split()
