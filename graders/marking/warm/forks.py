"""Forks of a process, each of which computes an answer and ends: by itself, killed, or with its parent."""

from __future__ import annotations

import json
import os
import selectors
import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from graders.marking.warm.job import Answer
from graders.sandbox.apart import end_with


@dataclass
class _Fork:
    pid: int
    number: int
    received: bytearray = field(default_factory=bytearray)


class Forks:
    """Those that are under way. Each one's pipe is registered with the selector; what comes there is read by `read`."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._by_pipe: dict[int, _Fork] = {}

    def start(self, number: int, answer: Callable[[], Answer], seconds: int) -> None:
        """Have a fork work out the answer with this number, at the latest after so long."""
        reading, writing = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if not pid:
            try:
                os.close(reading)
                _end_with(server, seconds)
                _write(writing, answer())
            finally:
                os._exit(0)
        os.close(writing)
        self._by_pipe[reading] = _Fork(pid, number)
        self._selector.register(reading, selectors.EVENT_READ)

    def read(self, reading: int) -> tuple[int, dict[str, object]] | None:
        """Take what a fork has written; where it has ended its number and the fields of its answer."""
        fork = self._by_pipe[reading]
        chunk = os.read(reading, 1 << 16)
        fork.received += chunk
        if chunk:
            return None
        self._selector.unregister(reading)
        os.close(reading)
        del self._by_pipe[reading]
        status = os.waitstatus_to_exitcode(os.waitpid(fork.pid, 0)[1])
        return fork.number, json.loads(fork.received) if fork.received else asdict(Answer(fault=_ending(status)))

    def kill(self) -> None:
        """End them all."""
        for fork in self._by_pipe.values():
            os.kill(fork.pid, signal.SIGKILL)
            os.waitpid(fork.pid, 0)


def _write(pipe: int, answer: Answer) -> None:
    with os.fdopen(pipe, "wb") as file:
        file.write(json.dumps(asdict(answer)).encode())


def _ending(status: int) -> str:
    if status == -signal.SIGALRM:
        return "marking took too long and was given up"
    return f"marking ended without a report ({f'signal {-status}' if status < 0 else f'status {status}'})"


def _end_with(server: int, seconds: int) -> None:
    """Have this fork end with the process that forked it, and at the latest after so long."""
    end_with(server)
    signal.alarm(seconds)
