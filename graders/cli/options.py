"""What several commands' options have in common: numbers of processes, files to write."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from graders.errors import UsageError
from graders.whole_file import replaceable, write_whole


def processes(n: str, spare: int = 0) -> int:
    """`-n N|auto`: auto is one for each processor that we may use, and so many to spare."""
    if n == "auto":
        return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) + spare
    if not re.fullmatch("[0-9]{1,3}", n) or not 1 <= int(n) <= 256:
        raise UsageError(f"-n {n}: give a number of processes from 1 to 256, or auto")
    return int(n)


def names(only: list[str] | None) -> list[str]:
    """The sections and checks of `--only`, given once or several times, with commas."""
    found = [name.strip() for value in only or [] for name in value.split(",") if name.strip()]
    if only and not found:
        raise UsageError("--only: name at least one section or check")
    return found


def must_be_writable(file: str | Path | None) -> None:
    """Said before the work, not after it. `-`, which a str may be, is standard output."""
    if file is None or file == "-":
        return
    if str(file) in ("-", ""):
        raise UsageError("give a file's name" if file == "" else "- is no file here: only --json - prints the result")
    folder = Path(file).parent
    if not folder.is_dir() or Path(file).is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"{file} can't be written: give a file in an existing folder")


def must_differ(written: Iterable[Path], read: Iterable[Path] = ()) -> None:
    """A file that is written to twice would hold one result, and what is read isn't to be lost; a device takes both."""
    known = {path.resolve() for path in read}
    for path in written:
        file = path.resolve()
        if file in known and replaceable(file):
            raise UsageError(f"{path} is given twice: each file that is written needs a name of its own")
        known.add(file)


def save(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all; UsageError where that can't be done."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror})") from None
