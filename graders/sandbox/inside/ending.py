"""How a check's process ended, and its end where it hasn't."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

_NAP = 0.001


def collect(pid: int, patience: float, end_rest: Callable[[], None] = lambda: None) -> dict[str, int]:
    """How a child ended; killed with its whole process group if it hasn't after `patience` seconds of naps.

    They are counted, not measured: where the machine stands still, the child does too. `end_rest` ends what it started
    in other groups.
    """
    try:
        for nap in range(round(patience / _NAP) + 1):
            if nap:
                time.sleep(_NAP)
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return _ending(status)
        _kill_group(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return _ending(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return {}
    finally:
        _kill_group(pid)
        end_rest()


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _ending(status: int) -> dict[str, int]:
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status)}
