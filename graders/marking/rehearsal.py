"""What a check asks of a right submission, recorded once and asked of others in a message or two.

Cases and expected values are the same for every submission. Where a submission answers as a right one must, a check's
whole conversation is known beforehand, and its outcome with it: passed. Whatever comes otherwise shows nothing by
itself: the check is then run as if it had never been recorded, on a fresh child of the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np

from graders.checking.student import Locate, Student, Verdict
from graders.checking.student import Value as WhatCame
from graders.judging.expected import ANSWERS
from graders.sandbox.channel import Answered
from graders.sandbox.faults import StudentFault
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import MAX_FRAME, Mapped, Opaque, ProtocolError
from graders.sandbox.process import SandboxFailure
from graders.sandbox.session import Session

Value = TypeVar("Value")

MAX_BYTES = MAX_FRAME // 4
"""Of one message: others make room in memory for it too."""
MAX_SHARED = 64
"""Checks that share a child: they share the time that it may take, too."""
_UNCHANGED_NOW: list[object] = ["unchanged"]
REMEMBER, _UNCHANGED = pack([["remember"]]), pack([_UNCHANGED_NOW])


@dataclass(frozen=True)
class Reading:
    """A value that is asked for: what a right submission answered, and the verdict on any other answer, if it counts.

    Where the check goes on with the value itself, no other answer does.
    """

    came: object
    verdict: Verdict | None


@dataclass(frozen=True)
class Turn:
    """What is asked in one go."""

    operations: list[list[object]]
    readings: list[Reading]

    @property
    def is_open(self) -> bool:
        """Whether what is asked next depends on what comes."""
        return any(reading.verdict is None for reading in self.readings)


class RecordingStudent(Student):
    """The right submission under one check, whose conversation is written down."""

    def __init__(self, session: Session, locate: Locate) -> None:
        super().__init__(session, locate)
        self.turns: list[Turn] = []
        self.usable = True
        """Whether all went as it does in every submission that passes."""
        self.known = len(ANSWERS.kept)
        """Answers of oracles that were kept before the check began."""

    def once(self, what: str, ask: Callable[[], WhatCame]) -> WhatCame:
        """As ever; another submission has to be asked itself, and once for all checks."""
        self.usable = False
        return super().once(what, ask)

    def settle(self) -> None:
        """As ever, taking note of what comes."""
        operations = _copy(self.session.queued)
        readings: list[Reading] = []
        for place, judged in enumerate(self._verdicts):
            self._verdicts[place] = judged._replace(verdict=_noting(judged.verdict, judged.only_looks, readings))
        try:
            super().settle()
        except BaseException:
            self.usable = False
            raise
        if operations:
            self.turns.append(Turn(operations, readings))


def _noting(verdict: Verdict, only_looks: bool, readings: list[Reading]) -> Verdict:
    def note(value: object) -> None:
        readings.append(Reading(_copy(value), verdict if only_looks else None))
        verdict(value)

    return note


class Recording:
    """A check's conversation, ready to be repeated with another submission."""

    def __init__(self, student: RecordingStudent) -> None:
        turns = _joined(student.turns)
        unchanged = Reading(came=True, verdict=self._note)
        ending = Turn([*turns[-1].operations, _UNCHANGED_NOW], [*turns[-1].readings, unchanged])
        self._student = student
        self._alone = [_Message(turn) for turn in turns]
        self._before_more = [*self._alone[:-1], _Message(ending)]
        self.leaves = False
        """Whether something was left behind where another check was to follow."""

    @property
    def size(self) -> int:
        """The bytes that are sent, and that came when it was proved."""
        return sum(message.size for message in (*self._alone, self._before_more[-1]))

    def passes(self, session: Session, more: bool = False, prove: bool = False) -> Student | None:
        """The submission in this session, if it answers throughout as one that passes; its warnings are collected.

        With `more` other checks are to follow in the session, if this one leaves nothing behind of what was remembered.
        With `prove` the submission is the one of the recording: the same bytes from others needn't be looked at again.
        """
        student = self._student
        student.session = session
        student.warnings.clear()
        student.guards.clear()
        self.leaves = False
        messages = self._before_more if more else self._alone
        try:
            right = all(message.is_answered_rightly(session, prove) for message in messages)
        except Exception:  # the run that follows raises it again, if it is the submission's
            return None
        if prove and self.leaves:
            messages[-1].forget()  # the same bytes from another have to be noted again
        return student if right else None

    def _note(self, value: object) -> None:  # noqa: ARG002 - a verdict is told what came
        self.leaves = True


