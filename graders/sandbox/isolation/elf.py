"""Which shared libraries an ELF file asks the dynamic loader for, read from its headers."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_NEEDED, _STRING_TABLE, _RPATH, _RUNPATH = 1, 5, 15, 29


@dataclass(frozen=True)
class Linking:
    """The libraries that a file needs by name, the folders in which it looks first, and its loader."""

    needed: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    interpreter: str = ""


def linking(path: Path) -> Linking:
    """What a file needs; nothing if it isn't a 64-bit little-endian ELF file."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except (OSError, struct.error, ValueError):
        return Linking()


class _Segment(NamedTuple):
    """A row of the table of segments: `length` bytes of the file from `start`, which are loaded at `address`."""

    kind: int
    flags: int
    start: int
    address: int
    physical: int
    length: int
    in_memory: int
    alignment: int


def _read(file: BinaryIO) -> Linking:
    header = file.read(64)
    if header[:6] != b"\x7fELF\x02\x01":
        return Linking()
    segments = _segments(file, header)
    entries = [entry for one in segments if one.kind == _DYNAMIC for entry in _entries(file, one)]
    interpreter = _interpreter(file, segments)
    tables = [value for tag, value in entries if tag == _STRING_TABLE]
    if not tables:
        return Linking(interpreter=interpreter)
    texts = partial(_texts, file, _place_in_file(tables[0], segments), entries)
    folders = ":".join(texts(_RPATH, _RUNPATH)).split(":")
    return Linking(tuple(texts(_NEEDED)), tuple(filter(None, folders)), interpreter)


def _interpreter(file: BinaryIO, segments: Iterable[_Segment]) -> str:
    """The loader, if one is named."""
    named = [_at(file, one.start, one.length) for one in segments if one.kind == _INTERPRETER]
    return named[-1].rstrip(b"\0").decode() if named else ""


def _texts(file: BinaryIO, table: int, entries: Iterable[tuple[int, int]], *tags: int) -> list[str]:
    """What the entries with these tags refer to, in the table of strings at this place of the file."""
    return [_text(file, table + value) for tag, value in entries if tag in tags]


def _segments(file: BinaryIO, header: bytes) -> list[_Segment]:
    offset, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
    return [_Segment(*struct.unpack_from("<IIQQQQQQ", _at(file, offset + i * size, 56))) for i in range(count)]


def _entries(file: BinaryIO, segment: _Segment) -> list[tuple[int, int]]:
    """The dynamic section: tag and value."""
    return list(struct.iter_unpack("<QQ", _at(file, segment.start, segment.length)))


def _place_in_file(address: int, segments: Iterable[_Segment]) -> int:
    """Where the file holds what is loaded at an address."""
    loaded = [one for one in segments if one.kind == _LOAD and 0 <= address - one.address < one.length]
    if not loaded:
        raise ValueError(address)
    return loaded[0].start + address - loaded[0].address


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _text(file: BinaryIO, offset: int) -> str:
    return _at(file, offset, 4096).split(b"\0", 1)[0].decode()
