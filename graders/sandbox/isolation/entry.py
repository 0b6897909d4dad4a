"""The worker's first file: takes on the limits and gives up its rights before anything of the submission is read.

It runs in the process of the student's code and imports only the standard library. In front of the worker, where
there is no namespace of process ids, stands a keeper: the same program before it gave up anything, which ends every
process that the worker leaves behind.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import sys
import time
from typing import NoReturn

_PATIENCE = 5.0
_READ_ANYTHING = 1 << 2  # CAP_DAC_READ_SEARCH
_FIRST_TO_GO = "1000"
"""Where memory runs out, the kernel ends student code, not the marking."""
_SET_DEATH_SIGNAL, _KEEP_CAPABILITIES, _SUBREAPER, _NO_NEW_PRIVILEGES = 1, 8, 36, 38


def main() -> None:
    """Do what the order in the first argument says, then serve the trusted side."""
    order = json.loads(sys.argv[1])
    sys.argv[1:] = []
    if order["keeper"]:
        _ask_kernel(_SUBREAPER, 1)
        worker = os.fork()
        if worker:
            _keep(worker, order["control"], order["parent"])
    _ask_kernel(_SUBREAPER, 1)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(_FIRST_TO_GO)
    _become(order["user"], order["reads_anything"])
    if order["source"]:
        shutil.copytree(order["source"], order["root"], copy_function=shutil.copyfile)
        os.chdir(order["root"])
    for which, most in order["limits"]:  # not before: what was handed in may hold a larger file than may be written
        _limit(which, most)
    sys.path.append(order["packages_folder"])
    from gradmark_worker import landlock, loop, seccomp

    if order["rules"]:
        landlock.confine(order["rules"])
    if order["refusing"]:
        seccomp.refuse(base64.b64decode(order["refusing"]))
    loop.main(order["control"], order["packages"], _end_all if order["alone"] else end_children)


def _ask_kernel(option: int, value: int) -> None:
    """Call prctl, where there is one."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _limit(which: int, most: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS limits no address space
        resource.setrlimit(which, (most, most))


def _become(user: int | None, reads_anything: bool) -> None:
    """Take on the user, for good; `reads_anything` where Python itself is only root's to read."""
    if user is not None:
        os.setgroups([])
        if reads_anything:
            _ask_kernel(_KEEP_CAPABILITIES, 1)
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        if reads_anything:
            header = (ctypes.c_uint32 * 2)(0x20080522, 0)
            sets = (ctypes.c_uint32 * 6)(_READ_ANYTHING, _READ_ANYTHING, 0, 0, 0, 0)
            ctypes.CDLL(None).capset(header, sets)
    _ask_kernel(_NO_NEW_PRIVILEGES, 1)


# --- ending what is left over -------------------------------------------------------------------------------------


class _Ended(BaseException):
    """The trusted side has asked the keeper to end, or has ended itself."""


def _keep(worker: int, control: int, parent: int) -> NoReturn:
    """Wait for the worker, whatever it starts and leaves behind; end all of it, and end as the worker did."""

    def end(*_: object) -> None:
        raise _Ended

    os.close(control)
    status = int(signal.SIGKILL)
    with contextlib.suppress(_Ended):
        signal.signal(signal.SIGTERM, end)
        _ask_kernel(_SET_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() == parent:
            while (ended := os.wait())[0] != worker:
                pass
            status = ended[1]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_children()
    if os.WIFSIGNALED(status):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def end_children() -> None:
    """Kill every process below this one; those that lose their parent meanwhile become this one's children."""
    end = time.monotonic() + _PATIENCE
    while _reap() and time.monotonic() < end:
        running = below(os.getpid())
        for number in (signal.SIGSTOP, signal.SIGKILL):  # one that is stopped starts no more
            for pid in running:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        time.sleep(0.001)


def _end_all() -> None:
    """Kill all that this user, whom nobody else is, or this namespace runs, but for this process itself."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(-1, signal.SIGKILL)
    end = time.monotonic() + _PATIENCE
    while _reap() and time.monotonic() < end:
        time.sleep(0.001)


def _reap() -> bool:
    """Whether there are still children, after those that have ended are put away."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def below(pid: int) -> list[int]:
    """All descendants of a process, where /proc tells."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc") else []:
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                parent = int(file.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        inner = children.get(waiting.pop(), [])
        found += inner
        waiting += inner
    return found
