"""The life of a forked child: one check, or several that leave nothing behind."""

from __future__ import annotations

import contextlib
import io
import os
import random
import resource
import signal
import socket
import sys
from dataclasses import dataclass

import numpy as np
import numpy.random  # NumPy loads it lazily: once here is better than once in every child

from .importing import Submission
from .packing import unpack
from .requests import RequestHandler
from .stopwatch import Stopwatch
from .wire import Mapped, Message, ProtocolError, decode, encode, read_frame


@dataclass(frozen=True)
class Orders:
    """Where a child talks (`data`) and prints (`output`), both descriptors; the processor time that it has.

    `computing_seconds` are its own, `cpu_seconds` those with the kernel's work for it.
    """

    data: int
    output: int
    computing_seconds: float
    cpu_seconds: int
    slowness: float


def run_child(orders: Orders, control: socket.socket, submission: Submission) -> None:
    """Start a new session with fixed seeds, its output with the trusted side, and serve one check."""
    os.setsid()
    _limit_processor_time(orders)
    control.close()
    submission.announce = lambda name: None  # a module that is imported now can lose this check alone
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _print_to(orders.output)
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    serve(socket.socket(fileno=orders.data), submission, orders.slowness)


def _limit_processor_time(orders: Orders) -> None:
    """Have the kernel end this process when it has computed for long enough."""
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, orders.computing_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (orders.cpu_seconds, orders.cpu_seconds + 1))


def _print_to(descriptor: int) -> None:
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(os.fdopen(fd, "wb", 0), errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def serve(data: socket.socket, submission: Submission, slowness: float) -> None:
    """Answer batches until the trusted side hangs up."""

    def tell(message: Message) -> None:
        data.sendall(encode(message))

    def ask(message: Message) -> Message:
        stopwatch.silent = True
        tell(message)
        payload = read_frame(data.recv)
        stopwatch.silent = False
        if payload is None:
            os._exit(0)
        answer = decode(payload)
        assert isinstance(answer, list)
        return answer

    stopwatch = Stopwatch(tell, submission.root, slowness)
    handler = RequestHandler(submission, ask, stopwatch.start)
    while (payload := read_frame(data.recv)) is not None:
        stopwatch.start()
        reply = handler.run(unpack(payload))
        stopwatch.stop()
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        data.sendall(_sendable(reply))


def _sendable(reply: Message) -> bytes:
    """The frame of a reply; that of the reason where it can't be sent."""
    try:
        return encode(reply)
    except ProtocolError as error:
        return encode([[], Mapped({"type": "ProtocolError", "text": str(error)}), None])
