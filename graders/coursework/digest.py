"""What a submission's content is, in one number: of the names and bytes that are marked, and of nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from graders import UsageError
from graders.coursework.submission import LEFT_OUT, MAX_BYTES, MAX_FILES, readable


def digest(path: Path) -> str:
    """Of an archive's bytes, or of a folder's regular files, wherever it is; UsageError where one can't be read."""
    found = hashlib.sha256()
    count = size = 0
    with readable(path):
        for name, file in _files(path):
            count, size = count + 1, size + file.stat().st_size
            if path.is_dir() and (count > MAX_FILES or size > MAX_BYTES):
                limit = f"{MAX_FILES} files and {MAX_BYTES >> 20} MiB"
                raise UsageError(f"{path} is larger than a submission may be ({limit}): leave data out")
            with file.open("rb") as opened:
                inner = hashlib.file_digest(opened, "sha256").digest()
            found.update(len(name).to_bytes(8) + name + inner)
    return found.hexdigest()


def _files(path: Path) -> Iterator[tuple[bytes, Path]]:
    """Every file under its name in the folder, in an order that depends on the names alone."""
    if not path.is_dir():
        yield b"", path
        return
    found = {}
    for here, folders, files in os.walk(path):
        folders[:] = [name for name in folders if name not in LEFT_OUT and not (Path(here) / name).is_symlink()]
        for file in (Path(here) / name for name in files):
            if file.is_file() and not file.is_symlink():
                found[os.fsencode(file.relative_to(path))] = file
    yield from sorted(found.items())
