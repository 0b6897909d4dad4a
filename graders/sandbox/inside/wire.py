"""The language of the wire: plain data to bytes and back.

One frame is `length, header length, header, blobs`: both lengths are unsigned 32-bit big-endian, the header is JSON,
and the blobs are the raw bytes of the arrays that the header names. Only plain data crosses: None, bool, int,
float, str, list, dict, references and arrays.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

MAX_FRAME = 64 * 1024 * 1024
MAX_HEADER = 8 * 1024 * 1024
MAX_DIMENSIONS = 32
MAX_TEXT = 2000
MAX_TYPE_NAME = 200

STAND_IN = "stand-in"
"""Begins a message in which the worker asks what a stand-in does."""
SLOW = "slow"
"""Begins one in which it tells where the code is that computes for long, unasked."""
LATE = "late"
"""Begins one in which it tells where the code is when an answer hasn't come for long by the clock: it may wait, or the
machine be busy."""
MAX_FUNCTIONS = 16
"""Of the submission, innermost first, that such a message names."""

Message = list[object]
"""What a frame carries: its kind, or what was read, comes first."""

_LENGTHS = struct.Struct(">II")
_NUMERIC_DTYPE = re.compile(r"[<>|=]?(b1|i[1248]|u[1248]|f(2|4|8|16)|c(8|16|32))")


class ProtocolError(Exception):
    """The bytes on the wire are not a message of this protocol."""


class Reference:
    """A value that stays in the worker; on the wire it is the number of its slot."""

    __slots__ = ("slot",)

    def __init__(self, slot: int) -> None:
        self.slot = slot


class Opaque:
    """A value of a type that doesn't travel: only the name of its type does."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class HasItems(Protocol):
    """A dict, whatever its keys."""

    def items(self) -> Iterable[tuple[object, object]]:
        """Its keys with their values."""


class Mapped:
    """A dict on its way over the wire, where a JSON object always means one of the tags below."""

    __slots__ = ("pairs",)

    def __init__(self, mapping: HasItems) -> None:
        self.pairs = [[key, value] for key, value in mapping.items()]


class Named:
    """A tuple's items or a matrix' numbers, with the name of their type: they arrive as a list or an array."""

    __slots__ = ("content", "type_name")

    def __init__(self, type_name: str, content: object) -> None:
        self.type_name = type_name
        self.content = content


class Items(list):  # type: ignore[type-arg]
    """A list that was a tuple where it came from."""


class Matrix(np.ndarray):
    """An array that was an np.matrix where it came from."""


def travels(dtype: np.dtype) -> bool:
    """Whether an array of this dtype has a place on the wire: it holds numbers."""
    return _NUMERIC_DTYPE.fullmatch(dtype.str) is not None


def type_name_of(value: object) -> str:
    """What is told of a value that doesn't travel."""
    if isinstance(value, Opaque):
        return value.type_name
    if isinstance(value, np.ndarray | np.generic):
        return f"ndarray of dtype {value.dtype}"[:MAX_TYPE_NAME]
    return str(type(value).__name__)[:MAX_TYPE_NAME]


# --- to bytes -----------------------------------------------------------------------------------------------------


def encode(message: object) -> bytes:
    """The frame that carries `message`: plain data in which dicts are `Mapped`. ProtocolError over the limits."""
    blobs: list[bytes] = []
    try:
        header = json.dumps(message, separators=(",", ":"), default=_tagger(blobs)).encode()
    except (ValueError, RecursionError, OverflowError) as error:
        raise ProtocolError(f"a value can't be sent: {type(error).__name__}") from None
    total = 4 + len(header) + sum(map(len, blobs))
    if total > MAX_FRAME or len(header) > MAX_HEADER:
        raise over_the_limit(total)
    return b"".join([_LENGTHS.pack(total, len(header)), header, *blobs])


def over_the_limit(size: int) -> ProtocolError:
    """Why a message of this many bytes isn't sent or read."""
    return ProtocolError(f"a message of {size} bytes is over the limit of {MAX_FRAME}")


