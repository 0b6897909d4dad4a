"""A submission, or an instructor's folder, as bytes that travel to another machine, and back into files there.

What is marked travels: regular files with their names and content, bytes that aren't UTF-8 included. Links in a
submission stay behind, and of a folder that is left out (`.git`, `venv`) only its name goes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from graders import UsageError
from graders.coursework.submission import LEFT_OUT, MAX_DEPTH, MAX_FILES

MAX_BYTES = 256 * 1024 * 1024
"""Of one parcel: the scheduler and a worker hold it in memory whole."""


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """A folder's folders and files by their names in it; or one file, whose name in itself is empty."""

    name: bytes
    folders: list[bytes]
    files: list[tuple[bytes, bytes]]


def pack(path: Path, *, follow: bool = False) -> bytes:
    """A file or folder as bytes; UsageError where it can't be read or is too large. `follow`: links to files go too."""
    folders = []
    files = []
    left = MAX_BYTES
    for name, file in _inside(path, follow) if path.is_dir() else [(b"", path)]:
        if file is None:
            folders.append(name)
        else:
            content = _read(file, left)
            left -= len(content)
            files.append((name, content))
        if left < 0 or len(folders) + len(files) > MAX_FILES:
            limit = f"{MAX_FILES} files and {MAX_BYTES >> 20} MiB"
            raise UsageError(
                f"{path} is more than travels to a cluster ({limit}): leave data out, or go without --scheduler"
            )
    return msgspec.msgpack.encode(Parcel(os.fsencode(path.name), folders, files))


def unpack(content: bytes, place: Path) -> Path:
    """Write what was packed into `place`, under its own name; ValueError for what would lie elsewhere."""
    parcel = msgspec.msgpack.decode(content, type=Parcel)
    root = place / _name(parcel.name)
    if [name for name, _ in parcel.files] == [b""]:
        root.write_bytes(parcel.files[0][1])
        return root
    root.mkdir()
    for name in parcel.folders:
        (root / _name(name)).mkdir(parents=True, exist_ok=True)
    for name, bytes_ in parcel.files:
        (root / _name(name)).write_bytes(bytes_)
    return root


def _inside(folder: Path, follow: bool) -> Iterator[tuple[bytes, Path | None]]:
    """The names in a folder, each folder before what is in it; with a file, where it is."""
    for place, folders, files in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not (here / name).is_symlink())
        yield from ((_relative(here / name, folder), None) for name in folders)
        yield from ((_relative(file, folder), file) for file in _ordinary(here, files, follow))
        too_deep = len(here.relative_to(folder).parts) >= MAX_DEPTH
        folders[:] = [] if too_deep else [name for name in folders if name not in LEFT_OUT]


def _ordinary(folder: Path, names: Iterable[str], follow: bool) -> list[Path]:
    paths = [folder / name for name in sorted(names)]
    return [path for path in paths if path.is_file() and (follow or not path.is_symlink())]


def _relative(path: Path, folder: Path) -> bytes:
    return os.fsencode(path.relative_to(folder))


def _read(file: Path, most: int) -> bytes:
    """One byte more than there is room for shows that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise UsageError(f"{file} can't be read ({error.strerror})") from None


def _name(name: bytes) -> Path:
    path = PurePosixPath(os.fsdecode(name))
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name[:80]!r} is no name in a parcel")
    return Path(path)
