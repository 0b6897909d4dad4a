"""Files and folders that are named on the command line: what can't be used is reported before the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from graders import UsageError
from graders.coursework.whole_file import replaceable, write_whole


def must_be_writable(file: str | Path | None) -> None:
    """Said before the work, not after it. `-`, which a str may be, is standard output."""
    if file is None or file == "-":
        return
    if str(file) in ("-", ""):
        raise UsageError("give a file's name" if file == "" else "only --json - prints the result: give a file")
    folder = Path(file).parent
    if not folder.is_dir() or Path(file).is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"{file} can't be written: give a file in an existing folder")


def must_differ(written: Iterable[Path], read: Iterable[Path] = ()) -> None:
    """A file that is written to twice would hold one result, and what is read isn't to be lost; a device takes both."""
    known = {path.resolve() for path in read}
    for path in written:
        file = path.resolve()
        if file in known and replaceable(file):
            raise UsageError(f"{path} is given twice: give each file that is written another name")
        known.add(file)


def must_be_new(folder: Path) -> None:
    """What is there already is not written over."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists already: give a new or an empty folder")


def must_be_instructors(keys: Path | None, data: Path | None) -> None:
    """UsageError where the folder of keys or the one of images to train on isn't there, or the images can't be used."""
    for folder in (keys, data):
        if folder is not None and not folder.is_dir():
            raise UsageError(f"there is no folder {folder}")
    if data is not None:
        from graders.coursework.data import load

        load(data)


def save(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all; UsageError where that can't be done."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror})") from None


def write_json(record: object, file: str) -> None:
    """Write it, readable for people too, to a file or, with `-`, to standard output."""
    content = msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
    if file != "-":
        save(Path(file), content)
        return
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
