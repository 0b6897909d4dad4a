"""A check's conversation with a right submission: the messages, what was answered, and what else would be right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from graders.checking.apart import Rule
from graders.checking.looks import Conclusion, Look
from graders.checking.remarks import Remarks
from graders.marking.recordings.alike import alike
from graders.sandbox.channel import Answered
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import STAND_IN, Message, decode
from graders.sandbox.session import Session

REMEMBER, UNCHANGED = pack([["remember"]]), pack([["unchanged"]])
"""Have the child note how everything is, and ask it whether all is as it was then."""


class Unlike(Exception):
    """The submission was answered, or asked, in another way than the right one: nothing is known of what follows."""


@dataclass(frozen=True)
class Reading:
    """A value that is asked for: what else than the recorded answer is right, or which conclusion takes it, if any.

    With neither the check goes on with the value itself, and no other answer does.
    """

    look: Look | None = None
    kind: str = ""
    """The operation, where a conclusion is drawn from the answers to all of its kind."""


@dataclass(frozen=True)
class Asked:
    """What is sent in one go, the payload of the right answer, and what is read there."""

    frame: bytes
    right: bytes
    readings: Sequence[Reading]

    @property
    def size(self) -> int:
        """Bytes sent and received."""
        return len(self.frame) + len(self.right)

    @cached_property
    def answered(self) -> Answered:
        """The right answer, as it came, and as it is read."""
        message = decode(self.right)
        assert isinstance(message, list), "it was read once already"
        return Answered(self.right, message)


@dataclass(frozen=True)
class Concluded:
    """A conclusion, and how many answers of its kind it was drawn from: those that had come since the one before."""

    conclusion: Conclusion
    answers: int


@dataclass(frozen=True)
class Recording:
    """All of a check's conversation.

    `parts` has the answers, as frames, to what right parts were asked that stood in, by the question; `conclusions` and
    `rules` are what the check held answers and files against besides; `cpu_seconds` is its own budget, 0 for the usual.
    """

    asked: Sequence[Asked]
    conclusions: Sequence[Concluded] = ()
    rules: Sequence[Rule] = ()
    parts: Mapping[bytes, bytes] = field(default_factory=dict)
    cpu_seconds: int = 0

    @property
    def size(self) -> int:
        """Bytes of all messages."""
        return sum(one.size for one in self.asked)

    @property
    def takes_long(self) -> bool:
        """Whether that shows nothing: it has a budget, or lines are counted, which is slow."""
        return bool(self.cpu_seconds or self.conclusions)

    @property
    def is_for_itself(self) -> bool:
        """Whether it needs its own child: its time is, or parts of the submission are replaced in it."""
        return self.takes_long or bool(self.parts)

    def passes(self, session: Session, kept: Collection[Rule] = ()) -> Remarks | None:
        """What there is to remark on the submission in this session, if it answers throughout as one that passes.

        `kept` are the rules that its files keep.
        """
        if not all(rule in kept for rule in self.rules):
            return None
        try:
            return _Repetition(self, session).remarks()
        except Exception:  # the run that follows raises it again, if it is the submission's
            return None


class _Repetition:
    """One submission's way through it."""

    def __init__(self, recording: Recording, session: Session) -> None:
        self._recording = recording
        self._session = session
        self._remarks = Remarks()
        self._concluded: dict[str, list[object]] = {one.conclusion.kind: [] for one in recording.conclusions}

    def remarks(self) -> Remarks | None:
        """Those on it; None where something came otherwise."""
        if self._recording.parts:
            self._session.serve = self._serve
        for asked in self._recording.asked:
            self._ask(asked)
        return self._remarks if all(map(self._holds, self._recording.conclusions)) else None

    def _holds(self, one: Concluded) -> bool:
        answers = self._concluded[one.conclusion.kind]
        taken, answers[:] = answers[: one.answers], answers[one.answers :]
        return one.conclusion.holds(taken)

    def _ask(self, asked: Asked) -> None:
        reply = self._session.repeat(asked.frame, asked.answered)
        match reply:
            case [list(values), None, _] if len(values) == len(asked.readings):
                right = asked.answered.message[0]
                assert isinstance(right, list)
                for value, same, reading in zip(values, right, asked.readings, strict=True):
                    self._look(value, same, reading)
            case _:
                raise Unlike

    def _look(self, value: object, right: object, reading: Reading) -> None:
        if reading.kind in self._concluded:
            self._concluded[reading.kind].append(value)
        elif value is not right and not alike(value, right):
            if reading.look is None:
                raise Unlike
            reading.look.at(value, self._remarks)

    def _serve(self, question: Message) -> bytes | None:
        if question[:1] != [STAND_IN]:
            return None
        try:
            return self._recording.parts[key_of(question)]
        except KeyError:
            raise Unlike from None


def key_of(question: Message) -> bytes:
    """What a question is told from others by."""
    return pack([question])
