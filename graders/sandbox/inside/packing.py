"""Batches of operations, which only the trusted side sends: marshalled, which is read several times as fast as JSON.

The worker has no reason to doubt them; nothing that a worker says is ever read this way. Plain values, lists and dicts
stand for themselves, a tuple for what isn't plain: `(slot,)` for a reference, `(dtype, shape, bytes)` for an array,
`((item, ...),)` for a tuple, `(name,)` for a type that doesn't travel.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from .wire import MAX_FRAME, Mapped, ProtocolError, Reference, over_the_limit, travels, type_name_of

Operation = Sequence[object]
"""Its kind, then its operands."""
Packed = object
"""What `packed` gives: plain values, and the tuples above."""

_PLAIN = frozenset({type(None), bool, int, float, str})
_WITHOUT_REFERENCES = 2
"""marshal's version: from the next on, bytes depend on which equal objects are the same one."""


def pack(batch: Iterable[Operation]) -> bytes:
    """The frame of a batch of operations, the same for equal batches; ProtocolError over the limit."""
    try:
        payload = marshal.dumps(list(map(_list, batch)), _WITHOUT_REFERENCES)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a value can't be sent: {type(error).__name__}") from None
    if len(payload) > MAX_FRAME:
        raise over_the_limit(len(payload))
    return struct.pack(">I", len(payload)) + payload


def unpack(payload: bytes) -> list[list[Packed]]:
    """The batch in a frame's payload; whoever carries it out resolves its operands."""
    try:
        batch: list[list[Packed]] = marshal.loads(payload)
    except (ValueError, EOFError, TypeError) as error:
        raise ProtocolError(f"unreadable batch: {type(error).__name__}") from None
    return batch


def packed(value: object) -> Packed:
    """A value as marshal takes it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    special = _SPECIAL.get(kind)
    return special(value) if special is not None else _other(value)


def _list(value: Iterable[object]) -> Packed:
    return [item if type(item) in _PLAIN else packed(item) for item in value]  # most are plain: no call for these


def _tuple(value: Iterable[object]) -> Packed:
    return (tuple(packed(item) for item in value),)


def _dict(value: Mapping[object, object]) -> Packed:
    return {_key(key): packed(item) for key, item in value.items()}


def _mapped(value: Mapped) -> Packed:
    return {_key(key): packed(item) for key, item in value.pairs}


def _key(key: object) -> Packed:
    """A dict's key; a NumPy number as the plain one that it is equal to, for an array can't be a key."""
    if isinstance(key, tuple):
        return (tuple(map(_key, key)),)
    return packed(key.item() if isinstance(key, np.generic) else key)


def _array(value: np.ndarray) -> Packed:
    array = np.asarray(value)
    return (array.dtype.str, array.shape, array.tobytes()) if travels(array.dtype) else (type_name_of(array),)


_SPECIAL: dict[type, Callable[..., Packed]] = {
    list: _list,
    tuple: _tuple,
    dict: _dict,
    Mapped: _mapped,
    Reference: lambda value: (value.slot,),
    np.ndarray: _array,
}


def _other(value: object) -> Packed:
    """A value of a class derived from what travels as what it derives from; else the name of its type."""
    if isinstance(value, np.ndarray | np.generic) and not isinstance(value, float | str):
        return _array(np.asarray(value))
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)
    for container in (list, tuple, dict):
        if isinstance(value, container):
            return _SPECIAL[container](value)
    return (type_name_of(value),)
