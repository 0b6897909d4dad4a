"""Trusted side: one socket to the worker, with a deadline on every answer and the student's output read meanwhile."""

from __future__ import annotations

import contextlib
import math
import os
import re
import select
import socket
import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from graders.sandbox import wording
from graders.sandbox.idleness import TICK
from graders.sandbox.inside.scripts import SCRATCH
from graders.sandbox.inside.wire import MAX_FRAME, Message, ProtocolError, decode, encode

OUTPUT_LIMIT = 8 * 1024
HUNG_UP = "hung up"
_PAGE = 4096
"""Bytes: with less on its way nobody is kept waiting by a full pipe."""
Tick = Callable[[bool], None]
"""Is told whether it was quiet: hardly anything came since the last call."""


class WorkerLost(Exception):
    """No answer: the deadline passed (`timed_out`), or the other end hung up or spoke nonsense (`reason`)."""

    def __init__(self, reason: str = "", *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.timed_out = timed_out


def _below(root: Path) -> str:
    parent, name = re.escape(str(root.parent)), re.escape(root.name)
    return rf"{parent}/(?:{name}|{SCRATCH}\w+)(?:/|(?!\w))"


class Answered(NamedTuple):
    """A message as it came, and as it was read."""

    payload: bytes
    message: Message


class Channel:
    """A framed conversation over a socket; `output` is the pipe that carries what the student prints.

    What is printed is given back without the path of this run's private copy, `root`, or of the scratch folders beside
    it, and without addresses in memory: none of them says anything, and all differ from run to run.
    """

    def __init__(self, data: socket.socket, output: int | None = None, root: Path | None = None) -> None:
        self._data = data
        self._output = output
        self._hidden = re.compile(_below(root)) if root is not None else None
        self._printed = bytearray()
        self._printed_before = bytearray()
        self._received = bytearray()
        self._moved = 0
        self.answered: Answered | None = None
        """The last answer to what was asked."""
        if output is not None:
            os.set_blocking(output, False)

    def ask(
        self,
        message: Message | bytes,
        seconds: float,
        descriptors: Sequence[int] = (),
        *,
        skip: Callable[[Message], bool] = lambda event: False,
        in_all: float = math.inf,
        serve: Callable[[Message], Message | bytes | None] = lambda question: None,
        known: Answered | None = None,
        tick: Tick = lambda quiet: None,
    ) -> Message:
        """Send a message and wait for its answer; each event that `skip` takes starts the clock again, up to `in_all`.

        Bytes are a message that is encoded already, either way. What `serve` has an answer to is a question of the
        other end's, which gets it; the clock goes on. Where the same bytes come as once before, `known`, they aren't
        read again.
        At every TICK until then `tick` is called, and may raise.
        """
        self._send(message if isinstance(message, bytes) else encode(message), seconds, descriptors)
        latest = time.monotonic() + in_all
        deadline = min(time.monotonic() + seconds, latest)
        while True:
            payload = self._frame(deadline, tick)
            if known is not None and payload == known.payload:
                return known.message
            answer = _message(payload)
            served = serve(answer)
            if served is not None:
                frame = served if isinstance(served, bytes) else encode(served)
                self._send(frame, max(deadline - time.monotonic(), 0.0))
            elif skip(answer):
                deadline = min(time.monotonic() + seconds, latest)
            else:
                self.answered = Answered(payload, answer)
                return answer
            if time.monotonic() > deadline:  # else events without end would never let it pass
                raise WorkerLost(timed_out=True)

    def printed(self) -> str:
        """What the student has printed since `print_anew`, the first OUTPUT_LIMIT bytes of it."""
        self._drain()
        return self._as_text(self._printed)

    def printed_in_all(self) -> str:
        """What the student has printed since the beginning, the first OUTPUT_LIMIT bytes of it."""
        self._drain()
        return self._as_text(self._printed_before + self._printed)

    def _as_text(self, printed: bytearray) -> str:
        text = bytes(printed[:OUTPUT_LIMIT]).decode(errors="replace")
        text = wording.without_addresses(self._hidden.sub("", text) if self._hidden else text)
        return text + "\n[... more was printed]" if len(printed) > OUTPUT_LIMIT else text

    def print_anew(self) -> None:
        """What was printed until now is told in all only."""
        self._drain()
        self._printed_before += self._printed[: max(0, OUTPUT_LIMIT + 1 - len(self._printed_before))]
        self._printed.clear()

    def close(self) -> None:
        """Hang up."""
        self._data.close()
        if self._output is not None:
            os.close(self._output)
            self._output = None

    def _send(self, frame: bytes, seconds: float, descriptors: Sequence[int] = ()) -> None:
        self._data.settimeout(max(seconds, 0.001))
        try:
            if descriptors:
                socket.send_fds(self._data, [frame], list(descriptors))
            else:
                self._data.sendall(frame)
        except TimeoutError:
            raise WorkerLost(timed_out=True) from None
        except OSError:
            raise WorkerLost(HUNG_UP) from None

    def _frame(self, deadline: float, tick: Tick) -> bytes:
        """The next frame's payload; reads what the student prints while it waits."""
        next_tick = time.monotonic() + TICK
        while (payload := self._complete_frame()) is None:
            remaining = deadline - time.monotonic()
            came = self._await(min(remaining, next_tick - time.monotonic()))
            if not came and remaining <= 0:  # what came while we were kept waiting has come in time
                raise WorkerLost(timed_out=True)
            self._moved += came
            if time.monotonic() >= next_tick:
                tick(self._moved < _PAGE)
                next_tick, self._moved = time.monotonic() + TICK, 0
        return payload

    def _complete_frame(self) -> bytes | None:
        if len(self._received) < 4:
            return None
        (length,) = struct.unpack_from(">I", self._received)
        if length > MAX_FRAME:
            raise WorkerLost(f"sent an answer of {length} bytes, over the limit of {MAX_FRAME}")
        if len(self._received) < 4 + length:
            return None
        payload = bytes(self._received[4 : 4 + length])
        del self._received[: 4 + length]
        return payload

    def _await(self, seconds: float) -> int:
        """Wait for what comes and take it in; how many bytes that was."""
        printed = () if self._output is None else (self._output,)
        ready, _, _ = select.select([self._data, *printed], [], [], max(seconds, 0.0))
        drained = self._drain() if self._output in ready else 0
        if self._data not in ready:
            return drained
        chunk = self._receive()
        if chunk is None:
            return drained
        if not chunk:
            raise WorkerLost(HUNG_UP)
        self._received += chunk
        return drained + len(chunk)

    def _receive(self) -> bytes | None:
        self._data.settimeout(0)
        try:
            return self._data.recv(1 << 20)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _drain(self) -> int:
        """Take in what has been printed; how many bytes that was."""
        if self._output is None:
            return 0
        drained = 0
        with contextlib.suppress(BlockingIOError):
            for _ in range(64):
                chunk = os.read(self._output, 1 << 16)
                if not chunk:
                    os.close(self._output)
                    self._output = None
                    break
                drained += len(chunk)
                self._printed += chunk[: max(0, OUTPUT_LIMIT + 1 - len(self._printed))]
        return drained


def _message(payload: bytes) -> Message:
    try:
        message = decode(payload)
    except ProtocolError as error:
        raise WorkerLost(f"sent an answer that can't be read ({error})") from None
    if not isinstance(message, list) or not message:
        raise WorkerLost("sent something that is not an answer")
    return message
