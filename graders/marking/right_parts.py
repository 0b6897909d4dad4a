"""Runs one failed check again with right parts in place of the student's: is the mistake in a part or around it?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple

import pytest

from graders.checking.failures import CheckFailed
from graders.checking.stand_ins import Part, StandIns
from graders.checking.student import Student
from graders.judging.expected import ANSWERS
from graders.marking import fresh_cases, private_parts
from graders.marking.examples import Examples
from graders.sandbox.faults import StudentError, StudentFault
from graders.sandbox.wording import text_of, where

CASES = 8
"""Drawn to see the check fail on the student's own parts."""

FURTHER_CASES = 3
"""Drawn for each set of right parts, besides the one that failed."""

Begin = Callable[[StandIns], AbstractContextManager[Examples]]
"""Opens a child of the worker in which these parts stand in."""


class Finding(NamedTuple):
    """Whether the check passes on right parts, and what that says, if anything."""

    passes: bool
    text: str


def try_right_parts(
    item: pytest.Function, fixtures: Mapping[str, object], parts: Mapping[str, Part], begin: Begin, raised_in: str = ""
) -> Finding:
    """Run a failed check with right parts in place of the student's: what that shows about where the mistake is.

    `raised_in` is the file in which it ended with an exception, if it did.
    """
    check = _Check(item, fixtures)
    with begin(StandIns({})) as own:
        failing = check.failing(own)
    if failing is None:
        return Finding(False, "")

    def failure(chosen: Mapping[str, Part]) -> Exception | None:
        try:
            with begin(StandIns(chosen)) as examples:
                return check.failure(examples, failing)
        except StudentFault as fault:  # a part of the submission can't be replaced
            return fault

    left = failure(parts)
    if left is not None:
        around = f"with correct {_names(parts)} in place of yours it still fails{_around(left, raised_in)}"
        return Finding(False, "" if _is_missing(left) else around)
    alone = [name for name in parts if len(parts) > 1 and failure({name: parts[name]}) is None]
    where = _names(alone if len(alone) == 1 else parts)
    return Finding(True, f"with correct {where} in place of yours it passes: look there and at what that is built on")


def prefetch(item: pytest.Function, student: Student, asks: bool) -> None:
    """Prefetch what a failure of this check will ask for: cases that are drawn then, and what oracles say to them.

    The student is right; `asks` tells whether the check asks an oracle anything.
    """
    check = _Check(item, {})
    if not asks:
        check.draw(lambda drawn: None)
        return
    known = len(ANSWERS.kept)
    check.failing(Examples(student, shrinks=0))
    for answer in ANSWERS.kept[known:]:
        answer.measure()


def arguments_of(item: pytest.Function) -> frozenset[str]:
    """What a check takes besides its cases: the fixtures that it asks for by name."""
    return frozenset(inspect.signature(item.obj).parameters)


class _Check:
    """A check's own function, which is run on its own child with its own cases."""

    def __init__(self, item: pytest.Function, fixtures: Mapping[str, object]) -> None:
        self._test = item.obj
        watched = private_parts.inner_test(item.obj) if fresh_cases.is_drawn(item.obj) else item.obj
        self._function = inspect.unwrap(watched)
        self._fixtures = {name: fixtures[name] for name in arguments_of(item) & fixtures.keys()}

    def failing(self, examples: Examples) -> dict[str, object] | None:
        """What the first case is that fails, or None."""
        last: dict[str, object] = {}

        def run(drawn: Mapping[str, object]) -> None:
            last.clear()
            last.update(drawn)
            self._run(examples, drawn)

        try:
            self.draw(run)
        except (CheckFailed, StudentFault):
            return last
        return None

    def failure(self, examples: Examples, failing: Mapping[str, object]) -> Exception | None:
        """How it fails for that case or one of some more; None if it passes."""
        try:
            self._run(examples, failing)
            self.draw(lambda drawn: self._run(examples, drawn), FURTHER_CASES)
        except (CheckFailed, StudentFault) as failure:
            return failure
        return None

    def draw(self, run: Callable[[Mapping[str, object]], None], count: int = CASES) -> None:
        """Run this many cases, the one without arguments where nothing is drawn, until that raises."""
        if fresh_cases.is_drawn(self._test):
            fresh_cases.draw(self._test, count, run)
        else:
            run({})

    def _run(self, examples: Examples, drawn: Mapping[str, object]) -> None:
        examples.run(self._function, {**self._fixtures, "student": examples.student, **drawn})


def _around(failure: Exception, raised_in: str) -> str:
    """Where it fails then: a right part refuses what it is given, and the exception names the line that gave it."""
    if raised_in and isinstance(failure, StudentError) and text_of(failure.record, "file") not in ("", raised_in):
        return f", in {where(failure.record)}: look there first"
    return ": look at the code around them"


def _is_missing(failure: Exception) -> bool:
    """Whether the component itself isn't there: then there is no code around its parts."""
    return isinstance(failure, StudentError) and failure.record.get("missing") in ("module", "name")


def _names(parts: Iterable[str]) -> str:
    *first, last = [name.rpartition(".")[2] for name in parts]
    return f"{', '.join(first)} and {last}" if first else last
