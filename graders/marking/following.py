"""Runs a failed check again on right parts in place of the student's own: is the mistake in a part or around it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import pytest

from graders.expect import CheckFailed
from graders.marking import again
from graders.marking.attempt import Attempt
from graders.rubric import Homework
from graders.stand_ins import Part, StandIns, stand_ins_of
from graders.worker.faults import StudentFault, StudentTimeout

CASES = 3
"""Drawn for each set of parts, besides the one that failed."""

Begin = Callable[[StandIns], AbstractContextManager[Attempt]]
"""Opens a child of the worker in which these parts stand in."""


class Finding(NamedTuple):
    """Whether the check passes on right parts, and what that says, if anything."""

    passes: bool
    text: str


def follow(
    homework: Homework, check: str, item: pytest.Function, attempt: Attempt, error: BaseException, begin: Begin
) -> Finding:
    """What a failed check of a component shows if the parts that it is built on are right."""
    available = stand_ins_of(homework.folder)
    parts = {name: available[name] for name in homework.section_of(check).built_on if name in available}
    if not parts or not isinstance(error, CheckFailed | StudentFault) or isinstance(error, StudentTimeout):
        return Finding(False, "")

    def passes(chosen: Mapping[str, Part]) -> bool:
        try:
            with begin(StandIns(chosen)) as other:
                return _passes(item, attempt.failing_arguments, other)
        except StudentFault:  # a part of the submission can't be replaced
            return False

    if not passes(parts):
        return Finding(
            False, f"with right {_names(parts)} in place of yours it fails, too: look at the code around them"
        )
    alone = [name for name in parts if len(parts) > 1 and passes({name: parts[name]})]
    where = _names(alone if len(alone) == 1 else parts)
    return Finding(True, f"with right {where} in place of yours it passes: look there and at what that is built on")


def _passes(item: pytest.Function, failing: Mapping[str, Any], attempt: Attempt) -> bool:
    fixtures = {name: item.funcargs[name] for name in item._fixtureinfo.argnames} | {"student": attempt.student}

    def run(drawn: Mapping[str, Any]) -> None:
        attempt.run(_plain(item), fixtures | dict(drawn))

    try:
        run(failing)
        if again.is_drawn(item.obj):
            again.draw(item.obj, CASES, run)
    except (CheckFailed, StudentFault):
        return False
    return True


def _plain(item: pytest.Function) -> Callable[..., None]:
    """The check's own function, not watched."""
    handle = getattr(item.obj, "hypothesis", None)
    test: Callable[..., None] = (handle.inner_test if handle is not None else item.obj).__wrapped__
    return test


def _names(parts: Iterator[str] | Mapping[str, Part] | list[str]) -> str:
    *first, last = [name.rpartition(".")[2] for name in parts]
    return f"{', '.join(first)} and {last}" if first else last
