"""Reads regular files and no others: a pipe would keep whoever reads it waiting, a device never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MAX_BYTES = 64 << 20
MAX_SOURCE = 512 * 1024
"""Bytes of source code in a file, or in all cells of a notebook: its tree takes several hundred times as much memory.
Nobody writes as much by hand."""


def beginning(path: Path, most: int = MAX_SOURCE) -> bytes:
    """The file's content as far as it is read: of a longer one a byte more than `most`."""
    with path.open("rb") as file:
        return file.read(most + 1)


def read_ordinary(path: Path, most: int = MAX_BYTES) -> bytes:
    """The file's content; OSError, with the reason, for what is not a regular file or has more than `most` bytes.

    What it is is asked of what was opened, so nothing can be put in its place in between.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it has more than {most} bytes", str(path))
    return content
