"""Recordings as bytes and back: plain data, by msgspec's MessagePack. What is wrong with such bytes is a ValueError."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from graders.checking.apart import Rule
from graders.checking.looks import IsAsExpected, IsNotDouble, Look, LooksUnchanged
from graders.checking.rules.loops import LinesDoNotGrow
from graders.judging.expectation import Accepted, Demand, Expectation, Expected
from graders.marking.recordings.recording import Asked, Concluded, Reading, Recording

_NO_NOISE = np.int16(-32768)
_LEVEL = 6
"""zlib's: lzma makes two thirds of its size, but takes six times as long to read, at each run."""


class _Array(msgspec.Struct, array_like=True):
    dtype: str
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: np.ndarray) -> _Array:
        return cls(array.dtype.str, array.shape, array.tobytes())

    def array(self) -> np.ndarray:
        return np.frombuffer(self.data, self.dtype).reshape(self.shape)


class _Expected(msgspec.Struct, array_like=True):
    """A value, and the powers of two below its noise: rounded down, so that nothing passes that wouldn't otherwise."""

    value: _Array
    noise: bytes

    @classmethod
    def of(cls, expected: Expected, *, measured: bool = True) -> _Expected:
        noise = np.asarray(expected.noise) if measured else np.zeros(())
        if not noise.any():
            return cls(_Array.of(expected.value), b"")
        _, exponents = np.frexp(np.minimum(noise, np.finfo(float).max))
        return cls(_Array.of(expected.value), np.where(noise > 0, exponents - 1, _NO_NOISE).astype("<i2").tobytes())

    def expected(self) -> Expected:
        value = self.value.array()
        return Expected(value, lambda: self._noise(value.shape))

    def _noise(self, shape: tuple[int, ...]) -> np.ndarray:
        if not self.noise:
            return np.zeros(shape)
        exponents = np.frombuffer(self.noise, "<i2").reshape(shape)
        return np.where(exponents == _NO_NOISE, 0.0, np.ldexp(1.0, exponents.astype(int)))


class _Expectation(msgspec.Struct, array_like=True):
    name: str
    demand: Demand
    wanted: _Expected
    shapes: list[tuple[int, ...]]
    alternatives: list[tuple[_Expected, str]]
    because: str

    @classmethod
    def of(cls, one: Expectation) -> _Expectation:
        measured = one.demand is Demand.EQUAL
        others = [(_Expected.of(other.wanted), other.advice) for other in one.alternatives]
        wanted = _Expected.of(one.wanted, measured=measured)
        return cls(one.name, one.demand, wanted, list(one.shapes), others, one.because)

    def expectation(self) -> Expectation:
        others = tuple(Accepted(value.expected(), advice) for value, advice in self.alternatives)
        return Expectation(self.name, self.demand, self.wanted.expected(), tuple(self.shapes), others, self.because)


class _AsExpected(msgspec.Struct, array_like=True, tag="equal"):
    expectation: _Expectation
    of: str


class _NotDouble(msgspec.Struct, array_like=True, tag="single"):
    name: str


class _Unchanged(msgspec.Struct, array_like=True, tag="unchanged"):
    expectation: _Expectation


PlainLook = _AsExpected | _NotDouble | _Unchanged | None
"""What is looked for in a value, as data."""


class _Asked(msgspec.Struct, array_like=True):
    frame: bytes
    right: bytes
    readings: list[tuple[str, PlainLook]]


class _Lines(msgspec.Struct, array_like=True, tag="lines"):
    few: int
    many: int
    answers: int


class _Rule(msgspec.Struct, array_like=True):
    reader: str
    arguments: list[Any]
    named: dict[str, Any]


class _Recording(msgspec.Struct, array_like=True):
    asked: list[_Asked]
    conclusions: list[_Lines]
    rules: list[_Rule]
    parts: list[tuple[bytes, bytes]]
    cpu_seconds: int


def written(recordings: Mapping[str, Recording]) -> bytes:
    """Those of several checks; TypeError for one that can't be kept."""
    plain = {check: _plain(recording) for check, recording in recordings.items()}
    return zlib.compress(msgspec.msgpack.encode(plain), _LEVEL)


def read(content: bytes) -> dict[str, Recording]:
    """What was written; ValueError for anything else."""
    try:
        plain = msgspec.msgpack.decode(zlib.decompress(content), type=dict[str, _Recording])
        return {check: _recording(one) for check, one in plain.items()}
    except (zlib.error, msgspec.MsgspecError, TypeError) as error:
        raise ValueError(f"no recordings: {error}") from None


def _plain(one: Recording) -> _Recording:
    return _Recording(
        [_Asked(asked.frame, asked.right, _readings(asked)) for asked in one.asked],
        [_lines(conclusion) for conclusion in one.conclusions],
        [_Rule(rule.reader, list(rule.arguments), dict(rule.named)) for rule in one.rules],
        list(one.parts.items()),
        one.cpu_seconds,
    )


def _recording(plain: _Recording) -> Recording:
    return Recording(
        [Asked(one.frame, one.right, [_reading(*reading) for reading in one.readings]) for one in plain.asked],
        [Concluded(LinesDoNotGrow(one.few, one.many), one.answers) for one in plain.conclusions],
        [Rule(one.reader, tuple(one.arguments), one.named) for one in plain.rules],
        dict(plain.parts),
        plain.cpu_seconds,
    )


def _readings(asked: Asked) -> list[tuple[str, PlainLook]]:
    return [(reading.kind, plain_look(reading.look)) for reading in asked.readings]


def plain_look(look: Look | None) -> PlainLook:
    """A look as data; TypeError for one that has no form."""
    match look:
        case None:
            return None
        case IsAsExpected(expectation, of):
            return _AsExpected(_Expectation.of(expectation), of)
        case IsNotDouble(name):
            return _NotDouble(name)
        case LooksUnchanged(expectation):
            return _Unchanged(_Expectation.of(expectation))
    raise TypeError(f"{type(look).__name__} has no form")


def _reading(kind: str, plain: PlainLook) -> Reading:
    return Reading(look_of(plain), kind)


def look_of(plain: PlainLook) -> Look | None:
    """The look that this is."""
    match plain:
        case _AsExpected(expectation, of):
            return IsAsExpected(expectation.expectation(), of)
        case _NotDouble(name):
            return IsNotDouble(name)
        case _Unchanged(expectation):
            return LooksUnchanged(expectation.expectation())
    return None


def _lines(one: Concluded) -> _Lines:
    found = one.conclusion
    if not isinstance(found, LinesDoNotGrow):
        raise TypeError(f"{type(found).__name__} has no form")
    return _Lines(found.few, found.many, one.answers)
