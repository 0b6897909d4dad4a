"""Files that several runs add to, perhaps at the same time, without losing each other's rows or what was there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graders import UsageError
from graders.cli.files import save
from graders.coursework.record import Report


def must_be_usable(path: Path, check: Callable[[str], None]) -> None:
    """UsageError where the file is there, and holds what nothing can be added to."""
    with naming(path):
        check(_held(path))


def update(path: Path, add: Callable[[str, Report], str], report: Report) -> None:
    """Put the file with this report in place of the one that was there."""
    file = path.resolve()
    with naming(path), _locked(file.parent):
        new = file.with_name(f".{file.name}.{os.getpid()}")
        save(new, add(_held(file), report).encode())
        if file.exists():
            shutil.copymode(file, new)
        new.replace(file)


def _held(path: Path) -> str:
    """What a file holds; nothing where there is none."""
    if not path.exists():
        return ""
    if not path.is_file():
        raise UsageError("it is not a regular file")
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(f"it can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError("it is not UTF-8 text") from None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """UsageErrors inside begin with the file's name."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    import fcntl  # not on every platform, and only needed here

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
