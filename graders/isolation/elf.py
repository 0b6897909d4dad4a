"""Which shared libraries an ELF file asks the dynamic loader for, read from its headers."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

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


def _read(file: BinaryIO) -> Linking:
    header = file.read(64)
    if header[:6] != b"\x7fELF\x02\x01":
        return Linking()
    offset, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", _at(file, offset + i * size, 56)) for i in range(count)]
    loaded = [(start, address, length) for kind, _, start, address, _, length, *_ in segments if kind == _LOAD]
    entries: list[tuple[int, int]] = []
    interpreter = ""
    for kind, _, start, _, _, length, *_ in segments:
        if kind == _DYNAMIC:
            entries = list(struct.iter_unpack("<QQ", _at(file, start, length)))
        elif kind == _INTERPRETER:
            interpreter = _at(file, start, length).rstrip(b"\0").decode()
    tables = [value for tag, value in entries if tag == _STRING_TABLE]
    if not tables:
        return Linking(interpreter=interpreter)
    table = next(start + tables[0] - address for start, address, length in loaded if 0 <= tables[0] - address < length)

    def texts(*tags: int) -> list[str]:
        return [_text(file, table + value) for tag, value in entries if tag in tags]

    folders = [folder for text in texts(_RPATH, _RUNPATH) for folder in text.split(":") if folder]
    return Linking(tuple(texts(_NEEDED)), tuple(folders), interpreter)


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


def _text(file: BinaryIO, offset: int) -> str:
    return _at(file, offset, 4096).split(b"\0", 1)[0].decode()