def _tagger(blobs: list[bytes]) -> Callable[[object], dict[str, object]]:
    def tagged(value: object) -> dict[str, object]:
        if isinstance(value, np.ndarray | np.generic):
            array = np.asarray(value)
            if travels(array.dtype):
                raw = np.ascontiguousarray(array).tobytes()
                blobs.append(raw)
                return {"a": [array.dtype.str, list(array.shape), len(raw)]}
        elif isinstance(value, Reference):
            return {"r": value.slot}
        elif isinstance(value, Mapped):
            return {"d": value.pairs}
        elif isinstance(value, Named):
            return {"n": [value.type_name, value.content]}
        return {"o": type_name_of(value)}

    return tagged


# --- and back -----------------------------------------------------------------------------------------------------


def decode(payload: bytes) -> object:
    """The message in a frame's payload (what follows its length); ProtocolError for anything that isn't one."""
    try:
        (header_length,) = struct.unpack_from(">I", payload)
        if header_length > MAX_HEADER or 4 + header_length > len(payload):
            raise ProtocolError("the header is longer than its message")
        tags = _Tags(payload, 4 + header_length)
        message: object = json.loads(payload[4 : 4 + header_length], object_pairs_hook=tags.value)
    except ProtocolError:
        raise
    except (ValueError, TypeError, KeyError, struct.error, RecursionError, OverflowError, MemoryError) as error:
        raise ProtocolError(f"unreadable message: {type(error).__name__}") from None
    if tags.offset != len(payload):
        raise ProtocolError("bytes are left over after the last array")
    return message


class _Tags:
    """Turns each JSON object back into what it stands for; arrays take their bytes in the order of the header."""

    def __init__(self, payload: bytes, offset: int) -> None:
        self.payload = payload
        self.offset = offset

    def value(self, pairs: list[tuple[str, object]]) -> object:
        match pairs:
            case [("a", [dtype, shape, length])]:
                return self.array(dtype, shape, length)
            case [("r", content)] if type(content) is int:
                return Reference(content)
            case [("o", str(content))]:
                return Opaque(content.encode(errors="replace").decode())  # no lone surrogates: a report has to hold it
            case [("n", ["tuple", list(content)])]:
                return Items(content)
            case [("n", ["matrix", np.ndarray() as content])]:
                return content.view(Matrix)
            case [("d", list(content))]:
                return {_plain_key(key): value for key, value in content}
        raise ProtocolError("unknown kind of value")

    def array(self, dtype: object, shape: object, length: object) -> np.ndarray:
        if type(dtype) is not str or not _NUMERIC_DTYPE.fullmatch(dtype):
            raise ProtocolError("an array of a dtype that doesn't travel")
        if not isinstance(shape, list) or not _are_sizes([*shape, length]) or len(shape) > MAX_DIMENSIONS:
            raise ProtocolError("an array whose bytes don't fill its shape")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if length != size:
            raise ProtocolError("an array whose bytes don't fill its shape")
        raw = self.payload[self.offset : self.offset + size]
        if len(raw) != size:
            raise ProtocolError("an array is cut short")
        self.offset += size
        return np.frombuffer(raw, dtype=dtype).reshape(shape).copy()


def _are_sizes(numbers: Iterable[object]) -> bool:
    return all(type(number) is int and number >= 0 for number in numbers)


def _plain_key(key: object) -> object:
    if not isinstance(key, None | bool | int | float | str):
        raise ProtocolError("a dict's key is not plain")
    return key


# --- frames -------------------------------------------------------------------------------------------------------


def read_frame(receive: Callable[[int], bytes]) -> bytes | None:
    """One frame's payload from a blocking `receive(count)`; None at the end of the stream."""
    start = _exactly(receive, 4)
    if start is None:
        return None
    (length,) = struct.unpack(">I", start)
    if length > MAX_FRAME:
        raise over_the_limit(length)
    return _exactly(receive, length)


def _exactly(receive: Callable[[int], bytes], count: int) -> bytes | None:
    chunks = []
    while count:
        chunk = receive(min(count, 1 << 20))
        if not chunk:
            return None
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)
