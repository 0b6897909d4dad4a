"""What a look asks, as bytes and back: plain data, by MessagePack. What is wrong with such bytes is a ValueError."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from graders.checking.looks import IsAsExpected, Look, LooksUnchanged
from graders.marking.recordings.alike import alike
from graders.marking.recordings.form import PlainLook, look_of, plain_look
from graders.marking.suspect.asked import Asked, Reading
from graders.sandbox.inside.packing import pack
from graders.sandbox.inside.wire import Items, Opaque, ProtocolError, Reference, travels

Section = tuple[Mapping[str, Sequence[Asked]], Mapping[frozenset[str], list[object]]]
"""A section's cases by check, and by component, which is a set of checks, the quantities of a right submission."""
_LEVEL = 6
_PLAIN = frozenset({type(None), bool, int, float, str})


class _Reading(msgspec.Struct, array_like=True):
    came: Any
    look: PlainLook


class _Asked(msgspec.Struct, array_like=True):
    operations: list[Any]
    readings: list[_Reading]


class _Section(msgspec.Struct, array_like=True):
    asked: dict[str, list[_Asked]]
    banks: list[tuple[list[str], Any]]


def written(section: Section) -> bytes:
    """A section's cases and quantities; TypeError where one of them isn't available back as it is."""
    asked, banks = section
    plain = {check: [_plain_asked(one) for one in cases] for check, cases in asked.items()}
    found = _Section(plain, [(sorted(checks), _plain(bank)) for checks, bank in banks.items()])
    try:
        return zlib.compress(msgspec.msgpack.encode(found), _LEVEL)
    except (OverflowError, msgspec.MsgspecError) as error:
        raise TypeError(str(error)) from None


def read(content: bytes) -> Section:
    """What was written; ValueError for anything else."""
    try:
        plain = msgspec.msgpack.decode(zlib.decompress(content), type=_Section)
        asked = {check: [_asked(check, one) for one in cases] for check, cases in plain.asked.items()}
        return asked, {frozenset(checks): _back(bank) for checks, bank in plain.banks}
    except (zlib.error, msgspec.MsgspecError, TypeError, KeyError, IndexError) as error:
        raise ValueError(f"no cases of a look: {error}") from None


def _plain_asked(one: Asked) -> _Asked:
    readings = [_Reading(_plain(reading.came), _plain_look(reading.look)) for reading in one.readings]
    found = _Asked(_plain(list(one.operations)), readings)
    again = _asked(one.check, found)
    same = all(alike(other.came, reading.came) for other, reading in zip(again.readings, one.readings, strict=True))
    if not same or _packed(again.operations) != _packed(one.operations):
        raise TypeError(f"{one.check} asks for what can't be kept")
    return found


def _packed(operations: Sequence[Sequence[object]]) -> bytes:
    try:
        return pack(operations)
    except ProtocolError as error:
        raise TypeError(str(error)) from None


def _plain_look(look: Look | None) -> PlainLook:
    """TypeError where the look would lose something: guards are found with the oracle, which isn't kept."""
    if isinstance(look, IsAsExpected | LooksUnchanged):
        origin = look.expectation.wanted.origin
        if origin is not None and origin.guards:
            raise TypeError("an answer that may be guarded is not kept")
    return plain_look(look)


def _asked(check: str, plain: _Asked) -> Asked:
    readings = [Reading(_back(reading.came), look_of(reading.look)) for reading in plain.readings]
    return Asked(check, _back(plain.operations), readings)


def _plain(value: object) -> Any:
    """A value as MessagePack has it: what is plain as it is, anything else as a list that begins with its kind."""
    if type(value) in _PLAIN:
        return value
    match value:
        case Items():
            return ["items", [_plain(item) for item in value]]
        case list():
            return ["list", [_plain(item) for item in value]]
        case tuple():
            return ["tuple", [_plain(item) for item in value]]
        case dict():
            return ["dict", [[_plain(key), _plain(item)] for key, item in value.items()]]
        case Reference():
            return ["reference", value.slot]
        case Opaque():
            return ["opaque", value.type_name]
        case np.ndarray() | np.generic() if travels(value.dtype):
            return ["array", value.dtype.str, list(value.shape), value.tobytes()]
    raise TypeError(f"{type(value).__name__} isn't kept")


_KINDS: Mapping[str, Callable[..., Any]] = {
    "items": lambda items: Items(map(_back, items)),
    "list": lambda items: list(map(_back, items)),
    "tuple": lambda items: tuple(map(_back, items)),
    "dict": lambda pairs: {_back(key): _back(item) for key, item in pairs},
    "reference": Reference,
    "opaque": Opaque,
    "array": lambda dtype, shape, raw: np.frombuffer(raw, dtype).reshape(shape).copy(),
}


def _back(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, *content = plain
    return _KINDS[kind](*content)
