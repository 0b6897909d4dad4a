"""Trusted side: one check's conversation with its child of the worker; operations are queued and sent together."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graders.sandbox import wording
from graders.sandbox.allowance import Allowance
from graders.sandbox.asked import NOTHING_ASKED, Asked
from graders.sandbox.channel import HUNG_UP, Answered, Channel, WorkerLost
from graders.sandbox.faults import StudentCrash, StudentError, StudentFault, StudentTimeout
from graders.sandbox.holding import Holding
from graders.sandbox.idleness import Idleness, can_be_seen
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.stopwatch import LATE_SECONDS
from graders.sandbox.inside.wire import LATE, MAX_FUNCTIONS, MAX_TEXT, SLOW, Message

READING = frozenset({"read", "length", "has", "defines", "counted", "refused", "unchanged", "look"})
"""The operations that put a value into the answer."""
FORGET = "forget"
"""The operation with which another case begins."""
_DYING_SECONDS = 5.0
AS_BEFORE = "no answer, as in the checks before this one"
Impatient = Callable[[frozenset[str]], bool]
"""Whether to wait no longer for code that is in one of these functions."""
Operation = list[Any]
"""Its kind, then its operands."""
_TOO_LONG = "Look for a loop that never ends, or for loops over examples where NumPy can work on the whole batch."
_TO_HOLD_LESS = "Look for processes that you start: each has its own arrays."


class _Stuck(Exception):
    """Nobody waits any longer."""


class _Idle(Exception):
    """The code has waited for too long."""


class _TooMuch(Exception):
    """Its processes hold too much memory together."""


class Session:
    """Queues operations for the worker and reads what they return; every fault is a StudentFault."""

    def __init__(
        self,
        channel: Channel,
        allowance: Allowance,
        collect: Callable[[float], Mapping[str, int]],
        impatient: Impatient = lambda functions: False,
        idleness: Idleness | None = None,
        holding: Holding | None = None,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        """Where the submission is, of which sources may be read."""
        self._channel = channel
        self._allowance = allowance
        self._left = allowance.wall_seconds
        self._collect = collect
        self._impatient = impatient
        self._idleness = idleness
        self._holding = holding
        self.slow_in: frozenset[str] = frozenset()
        """At most MAX_FUNCTIONS of the submission that were at work when an answer took long, each as `file:name`."""
        self._late_in: frozenset[str] = frozenset()
        """Those that were when an answer was late by the clock: to be believed once the code is seen to be idle."""
        self._queue: list[Operation] = []
        self._asked: list[Asked] = []
        self._lost: StudentFault | None = None
        self.serve: Callable[[list[Any]], list[Any] | bytes | None] = lambda question: None

    @property
    def output(self) -> str:
        """What the student's code has printed in this check, since it last was to forget what had been."""
        return self._channel.printed()

    @property
    def output_in_all(self) -> str:
        """What the student's code has printed in this check."""
        return self._channel.printed_in_all()

    @property
    def lost(self) -> bool:
        """Whether the child is gone, so that nothing more can be asked in this check."""
        return self._lost is not None

    def queue(self, operation: Operation, path: str = "", owner: str = "") -> None:
        """Add an operation to the next batch; a message about it calls it `path`, and what it is asked of `owner`."""
        if operation[0] == FORGET:  # another case begins: what is printed in it is told by itself
            self._channel.print_anew()
        self._queue.append(operation)
        self._asked.append(Asked(operation[0], path, owner))

    @property
    def slowness(self) -> float:
        """How many times as long as on the reference machine code takes here."""
        return self._allowance.slowness

    @property
    def queued(self) -> list[Operation]:
        """What the next batch holds so far."""
        return self._queue

    def repeat(self, frame: bytes, known: Answered | None = None) -> Message:
        """Send a batch that is encoded already, and return what came: values, error, index.

        Where the same bytes come as once before, `known`, the same object is returned as then.
        """
        return self._exchange(frame, known)

    @property
    def answered(self) -> Answered | None:
        """The last answer, as it came and as it was read."""
        return self._channel.answered

    def discard(self) -> None:
        """Forget what is queued."""
        self._queue, self._asked = [], []

    def flush(self) -> list[Any]:
        """Send the queued operations and return the values that they read."""
        batch, asked = self._queue, self._asked
        self.discard()
        if not batch:
            return []
        wanted = sum(operation[0] in READING for operation in batch)
        match self._exchange(pack(batch)):
            case [list(values), None, _] if len(values) == wanted:
                return values
            case [list(values), dict(error), index] if len(values) <= wanted:
                raise self._raised(error, asked, values, index)
        raise self._lose(self._fault(WorkerLost("sent an answer that can't be read")))

    def _raised(self, error: dict[str, object], asked: list[Asked], values: list[Any], index: object) -> StudentFault:
        """What a record of an exception means for the check."""
        if wording.text_of(error, "type") == "ProtocolError":
            return self._lose(self._fault(WorkerLost(f"can't send its answer: {wording.text_of(error, 'text')}")))
        if not isinstance(index, int) or not 0 <= index < len(asked):
            return StudentError(error, NOTHING_ASKED, values)
        return StudentError(error, _with_its_call(asked, index), values, index)

    def close(self) -> None:
        """End the child."""
        if self._lost is None:
            self._collect(0.0)
        self._channel.close()

    def _exchange(self, frame: bytes, known: Answered | None = None) -> Message:
        if self._lost is not None:
            raise self._lost
        started = time.monotonic()
        if self._idleness is not None:
            self._idleness.interrupted()
        self._late_in = frozenset()
        try:
            reply = self._channel.ask(
                frame, self._left, skip=self._hear, in_all=self._left, serve=self.serve, known=known, tick=self._look
            )
        except WorkerLost as lost:
            raise self._lose(self._fault(lost)) from None
        except _Idle:
            raise self._lose(self._stopped(self._waited_in_vain())) from None
        except _TooMuch as too_much:
            raise self._lose(self._stopped(StudentCrash(str(too_much), _TO_HOLD_LESS))) from None
        except _Stuck:
            raise self._lose(self._stopped(StudentTimeout(AS_BEFORE, _TOO_LONG))) from None
        self._left -= time.monotonic() - started
        return reply

    def _hear(self, event: Message) -> bool:
        """Take note of where the code is, if that is what the worker says, unasked."""
        match event:
            case [str(kind), list(functions)] if kind in (SLOW, LATE) and len(functions) <= MAX_FUNCTIONS:
                named = frozenset(str(name)[:MAX_TEXT] for name in functions)
                if kind == LATE and can_be_seen():
                    self._late_in = named
                else:
                    self._note_slow(named)
                return True
        return False

    def _look(self, quiet: bool) -> None:
        """See whether the code only waits, and has for long, or holds too much memory."""
        if self._holding is not None and self._holding.is_too_much():
            raise _TooMuch(
                f"the processes that run your code held more than {self._holding.most} MiB of memory together"
            )
        if self._idleness is None:
            return
        self._idleness.look(quiet)
        if self._idleness.seconds >= LATE_SECONDS and self._late_in:
            self._note_slow(self._late_in)
        if self._idleness.seconds >= self._allowance.idle_seconds:
            raise _Idle

    def _note_slow(self, functions: frozenset[str]) -> None:
        self.slow_in = frozenset(sorted(self.slow_in | functions)[:MAX_FUNCTIONS])
        if self._impatient(functions):
            raise _Stuck

    def _stopped(self, fault: StudentFault) -> StudentFault:
        self._collect(0.0)
        return fault

    def _lose(self, fault: StudentFault) -> StudentFault:
        if self._lost is None:
            self._lost = fault
            self._channel.printed()
        return fault

    def _fault(self, lost: WorkerLost) -> StudentFault:
        status = self._collect(_DYING_SECONDS if lost.reason == HUNG_UP else 0.0)
        if lost.timed_out:
            return self._late_by_the_clock()
        if status.get("signal") in (signal.SIGVTALRM, signal.SIGXCPU):
            return self._waited_in_vain()
        if lost.reason != HUNG_UP:
            return StudentCrash(f"the process that runs your code {lost.reason}", "Return plain NumPy arrays.")
        return StudentCrash(
            f"the process that runs your code {wording.ending(status)}",
            "Take out calls of exit, sys.exit or os._exit, and deep recursion.",
        )

    def _late_by_the_clock(self) -> StudentTimeout:
        """As a machine with much to do ends the same code: the clock, a last resort, is told as the others are."""
        if self._allowance.left < self._allowance.seconds:
            return StudentTimeout("no answer before the time for the whole submission was up", _TOO_LONG)
        if self._allowance.seconds < self._allowance.idle_seconds:
            return StudentTimeout(f"no answer within {self._allowance.seconds:g} s", _TOO_LONG)
        return self._waited_in_vain()

    def _waited_in_vain(self) -> StudentTimeout:
        """Whichever of the two clocks has ended it: which one comes first may hang on the machine."""
        computing, waiting = self._allowance.cpu_seconds, self._allowance.idle_seconds
        return StudentTimeout(f"no answer after {computing} s of computing or {waiting:g} s of waiting", _TOO_LONG)


def _with_its_call(asked: list[Asked], place: int) -> Asked:
    known = asked[place]
    return known._replace(called=any(one.kind == "call" and one.owner == known.path for one in asked[place + 1 :]))