class _Message:
    """What is sent in one go, and what is known of its answer."""

    def __init__(self, turn: Turn) -> None:
        self._frame = pack(turn.operations)
        self._readings = turn.readings
        self._right: Answered | None = None

    @property
    def size(self) -> int:
        return len(self._frame) + (len(self._right.payload) if self._right is not None else 0)

    def forget(self) -> None:
        """Look at every answer from now on."""
        self._right = None

    def is_answered_rightly(self, session: Session, prove: bool) -> bool:
        """Whether the answer is a right one; CheckFailed if it fails the check."""
        reply = session.repeat(self._frame, self._right)
        if self._right is not None and reply is self._right.message:
            return True
        right = _answers_rightly(reply, self._readings)
        if prove and right:
            self._right = session.answered
        return right


class Shared:
    """A child of the worker in which one check after another is repeated, for as long as none leaves anything behind.

    A check that prints, or can't be told to leave all as it was, ends it, and the next has another child. Once a
    child is lost, for whatever reason, no more are shared.
    """

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._session: Session | None = None
        self._checks = 0
        self.lost = False

    def passes(self, recording: Recording) -> Student | None:
        """The submission in a child, if it answers throughout as one that passes, and prints nothing."""
        session = self._next()
        if session is None:
            return None
        student = recording.passes(session, more=True)
        right = student is not None and not session.output
        if session.output or (recording.leaves if student is not None else not self._stands(session)):
            self.lost = session.lost
            self.close()
        return student if right else None

    def close(self) -> None:
        """End the child."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _next(self) -> Session | None:
        if self._checks >= MAX_SHARED:
            self.close()
        if self._session is None:
            self._checks = 0
            try:
                self._session = self._open()
                self._session.repeat(REMEMBER)
            except (StudentFault, SandboxFailure):
                self.lost = True
                return None
        self._checks += 1
        return self._session

    @staticmethod
    def _stands(session: Session) -> bool:
        try:
            return _same(session.repeat(_UNCHANGED), [[True], None, None])
        except StudentFault:
            return False


def recorded(student: RecordingStudent) -> Recording | None:
    """The recording of a check that this submission has passed; None if it can't be repeated."""
    if not student.usable or student.warnings:
        return None
    try:
        return Recording(student)
    except ProtocolError:  # too much for a message
        return None


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """The same in as few messages as can be. The first turn is one of its own, for most mistakes show there already,
    and so is all until the first answer that may not fit.
    """
    joined: list[Turn] = []
    room, waits = 0, True
    for place, turn in enumerate(turns):
        size = len(pack(turn.operations))
        if size > room:
            joined.append(Turn([], []))
            room = MAX_BYTES
        joined[-1].operations.extend(turn.operations)
        joined[-1].readings.extend(turn.readings)
        room = 0 if place == 0 or (turn.is_open and waits) else room - size
        waits &= not turn.is_open
    return joined


def _answers_rightly(reply: list[object], readings: Sequence[Reading]) -> bool:
    match reply:
        case [list(values), None, _] if len(values) == len(readings):
            return all(_counts(value, reading) for value, reading in zip(values, readings, strict=True))
    return False


def _counts(value: object, reading: Reading) -> bool:
    """Whether the check goes on as in the recording; CheckFailed if it fails."""
    if _same(value, reading.came):
        return True
    if reading.verdict is None:
        return False
    reading.verdict(value)
    return True


def _same(value: object, other: object) -> bool:
    """Equal to the last bit, in kind, type and shape."""
    if type(value) is not type(other):
        return False
    match value, other:
        case np.ndarray(), np.ndarray():
            return value.dtype == other.dtype and value.shape == other.shape and value.tobytes() == other.tobytes()
        case list(), list():
            return len(value) == len(other) and all(map(_same, value, other))
        case dict(), dict():
            return list(value) == list(other) and all(map(_same, value.values(), other.values()))
        case Opaque(), Opaque():
            return value.type_name == str(other.type_name)
    return repr(value) == repr(other)


def _copy(value: Value) -> Value:
    """As it is now, whatever becomes of its arrays."""
    copied: object = value
    match value:
        case np.ndarray():
            copied = value.copy()
        case list():
            copied = type(value)(_copy(item) for item in value)
        case Mapped():
            copied = Mapped({})
            copied.pairs = _copy(value.pairs)
        case dict():
            copied = {key: _copy(item) for key, item in value.items()}
    return cast(Value, copied)  # of the same type: what travels has these alone
