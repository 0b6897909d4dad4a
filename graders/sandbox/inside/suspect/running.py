"""Runs recorded sequences of operations with the submission, as a check would have, over and over."""

from __future__ import annotations

import builtins
import contextlib
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import Record, describe_error
from ..packing import Packed
from .numbers import same

if TYPE_CHECKING:
    from ..requests import RequestHandler

Sequence_ = Sequence[Sequence[Packed]]
"""Operations, as they are packed."""


LATE = "Late"
"""What the record of a run says that took too long."""


class Late(BaseException):
    """A run takes longer than it may."""


class Different(Exception):
    """What came isn't what is aimed at."""


class Aim(NamedTuple):
    """What a reading has to be: one of these values, whether in just that shape, and up to which relative error."""

    values: Sequence[object]
    exact: bool
    most: float

    def met_by(self, value: object) -> bool:
        """Whether this is it."""
        return any(same(value, one, self.exact, self.most) for one in self.values)


Aims = Sequence[Aim | None]
"""For each reading of a sequence; None where anything will do."""


class Outcome(NamedTuple):
    """What a run without aims gave: the values that were read, the exception's record, and at which operation."""

    values: list[object]
    error: Record | None
    place: int | None


class Runner:
    """Runs sequences in this process, each from the same seeds; `clock` is the operation that is being carried out."""

    def __init__(self, handler: RequestHandler) -> None:
        self._handler = handler
        self.clock = 0
        self.runs = 0
        self._armed = False
        signal.signal(signal.SIGPROF, self._ring)
        np.seterr(all="ignore")

    def _ring(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal calls it
        if self._armed:
            self._armed = False
            raise Late

    @contextlib.contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        self._armed = True
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            yield
        finally:
            self._armed = False
            signal.setitimer(signal.ITIMER_PROF, 0)

    def plainly(self, sequence: Sequence_, seconds: float = 1.0) -> Outcome:
        """Everything that is read, up to the first exception."""
        values: list[object] = []
        try:
            with self._limited(seconds):
                self._run(sequence, values.append)
        except Late:
            return Outcome(values, {"type": LATE}, self.clock)
        except Exception as error:
            return Outcome(values, describe_error(error, self._handler.submission.root, fully=False), self.clock)
        return Outcome(values, None, None)

    def raised(self, sequence: Sequence_) -> Exception | None:
        """The exception that ends a sequence; None where none does, or it takes too long."""
        try:
            with self._limited(1.0):
                self._run(sequence, lambda value: None)
        except Exception as error:
            return error
        except Late:
            pass
        return None

    def meets(self, sequence: Sequence_, aims: Aims, seconds: float) -> bool:
        """Whether all aims are met; ends at the first that isn't."""
        waiting = iter(aims)

        def judge(value: object) -> None:
            aim = next(waiting, None)
            if aim is not None and not aim.met_by(value):
                raise Different

        try:
            with self._limited(seconds):
                self._run(sequence, judge)
        except (Exception, Late):
            return False
        return True

    def _run(self, sequence: Sequence_, take: Callable[[object], None]) -> None:
        handler = self._handler
        random.seed(0)
        np.random.seed(0)
        self.runs += 1
        handler.slots.clear()
        handler.quiet = False
        handler.replies = []
        for self.clock, (operation, *operands) in enumerate(sequence):
            if operation == "forget":
                continue
            handler.carry_out(str(operation), operands)
            if handler.replies:
                take(handler.replies.pop())


@contextlib.contextmanager
def named(name: str, value: object) -> Iterator[None]:
    """Have rewritten code find this under a name."""
    setattr(builtins, name, value)
    try:
        yield
    finally:
        delattr(builtins, name)
