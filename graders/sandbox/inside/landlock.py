"""Linux's Landlock: a process and all that it starts may use these files, connect to nothing and signal nobody else.

It takes nothing but the kernel, 5.13 or newer, and holds whoever the process runs as and whatever rights it keeps.
landlock(7) has the numbers.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from functools import cache

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
"""System calls, of the same numbers on every processor."""
_VERSION_FLAG, _BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = (1 << bit for bit in range(4))
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
"""The rights that a rule for a single file may have; all others are of folders."""
READ = _EXECUTE | _READ_FILE | _READ_FOLDER
LIST = _READ_FOLDER
WRITE = (1 << 16) - 1 & ~_DEVICE_CONTROL
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights over files each version of Landlock knows; later ones know as many as 5."""
_CONNECTIONS = 0b11
"""TCP: to bind a port, to connect to one. From version 4 on."""
_OTHERS = 0b11
"""Abstract sockets and signals of processes that aren't under these rules. From version 6 on."""


@cache
def version() -> int:
    """Which Landlock the kernel has; 0 if none."""
    if sys.platform != "linux":  # elsewhere the numbers are other calls
        return 0
    try:
        found = _call(_CREATE, None, 0, _VERSION_FLAG)
    except OSError:
        return 0
    return found


def confine(rules: Iterable[tuple[str, int]]) -> None:
    """Take away all rights over files that these rules, each a path and its rights, don't give; for good.

    Paths that aren't there are left out. OSError if the kernel doesn't do it; the caller may then run no student code.
    """
    known = (1 << _RIGHTS[min(version(), max(_RIGHTS))]) - 1
    attributes = struct.pack("QQQ", known, _CONNECTIONS if version() >= 4 else 0, _OTHERS if version() >= 6 else 0)
    size = 8 if version() < 4 else 16 if version() < 6 else 24
    ruleset = _call(_CREATE, attributes, size, 0)
    try:
        for path, rights in rules:
            _add(ruleset, path, rights & known)
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _add(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        _call(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    done = library.syscall(number, *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(done)
