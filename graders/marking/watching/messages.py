"""What helpers are asked, and what they tell: records that travel as frames, each with its length before it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from graders.coursework.record import CheckResult, Report
from graders.marking.watching.source import Source

Names: TypeAlias = list[list[tuple[str, str]]]
"""The names that a check asks a submission for, each as the places where it may be: a module, and the name there."""


class Read(msgspec.Struct, frozen=True, tag=True):
    """Say what these files are, by their paths in the folder: those that are Python's."""

    number: int
    files: list[str]


class Reach(msgspec.Struct, frozen=True, tag=True):
    """Say what checks ask for, as far as that is recorded."""

    number: int


class Mark(msgspec.Struct, frozen=True, tag=True):
    """Mark these checks, without those that are switched off, each with its flag; keep these results of others."""

    number: int
    checks: list[str]
    kept: list[CheckResult]
    switched_off: dict[str, str]


class Stop(msgspec.Struct, frozen=True, tag=True):
    """Leave off what was asked for before."""

    number: int


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The helper can be asked."""


class Sources(msgspec.Struct, frozen=True, tag=True):
    """What the files are, and whether all of the submission's are called and lie as the homework asks."""

    number: int
    found: dict[str, Source]
    in_place: bool


class Reached(msgspec.Struct, frozen=True, tag=True):
    """What each recorded check asks for; None where it may look at anything."""

    number: int
    by_check: dict[str, Names | None]


class Came(msgspec.Struct, frozen=True, tag=True):
    """A check has ended."""

    number: int
    result: CheckResult


class Glimpsed(msgspec.Struct, frozen=True, tag=True):
    """The marks are known, but for the checks that are left, and reasons are being looked for."""

    number: int
    report: Report
    left: list[str]


class Marked(msgspec.Struct, frozen=True, tag=True):
    """The marking has ended: the report, the results that it was made of, and the checks that are left to another."""

    number: int
    report: Report
    results: list[CheckResult]
    left: list[str]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It hasn't come to its end: the submission can't be used, or, where it is our `fault`, something went wrong."""

    number: int
    why: str
    fault: bool = False


Order = Read | Reach | Mark | Stop
News = Ready | Sources | Reached | Came | Glimpsed | Marked | Failed

_LENGTH = struct.Struct("=I")
_CHUNK = 1 << 16


def send(pipe: int, message: Order | News) -> None:
    """Write a message, whole."""
    send_frame(pipe, msgspec.msgpack.encode(message))


def send_frame(pipe: int, payload: bytes) -> None:
    """Write what another wrote as a message."""
    rest = memoryview(_LENGTH.pack(len(payload)) + payload)
    while rest:
        rest = rest[os.write(pipe, rest) :]


class Incoming:
    """The frames that come out of a pipe, as they become whole."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self._received = bytearray()

    def read(self) -> list[bytes] | None:
        """Read what is there; the frames that are whole with that, or None where the other end is closed."""
        chunk = os.read(self.pipe, _CHUNK)
        if not chunk:
            return None
        self._received += chunk
        return list(self._frames())

    def _frames(self) -> Iterator[bytes]:
        while len(self._received) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._received)
            end = _LENGTH.size + length
            if len(self._received) < end:
                return
            yield bytes(self._received[_LENGTH.size : end])
            del self._received[:end]


def order_of(payload: bytes) -> Order:
    """The order in a frame."""
    order: Order = msgspec.msgpack.decode(payload, type=Order)
    return order


def news_of(payload: bytes) -> News:
    """The news in a frame."""
    news: News = msgspec.msgpack.decode(payload, type=News)
    return news
