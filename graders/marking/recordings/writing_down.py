"""The right submission under one check, whose conversation is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import numpy as np

from graders.checking.apart import Rule, noting_rules
from graders.checking.looks import Conclusion
from graders.checking.stand_ins import StandIns
from graders.checking.student import Locate, Student, Verdict
from graders.checking.student import Value as WhatCame
from graders.judging.expected import ANSWERS
from graders.marking.recordings.recording import Concluded, Reading, key_of
from graders.marking.recordings.rules import repeatable
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import MAX_FRAME, Mapped, Message, encode
from graders.sandbox.session import READING, Session

Value = TypeVar("Value")

MAX_BYTES = MAX_FRAME // 4
"""Of one message: others make room in memory for it too."""


@dataclass(frozen=True)
class Turn:
    """What is asked in one go; `came` is what was read of it."""

    operations: list[list[object]]
    readings: list[Reading]
    came: list[object]

    @property
    def is_open(self) -> bool:
        """Whether what is asked next depends on what comes."""
        return any(reading.look is None for reading in self.readings)


class RecordingStudent(Student):
    """Goes through a check as usual, noting everything."""

    def __init__(self, session: Session, locate: Locate, submission: Path = Path()) -> None:
        super().__init__(session, locate)
        self._submission = submission
        self.turns: list[Turn] = []
        self.conclusions: list[Concluded] = []
        self.rules: list[Rule] = []
        self.parts: dict[bytes, bytes] = {}
        self.usable = True
        """Whether all went as it does in every submission that passes."""
        self.known = len(ANSWERS.kept)
        """Answers of oracles that were kept before the check began."""

    def once(self, what: str, ask: Callable[[], WhatCame]) -> WhatCame:
        """As usual; another submission has to be asked itself, and once for all checks."""
        self.usable = False
        return super().once(what, ask)

    def concluded(self, conclusion: Conclusion) -> None:
        """Take note of it, and of the answers that have come for it."""
        read = sum(reading.kind == conclusion.kind for turn in self.turns for reading in turn.readings)
        taken = sum(one.answers for one in self.conclusions if one.conclusion.kind == conclusion.kind)
        self.conclusions.append(Concluded(conclusion, read - taken))

    def held_against(self, rule: Rule) -> None:
        """Take note of a rule that files were held against."""
        found = repeatable(rule, self._submission)
        if found is None:
            self.usable = False
        else:
            self.rules.append(found)

    def replace_parts(self, stand_ins: StandIns) -> None:
        """As usual, noting what they are asked."""
        super().replace_parts(stand_ins)

        def serve(question: Message) -> Message | None:
            key = key_of(question)
            answer = stand_ins(question)
            if answer is not None:
                self.parts[key] = encode(answer)
            return answer

        self.session.serve = serve

    def settle(self) -> None:
        """As usual, noting what comes."""
        operations = _copy(self.session.queued)
        kinds = [str(operation[0]) for operation in operations if operation[0] in READING]
        readings: list[Reading] = []
        came: list[object] = []
        for place, (judged, kind) in enumerate(zip(self._verdicts, kinds, strict=True)):
            readings.append(Reading(judged.look, kind))
            self._verdicts[place] = judged._replace(verdict=_noting(judged.verdict, came))
        try:
            super().settle()
        except BaseException:
            self.usable = False
            raise
        if operations:
            self.turns.append(Turn(operations, readings, came))


@contextmanager
def writing_down(student: RecordingStudent) -> Iterator[RecordingStudent]:
    """While this lasts the student is told of the rules that a check holds files against."""
    with noting_rules(student.held_against):
        yield student


def _noting(verdict: Verdict, came: list[object]) -> Verdict:
    def note(value: object) -> None:
        came.append(_copy(value))
        verdict(value)

    return note


def joined(turns: Sequence[Turn]) -> list[Turn]:
    """The same in as few messages as can be. The first turn is one of its own, for most mistakes show there already,
    and so is all until the first answer that may not fit.
    """
    found: list[Turn] = []
    room, waits = 0, True
    for place, turn in enumerate(turns):
        size = len(pack(turn.operations))
        if size > room:
            found.append(Turn([], [], []))
            room = MAX_BYTES
        found[-1].operations.extend(turn.operations)
        found[-1].readings.extend(turn.readings)
        found[-1].came.extend(turn.came)
        room = 0 if place == 0 or (turn.is_open and waits) else room - size
        waits &= not turn.is_open
    return found


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
