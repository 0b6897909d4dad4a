"""A cache of what was read from packs: enough to recognise a submission and to list its checks.

All of them are asked that at each run, and they seldom change. What is kept of a pack goes by its folder, and counts
for as long as no file of it and none of gradmark's own has another size or time: Python does the same with what it
compiles. Whoever can write there decides what is marked, so a folder is used only where student code can't.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import msgspec

import graders
from graders.coursework.bundled import bundled
from graders.coursework.newest import keep_newest
from graders.coursework.packs.layers import Heading
from graders.coursework.rubric import RubricFile
from graders.coursework.whole_file import write_whole

SUFFIX = ".pack"
MAX_BYTES = 1 << 20
"""Of one file."""
MAX_FILES = 128
"""Packs of other folders, those of pipelines' tests say, aren't kept for ever."""
_ROOMS = ("checking", "coursework", "gradcheck", "judging")
"""The rooms of gradmark's own that components are made with."""
_FOLDER: ContextVar[Path | None] = ContextVar("the folder of what is kept of packs", default=None)


class Listing(msgspec.Struct, frozen=True):
    """What a component lists: its checks' titles in their order, which of them warn, and what they ask for."""

    titles: dict[str, str]
    advisory: list[str]
    module: str
    names: list[str]


class Kept(msgspec.Struct, frozen=True):
    """A pack as it was read: all its folders and the state that they were in, and what its files said."""

    folders: list[str]
    state: str
    heading: Heading
    rubric: RubricFile
    components: dict[str, Listing]


@contextlib.contextmanager
def keeping(folder: Path | None) -> Iterator[None]:
    """Meanwhile packs are read from this folder, and kept in it; None for neither."""
    token = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(token)


def kept(pack: Path) -> Kept | None:
    """What is kept of the pack in a folder; None where that isn't what it says today."""
    file = _file(pack)
    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            found = msgspec.msgpack.decode(opened.read(MAX_BYTES), type=Kept)
        return found if found.folders[:1] == [str(pack)] and found.state == _state_of(found.folders) else None
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def keep(found: Kept) -> None:
    """Keep a pack, if that can be done."""
    file = _file(Path(found.folders[0]))
    content = msgspec.msgpack.encode(found)
    if file is None or not found.state or len(content) > MAX_BYTES:
        return
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(file, content)
        keep_newest(file.parent, f"*{SUFFIX}", MAX_FILES)


def clear(folder: Path) -> None:
    """Delete what is kept there."""
    for file in folder.glob(f"*{SUFFIX}"):
        with contextlib.suppress(OSError):
            file.unlink()


def state(folders: Sequence[Path]) -> str:
    """Which files a pack's folders have now, to be noted before they are read; empty where nothing is kept."""
    if _FOLDER.get() is not None:
        with contextlib.suppress(OSError):
            return _state_of(map(str, folders))
    return ""


def _state_of(folders: Iterable[str]) -> str:
    """Which files these folders and gradmark have, of which sizes and times, in one word."""
    found = hashlib.blake2b(_ours(), digest_size=16)
    for folder in folders:
        _add(found, Path(folder), (".py", ".toml"))
    return found.hexdigest()


@lru_cache(maxsize=1)
def _ours() -> bytes:
    versions = [graders.__version__, sys.version, *map(importlib.metadata.version, ("msgspec", "numpy"))]
    found = hashlib.blake2b("\n".join(versions).encode(), digest_size=16)
    root = Path(graders.__file__).parent
    for folder in (*(root / room for room in _ROOMS), bundled("reference")):
        _add(found, folder, (".py",))
    return found.digest()


def _add(found: hashlib.blake2b, folder: Path, suffixes: Sequence[str]) -> None:
    for path in sorted(_files(str(folder), tuple(suffixes))):
        about = Path(path).stat()
        found.update(os.fsencode(f"{path} {about.st_size} {about.st_mtime_ns}\n"))


def _files(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _files(entry.path, suffixes)
            elif entry.name.endswith(suffixes):
                yield entry.path


def _file(pack: Path) -> Path | None:
    """Where the pack of a folder is kept."""
    place = _FOLDER.get()
    name = hashlib.blake2b(os.fsencode(pack), digest_size=8).hexdigest()
    return place / f"{name}{SUFFIX}" if place is not None else None
