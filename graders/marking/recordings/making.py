"""Records the checks of a collection with a right submission, and keeps what proves true: the same, asked once more."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from functools import partial
from typing import NamedTuple

import pytest

from graders.checking.decorators import ONLY_BY_RULES, budget_of
from graders.checking.student import Student
from graders.coursework.record import CheckResult, Status
from graders.judging.expected import ANSWERS
from graders.marking.collecting import Collection, id_of
from graders.marking.recordings.alike import alike
from graders.marking.recordings.recording import REMEMBER, Asked, Recording, key_of
from graders.marking.recordings.writing_down import RecordingStudent, Turn, joined
from graders.marking.right_parts import arguments_of, prefetch
from graders.sandbox.faults import StudentFault
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import ProtocolError
from graders.sandbox.process import SandboxFailure
from graders.sandbox.session import Session

ALONE = frozenset({"student"})
"""What a check takes, besides its cases, of which nothing but the conversation depends on the submission."""
MAX_RECORDED = 256 << 20
"""Bytes of all conversations together: what goes beyond isn't kept."""
MAX_REMEMBERED = 16 << 20
"""Bytes of the arrays that oracles were asked about: their answers, with noise, are several times that."""

OpenSession = Callable[[str, int], Session]
"""Opens a child of a worker for a check of this id and budget."""


def remembering_answers() -> AbstractContextManager[None]:
    """While this lasts, oracles are asked once about the same arrays."""
    return ANSWERS.room(MAX_REMEMBERED)


class Draft(NamedTuple):
    """A check that a right submission has passed, with what was asked of it."""

    item: pytest.Function
    student: RecordingStudent
    asks: bool
    """Whether an oracle was asked anything."""


class Recordings:
    """What the checks of a collection asked a right submission, by check, as far as that can be repeated."""

    def __init__(self, collection: Collection) -> None:
        self.by_check: dict[str, Recording] = {}
        self._collection = collection
        self._items = Counter(map(id_of, collection.items))
        self._drafts: list[Draft] = []
        self._ahead: deque[Draft] = deque()

    def keep(self, item: pytest.Function, student: RecordingStudent, result: CheckResult) -> None:
        """Keep how a check went that passed, if nothing but its conversation decides the outcome."""
        passes = result.status is Status.PASSED and not student.warnings
        if passes and student.usable and _is_alone(item) and self._items[result.id] == 1:
            self._drafts.append(Draft(item, student, len(ANSWERS.kept) > student.known))

    def prove(self, open_session: OpenSession) -> None:
        """Make recordings of those that go the same way once more."""
        room = MAX_RECORDED
        for draft in self._drafts:
            budget = budget_of(draft.item.obj)
            found = proved(draft.student, partial(open_session, id_of(draft.item), budget), budget)
            room -= found.size if found is not None else 0
            if found is not None and room >= 0:
                self.by_check[id_of(draft.item)] = found
                self._ahead.append(draft)
        self._drafts.clear()

    def prefetch(self, open_session: OpenSession) -> bool:
        """Prefetch what one more check will ask for if it fails; False if that is all."""
        if not self._ahead or not self._collection.effort.explains:
            return False
        item, _, asks = self._ahead.popleft()
        with closing(open_session(id_of(item), budget_of(item.obj))) as session:
            prefetch(item, Student(session, self._collection.homework.locate), asks)
        return True


def _is_alone(item: pytest.Function) -> bool:
    also = {"submission"} if getattr(item.obj, ONLY_BY_RULES, False) else set()
    return ALONE.union(also).issuperset(arguments_of(item))


def proved(student: RecordingStudent, open_session: Callable[[], Session], budget: int = 0) -> Recording | None:
    """The recording of a check, if the submission answers alike when it is asked in as few messages as can be."""
    if not student.usable:
        return None
    try:
        turns = joined(student.turns)
        with closing(open_session()) as session:
            session.serve = lambda question: student.parts.get(key_of(question))
            session.repeat(REMEMBER)
            asked = [_asked(turn, session) for turn in turns]
    except (StudentFault, SandboxFailure, ProtocolError):  # or too much for a message
        return None
    found = [one for one in asked if one is not None]
    whole = len(found) == len(turns)
    return Recording(found, student.conclusions, student.rules, student.parts, budget) if whole else None


def _asked(turn: Turn, session: Session) -> Asked | None:
    frame = pack(turn.operations)
    match session.repeat(frame):
        case [list(values), None, _] if len(values) == len(turn.came) and all(map(alike, values, turn.came)):
            assert session.answered is not None, "it has just come"
            return Asked(frame, session.answered.payload, turn.readings)
    return None
