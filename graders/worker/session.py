"""Trusted side: one check's conversation with its child of the worker; operations are queued and sent together."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

from graders.worker import wording
from graders.worker.asked import NOTHING_ASKED, Asked
from graders.worker.channel import Answered, Channel, Silence
from graders.worker.faults import StudentCrash, StudentError, StudentFault, StudentTimeout
from graders.worker.runtime import MAX_FUNCTIONS, MAX_TEXT, SLOW, pack

READING = frozenset({"read", "length", "has", "defines", "counted", "refused", "unchanged"})
"""The operations that put a value into the answer."""
_DYING_SECONDS = 0.5
AS_BEFORE = "no answer, as in the checks before this one"
Impatient = Callable[[frozenset[str]], bool]
"""Whether to wait no longer for code that is in one of these functions."""
_TOO_LONG = "Look for a loop that never ends, or for loops over examples where NumPy can work on the whole batch."


class _Stuck(Exception):
    """Nobody waits any longer."""


class Session:
    """Queues operations for the worker and reads what they return; every fault is a StudentFault."""

    def __init__(
        self,
        channel: Channel,
        seconds: float,
        cpu_seconds: int,
        collect: Callable[[float], Mapping[str, Any]],
        impatient: Impatient = lambda functions: False,
    ) -> None:
        self._channel = channel
        self._seconds = seconds
        self._cpu_seconds = cpu_seconds
        self._left = seconds
        self._collect = collect
        self._impatient = impatient
        self.slow_in: frozenset[str] = frozenset()
        """At most MAX_FUNCTIONS of the submission that were at work when an answer took long, each as `file:name`."""
        self._queue: list[list[Any]] = []
        self._asked: list[Asked] = []
        self._lost: StudentFault | None = None
        self._repeated: list[bytes] = []
        self._came: list[Any] = []
        self.out_of_step = False
        """Whether what was asked first is not what was repeated: nothing that came counts."""
        self.serve: Callable[[list[Any]], list[Any] | None] = lambda question: None

    @property
    def output(self) -> str:
        """What the student's code has printed in this check."""
        return self._channel.printed()

    @property
    def lost(self) -> bool:
        """Whether the child is gone, so that nothing more can be asked in this check."""
        return self._lost is not None

    def queue(self, operation: list[Any], path: str = "", owner: str = "") -> None:
        """Add an operation to the next batch; a message about it calls it `path`, and what it is asked of `owner`."""
        self._queue.append(operation)
        self._asked.append(Asked(operation[0], path, owner))

    @property
    def queued(self) -> list[list[Any]]:
        """What the next batch holds so far."""
        return self._queue

    def repeat(self, frame: bytes, known: Answered | None = None) -> list[Any]:
        """Send a batch that is encoded already, and return what came: values, error, index.

        Where it was the first one, the conversation may go on from there as if it had been queued: see `is_fresh`.
        Where the same bytes come as once before, `known`, the same object is returned as then.
        """
        self._repeated.append(frame)
        self._came = self._exchange(frame, known)
        return self._came

    @property
    def answered(self) -> Answered | None:
        """The last answer, as it came and as it was read."""
        return self._channel.answered

    @property
    def is_fresh(self) -> bool:
        """Whether a conversation can start here: no more than its first batch has been sent, by `repeat`."""
        return len(self._repeated) <= 1

    def discard(self) -> None:
        """Forget what is queued."""
        self._queue, self._asked = [], []

    def flush(self) -> list[Any]:
        """Send the queued operations and return the values that they read."""
        batch, asked = self._queue, self._asked
        self.discard()
        if not batch:
            return []
        reply = self._answered(pack(batch))
        values, error, index = reply if len(reply) == 3 else (None, None, None)
        wanted = sum(operation[0] in READING for operation in batch)
        if isinstance(error, dict) and isinstance(values, list) and len(values) <= wanted:
            place = index if isinstance(index, int) and 0 <= index < len(asked) else None
            known = NOTHING_ASKED if place is None else _with_its_call(asked, place)
            if wording.text_of(error, "type") == "ProtocolError":
                raise self._lose(self._fault(Silence(f"can't send its answer: {wording.text_of(error, 'text')}")))
            raise StudentError(error, known, values, place)
        if error is not None or not isinstance(values, list) or len(values) != wanted:
            raise self._lose(self._fault(Silence("sent an answer that can't be read")))
        return values

    def close(self) -> None:
        """End the child."""
        if self._lost is None:
            self._collect(0.0)
        self._channel.close()

    def _answered(self, frame: bytes) -> list[Any]:
        """The answer to a batch, which may have come already, or what came in its place."""
        if not self._repeated:
            return self._exchange(frame)
        self.out_of_step |= self._repeated != [frame]
        self._repeated.clear()
        return self._came if self._lost is None else self._exchange(frame)

    def _exchange(self, frame: bytes, known: Answered | None = None) -> list[Any]:
        if self._lost is not None:
            raise self._lost
        started = time.monotonic()
        try:
            reply = self._channel.ask(
                frame, self._left, skip=self._hear, in_all=self._left, serve=self.serve, known=known
            )
        except Silence as silence:
            raise self._lose(self._fault(silence)) from None
        except _Stuck:
            self._collect(0.0)
            raise self._lose(StudentTimeout(AS_BEFORE, _TOO_LONG)) from None
        self._left -= time.monotonic() - started
        return reply

    def _hear(self, event: list[Any]) -> bool:
        """Take note of where the code is, if that is what the worker says, unasked."""
        match event:
            case [str(kind), list(functions)] if kind == SLOW and len(functions) <= MAX_FUNCTIONS:
                named = frozenset(str(name)[:MAX_TEXT] for name in functions)
                self.slow_in = frozenset(sorted(self.slow_in | named)[:MAX_FUNCTIONS])
                if self._impatient(named):
                    raise _Stuck
                return True
        return False

    def _lose(self, fault: StudentFault) -> StudentFault:
        if self._lost is None:
            self._lost = fault
            self._channel.printed()
        return fault

    def _fault(self, silence: Silence) -> StudentFault:
        status = self._collect(_DYING_SECONDS if silence.reason == "hung up" else 0.0)
        if silence.timed_out:
            return StudentTimeout(f"no answer within {self._seconds:g} s", _TOO_LONG)
        if status.get("signal") == signal.SIGXCPU:
            return StudentTimeout(f"no answer after {self._cpu_seconds} s of computing", _TOO_LONG)
        if silence.reason != "hung up":
            return StudentCrash(f"the process that runs your code {silence.reason}", "Return plain NumPy arrays.")
        return StudentCrash(
            f"the process that runs your code {wording.ending(status)}",
            "Take out calls of exit, sys.exit or os._exit, and deep recursion.",
        )


def _with_its_call(asked: list[Asked], place: int) -> Asked:
    known = asked[place]
    return known._replace(called=any(one.kind == "call" and one.owner == known.path for one in asked[place + 1 :]))
