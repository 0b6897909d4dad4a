"""The recordings of a collection's checks with a right submission: kept if they prove true, and what they spare."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing

import msgspec
import pytest

from graders.checking.student import Student
from graders.coursework.record import CheckResult, Status
from graders.judging.expected import ANSWERS
from graders.marking.collecting import Collection, id_of
from graders.marking.following import arguments_of, prefetch
from graders.marking.rehearsal import Recording, RecordingStudent, recorded
from graders.sandbox.session import Session

ALONE = frozenset({"student"})
"""What a check takes, besides its cases, of which nothing but the conversation depends on the submission."""
MAX_RECORDED = 256 << 20
"""Bytes of all conversations together: what goes beyond isn't kept."""
MAX_REMEMBERED = 16 << 20
"""Bytes of the arrays that oracles were asked about: their answers, with noise, are several times that."""

Repeat = Callable[[pytest.Function], CheckResult | None]
"""The result of a check with the same submission once more, if it passes as it was recorded."""


def remembering_answers() -> AbstractContextManager[None]:
    """While this lasts, oracles are asked once about the same arrays."""
    return ANSWERS.room(MAX_REMEMBERED)


class Recordings:
    """What the checks of a collection asked a right submission, by check, once they are proved."""

    def __init__(self, collection: Collection) -> None:
        self.by_check: dict[str, Recording] = {}
        self._collection = collection
        self._items = Counter(map(id_of, collection.items))
        self._ahead: deque[tuple[pytest.Function, bool]] = deque()

    def keep(self, item: pytest.Function, student: RecordingStudent, result: CheckResult) -> None:
        """Keep how a check went that passed, if nothing but its conversation decides what comes of it."""
        if result.status is not Status.PASSED or not ALONE.issuperset(arguments_of(item)) or self._items[result.id] > 1:
            return
        found = recorded(student)
        if found is not None:
            self.by_check[result.id] = found
            if self._collection.effort.explains:
                self._ahead.append((item, len(ANSWERS.kept) > student.known))

    def prove(self, items: Sequence[pytest.Function], results: Mapping[str, CheckResult], repeat: Repeat) -> None:
        """Drop those of which a repetition with the same submission doesn't give the same result."""
        room = MAX_RECORDED
        for item in items:
            found = self.by_check.get(id_of(item))
            if found is not None:
                result = repeat(item)
                room -= found.size
                if room < 0 or result is None or _timeless(result) != _timeless(results[id_of(item)]):
                    del self.by_check[id_of(item)]

    def prefetch(self, open_session: Callable[[pytest.Function], Session]) -> bool:
        """Have at hand what one more check will ask for if it fails; False if that is all."""
        if not self._ahead:
            return False
        item, asks = self._ahead.popleft()
        with closing(open_session(item)) as session:
            prefetch(item, Student(session, self._collection.homework.locate), asks)
        return True


def _timeless(result: CheckResult) -> CheckResult:
    return msgspec.structs.replace(result, seconds=0.0)
