"""Trusted side: how much memory a worker and its child processes use together; the kernel limits only each of them."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from graders.sandbox.isolation.entry import below

_PROC = Path("/proc")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1 << 20
_PROPORTIONAL = re.compile(r"^Pss_(?:Anon|Shmem):\s*(\d+) kB", re.MULTILINE)


class Holding:
    """The memory of the process `pid` and all below it, which may be `most` MiB in all."""

    def __init__(self, pid: int, most: int) -> None:
        self._pid = pid
        self.most = most

    def is_too_much(self) -> bool:
        """Whether it is more now; False where there is no /proc to look into.

        What is shared since a fork counts for each process at first, which is quickly asked, and in parts if need be.
        """
        processes = [self._pid, *below(self._pid)]
        return sum(map(_quickly, processes)) > self.most and sum(map(_in_parts, processes)) > self.most


def _quickly(process: int) -> float:
    """An upper bound in MiB: what isn't a file's, and shared memory."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        resident = int((_PROC / str(process) / "statm").read_text("ascii").split()[1])
        return resident * _PAGE / _MIB
    return 0.0


def _in_parts(process: int) -> float:
    """In MiB, each page divided among the processes that have it."""
    with contextlib.suppress(OSError):
        text = (_PROC / str(process) / "smaps_rollup").read_text("ascii", "replace")
        return sum(map(int, _PROPORTIONAL.findall(text))) / 1024
    return 0.0
