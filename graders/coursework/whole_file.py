"""Writes a file whole or not at all: at every moment its old content is there or the new one, whatever happens."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file, or the one that a link points to; OSError where that can't be done, and then nothing changes.

    A device or a pipe is written to as it is.
    """
    target = Path(os.path.realpath(path))
    if not replaceable(target):
        target.write_bytes(content)
        return
    beside = target.with_name(f".gradmark-{os.getpid()}.new")
    try:
        _write_through(beside, content, _mode(target))
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def replaceable(path: Path) -> bool:
    """Whether a path is that of a regular file, or of one that may come to be."""
    return path.is_file() or not path.exists()


def _write_through(path: Path, content: bytes, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(path, flags, 0o666), "wb") as file:  # noqa: PTH123 - Path.open has no such flags
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # else a machine that loses its power could be left with an empty file


def _mode(path: Path) -> int | None:
    """The rights of the file that is there, which the new one gets."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else None
