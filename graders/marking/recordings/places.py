"""Where recordings are stored: the user's cache folder, or one that came with a pipeline; and how many are kept."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from graders.marking.recordings.shelf import LOOKS, SUFFIX, Heading, Unusable, heading_of
from graders.sandbox.inside import landlock
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.secrets import why_all_is_told
from graders.sandbox.isolation.users import own_user

MOST_BYTES = 512 << 20
"""Of all that is kept in the cache folder; what wasn't used for longest goes first."""


def cache_folder() -> Path:
    """The user's folder for them."""
    return platformdirs.user_cache_path("gradmark", appauthor=False) / "recordings"


def packs_folder() -> Path:
    """The user's folder for what was read of packs."""
    return cache_folder().with_name("packs")


def trusted(isolation: Isolation, *, secret: bool = False, packages: Sequence[Path] = ()) -> bool:
    """Whether student code can't write what we write; with `secret`, whether it can't read that either.

    In bubblewrap nothing of it is there. A process is another user's, or held by Landlock; else nothing holds it.
    """
    if isolation is Isolation.BUBBLEWRAP:
        return True
    if secret:
        return not why_all_is_told(isolation, packages)
    return own_user() is not None or bool(landlock.version())


@dataclass(frozen=True)
class Stored:
    """The recordings with one key: what they are of, the bytes, and when they were used last, in seconds since 1970."""

    folder: Path
    headings: Sequence[Heading]
    size: int
    used: float


def stored(folder: Path) -> list[Stored]:
    """What is in a folder, the one used last first; what isn't ours is left out."""
    try:
        folders = [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []
    found = [one for path in folders if (one := _stored(path)) is not None]
    return sorted(found, key=lambda one: -one.used)


def clear(folder: Path) -> int:
    """Delete all recordings there; the bytes that were freed."""
    there = stored(folder)
    for one in there:
        _delete(one.folder)
    return sum(one.size for one in there)


def make_room(folder: Path, most: int = MOST_BYTES) -> None:
    """Delete what was used longest ago, beyond this many bytes in all."""
    size = 0
    for one in stored(folder):
        size += one.size
        if size > most:
            _delete(one.folder)


def _stored(folder: Path) -> Stored | None:
    with contextlib.suppress(OSError):
        files = list(folder.glob(f"*{SUFFIX}"))
        size = sum(file.stat().st_size for file in _all_in(folder))
        return Stored(folder, list(_headings(files)), size, folder.stat().st_mtime)
    return None


def _headings(files: Sequence[Path]) -> Iterator[Heading]:
    for file in files:
        with contextlib.suppress(Unusable):
            yield heading_of(file)


def _all_in(folder: Path) -> list[Path]:
    """A key's files: its recordings, and the cases of its looks."""
    return [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{LOOKS}")]


def _delete(folder: Path) -> None:
    for file in _all_in(folder):
        file.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
