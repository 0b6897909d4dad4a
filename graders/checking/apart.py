"""Trusted side: a rule or a reader of a student's files, run in a fork that the bounds of its check hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar, get_type_hints

import msgspec

from graders.checking.failures import CheckFailed, RuleBroken
from graders.coursework.reading import MAX_SOURCE, beginning
from graders.sandbox.apart import Unreadable, is_in_place, read_apart, tell

P = ParamSpec("P")
T = TypeVar("T")

_LEAVE_OUT = "Leave data and generated code out of it, and split what is nested deeply."


class Rule(NamedTuple):
    """A rule that a check holds files against: the reader, as `module:name`, and what it is told."""

    reader: str
    arguments: tuple[object, ...]
    named: Mapping[str, object]


_NOTED: ContextVar[Callable[[Rule], None] | None] = ContextVar("who is told of rules", default=None)


@contextmanager
def noting_rules(note: Callable[[Rule], None]) -> Iterator[None]:
    """Have `note` told of every rule that files are held against meanwhile."""
    before = _NOTED.set(note)
    try:
        yield
    finally:
        _NOTED.reset(before)


class _Failure(msgspec.Struct):
    """A CheckFailed as it crosses."""

    message: str
    hint: str
    share: float
    is_rule: bool
    holds_no_values: bool

    def raised(self) -> CheckFailed:
        """The same on this side."""
        if self.is_rule:
            return RuleBroken(self.message, self.hint)
        return CheckFailed(self.message, self.hint, share=self.share, holds_no_values=self.holds_no_values)


class _Ended(msgspec.Struct):
    """How a reader ended: with a failure, or what it gives."""

    failure: _Failure | None = None
    value: object = None


def reads_files(reader: Callable[P, T]) -> Callable[P, T]:
    """A function that reads files of a submission, and gives plain data or raises CheckFailed, done in a fork.

    CheckFailed, too, where it can't be done in the time and memory that the check has. What it gives it says in its
    annotation.
    """

    @wraps(reader)
    def apart(*arguments: P.args, **named: P.kwargs) -> T:
        note = _NOTED.get()
        if note is not None:
            note(Rule(f"{reader.__module__}:{reader.__qualname__}", arguments, named))
        if is_in_place():
            return reader(*arguments, **named)
        try:
            ended = read_apart(lambda: _ended(partial(reader, *arguments, **named)), _Ended)
        except Unreadable as error:
            raise RuleBroken(str(error), _LEAVE_OUT) from None
        if ended.failure is not None:
            raise ended.failure.raised()
        found: T = msgspec.convert(ended.value, get_type_hints(reader)["return"], str_keys=True)
        return found

    return apart


def content_of(submission: Path, file: str, most: int = MAX_SOURCE) -> bytes:
    """What is in a file of the submission, of a longer one a byte more than `most`; OSError where it isn't there.

    Whoever waits for what is read is told which file it is.
    """
    tell(file)
    return beginning(submission / file, most)


def _ended(read: Callable[[], object]) -> _Ended:
    try:
        return _Ended(value=read())
    except CheckFailed as error:
        is_rule = isinstance(error, RuleBroken)
        return _Ended(_Failure(error.message, error.hint, error.share, is_rule, error.holds_no_values))
