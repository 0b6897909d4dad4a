"""What checks ask a right submission in cases drawn for the purpose, and what it answers: the questions of a look."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from graders.checking import looks
from graders.checking.cases import Case
from graders.checking.decorators import budget_of
from graders.checking.student import Locate, Student, Value, Verdict
from graders.marking import fresh_cases, private_parts
from graders.marking.collecting import id_of
from graders.marking.right_parts import arguments_of
from graders.sandbox.session import READING, Operation, Session

STUDENT = "student"
"""What a check takes, besides its cases, of which nothing but the conversation depends on the submission."""
SEED = 22_022
"""Other cases than any mark comes from."""
CASES = 4
MOST_BUDGET = 20
"""Seconds of a check's budget: one that has more trains something."""
LONG = 150
"""Operations of a case that takes too long to be tried again and again."""
MOST_LONG = 2
MAX_OPERATIONS = 1000
"""Of a case: one that asks for more isn't tried at all; of those with more than LONG, MOST_LONG of each check are."""
MAX_BYTES = 1 << 16
"""Of a case's arrays."""
_VALUES = frozenset(["forget", "quietly", "put", "fill", "tensor", "namespace", "context", "descent"])
_USES = frozenset(["find", "call", "get", "set", "item", "set_item"])
_WRAPPING = frozenset(["wrapper", "wrapped", "unwrapped", "unwrapped_backward"])
_ANSWERS = frozenset(["read", "length", "has", "defines", "inspect"])
_STATE = frozenset(["keep_state", "put_back_state", "put_back_generators"])
REPEATABLE = _VALUES | _USES | _WRAPPING | _ANSWERS | _STATE
"""The operations that can be carried out once more in the same process."""


@dataclass(frozen=True)
class Reading:
    """A value that is read: what a right submission gave, and what the check looks for in any other value.

    That is data, and keeps nothing of the submissions that it has seen: they are many. Without it the check goes on
    with the value itself.
    """

    came: object
    look: looks.Look | None


@dataclass(frozen=True)
class Asked:
    """One case of one check: the operations, and of each value that they read what came and what the check thinks."""

    check: str
    operations: Sequence[Operation]
    readings: Sequence[Reading]

    @property
    def is_long(self) -> bool:
        """Whether it is tried only once something is found: finite differences, say."""
        return len(self.operations) > LONG

    @property
    def names(self) -> frozenset[str]:
        """What the case asks for by name of the submission."""
        found = [operation[2][0][1] for operation in self.operations if operation[0] == "find"]
        return frozenset(str(name) for name in found)


def asked(item: pytest.Function, session: Session, locate: Locate) -> list[Asked]:
    """What a check asks the right submission in this session; nothing where that depends on more than the answers."""
    if not arguments_of(item) <= {STUDENT} or budget_of(item.obj) > MOST_BUDGET:
        return []
    found: list[Asked] = []
    test = private_parts.inner_test(item.obj) if fresh_cases.is_drawn(item.obj) else item.obj
    function = inspect.unwrap(test)

    def run(drawn: Mapping[str, object]) -> None:
        if sum(one.is_long for one in found) >= MOST_LONG:
            return
        student = _Listening(session, locate)
        case = next((value for value in drawn.values() if isinstance(value, Case)), None)
        student.begin(case.names if case is not None else dict)
        try:
            function(student=student, **drawn)
            student.settle()
        except Exception:  # a case that is none, or a check that doesn't pass: nothing can be learned from it
            return
        found.extend(_of(id_of(item), student))

    if fresh_cases.is_drawn(item.obj):
        fresh_cases.draw_others(item.obj, CASES, SEED, run)
    else:
        run({})
    return found


class _Listening(Student):
    """A right submission under a check that notes down what is asked, and of which not too much is asked."""

    def __init__(self, session: Session, locate: Locate) -> None:
        super().__init__(session, locate)
        self.asked: list[Operation] = []
        self.readings: list[Reading] = []

    def queue(self, operation: list[object], path: str = "", owner: str = "", name: str = "") -> None:
        """As usual; ValueError where a case gets too long."""
        super().queue(operation, path, owner, name)
        if len(self.operations) > MAX_OPERATIONS:
            raise ValueError(MAX_OPERATIONS)

    def once(self, what: str, ask: Callable[[], Value]) -> Value:  # noqa: ARG002 - as the base has it
        """ValueError: what is asked once for several checks is no question of this one's."""
        raise ValueError(what)

    def settle(self) -> None:
        """As usual, noting what is asked and of what comes."""
        self.asked += copy.deepcopy(self.session.queued)
        for place, judged in enumerate(self._verdicts):
            self._verdicts[place] = judged._replace(verdict=self._noting(judged.verdict, judged.look))
        super().settle()

    def _noting(self, verdict: Verdict, look: looks.Look | None) -> Verdict:
        def note(value: Value) -> None:
            self.readings.append(Reading(copy.deepcopy(value), look))
            verdict(value)

        return note


def _of(check: str, student: _Listening) -> Iterator[Asked]:
    operations, readings = student.asked, student.readings
    kinds = {str(operation[0]) for operation in operations}
    size = sum(getattr(value, "nbytes", 0) for operation in operations for value in operation)
    asks = sum(operation[0] in READING for operation in operations) == len(readings)
    if asks and readings and kinds <= REPEATABLE and len(operations) <= MAX_OPERATIONS and size <= MAX_BYTES:
        yield Asked(check, operations, readings)
