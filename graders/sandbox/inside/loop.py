"""The worker's loop: it imports the submission once, then forks a child for each check and says how that ended."""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import os
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .absent import forget_what_some_machines_have, in_words
from .child import Orders, run_child
from .ending import collect
from .figures import stay_without_display
from .importing import Announce, Submission
from .late import LATE, Late
from .old_numpy import put_back
from .speed import slowness
from .wire import Mapped, Message, decode, encode, read_frame

EndRest = Callable[[], None]
"""Ends all that the worker has left running."""


def main(control_fd: int, packages: Sequence[str] = (), end_rest: EndRest = lambda: None) -> None:
    """Serve the trusted side until it hangs up.

    What the packages take to import is paid here, once, and by no check; so is the measure of this machine. Those that
    come late are paid for by what asks for them, or by nobody where the trusted side asks for them first.
    """
    forget_what_some_machines_have()
    for package in packages:
        if package not in LATE:
            importlib.import_module(package)
    put_back()
    late = Late({package: stay_without_display for package in packages if package in LATE})
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    worker = _Worker(control, end_rest, in_words(packages), late)
    for request, descriptors in _requests(control):
        control.sendall(encode(worker.answer(request, descriptors)))
    os._exit(0)


def _requests(control: socket.socket) -> Iterator[tuple[list[Any], list[int]]]:
    """What the trusted side asks, with the descriptors that came along."""
    while True:
        descriptors: list[int] = []

        def receive(count: int, descriptors: list[int] = descriptors) -> bytes:
            data, received, _, _ = socket.recv_fds(control, count, 2)
            descriptors.extend(received)
            return data

        payload = read_frame(receive)
        if payload is None:
            return
        request = decode(payload)
        assert isinstance(request, list)
        yield request, descriptors


class _Worker:
    """Answers `ready`, `load`, `complete`, `fork` and `collect`."""

    def __init__(self, control: socket.socket, end_rest: EndRest, allowed: str, late: Late) -> None:
        self._control = control
        self._late = late
        self._allowed = allowed
        self._end_rest = end_rest
        self._slowness = slowness()
        self._submission = Submission("", [], {})

    def answer(self, request: list[Any], descriptors: list[int]) -> Message:
        match request:
            case ["ready"]:
                return ["ready", self._slowness]
            case ["load", root, search, modules, poisoned, cpu_seconds]:
                self._load(root, search, modules, poisoned, cpu_seconds)
                return ["loaded"]
            case ["complete", cpu_seconds]:
                self._complete(cpu_seconds)
                return ["completed"]
            case ["fork", computing_seconds, cpu_seconds]:
                data, output = descriptors
                return ["pid", self._fork(Orders(data, output, computing_seconds, cpu_seconds, self._slowness))]
            case ["collect", pid, patience]:
                return ["ended", Mapped(collect(pid, patience, self._end_rest))]
        raise ValueError(request[:1])

    def _load(
        self, root: str, search: Sequence[str], modules: Sequence[str], poisoned: Mapping[str, Any], cpu_seconds: float
    ) -> None:
        announce = _announcing(self._control, cpu_seconds)
        self._submission = Submission(root, search, poisoned, announce, self._allowed, self._late)
        self._submission.load(modules)
        _limit_processor_time(math.inf)
        gc.collect()
        gc.freeze()

    def _complete(self, cpu_seconds: float) -> None:
        """Import what comes late; where that doesn't go well, whoever asks for it is told."""
        if not self._late.waits:
            return
        _limit_processor_time(cpu_seconds)
        with contextlib.suppress(Exception):
            self._late.bring()
        _limit_processor_time(math.inf)
        gc.collect()
        gc.freeze()

    def _fork(self, orders: Orders) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                run_child(orders, self._control, self._submission)
            except BaseException:
                os._exit(1)
            os._exit(0)
        os.close(orders.data)
        os.close(orders.output)
        return pid


def _announcing(control: socket.socket, cpu_seconds: float) -> Announce:
    """Tells of each module, which has so much processor time."""

    def announce(name: str | None) -> None:
        _limit_processor_time(cpu_seconds)
        control.sendall(encode(["importing", name]))

    return announce


def _limit_processor_time(more: float) -> None:
    """Have the kernel end this process after so many further seconds of computing."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = [hard] if hard != resource.RLIM_INFINITY else []
    wanted += [math.ceil(time.process_time() + more)] if more != math.inf else []
    resource.setrlimit(resource.RLIMIT_CPU, (min(wanted, default=resource.RLIM_INFINITY), hard))
