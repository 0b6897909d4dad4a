"""Whether student code is kept from reading what is the instructor's: a folder of keys, a private seed."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from graders import UsageError
from graders.sandbox.inside import landlock
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.place import ENTRY
from graders.sandbox.isolation.users import own_user, readable_by_all
from graders.sandbox.isolation.view import interpreter, standard_library


def must_be_secret(path: Path, isolation: Isolation, packages: Sequence[Path]) -> None:
    """UsageError where a worker that imports these packages could read the folder or file."""
    why = why_all_is_told(isolation, packages)
    if not why and isolation is not Isolation.BUBBLEWRAP and _can_be_read(path.resolve()):
        why = f"chmod {'700' if path.is_dir() else '600'} {path}"
    if why:
        raise UsageError(f"student code could read {path}: {why}")


def why_all_is_told(isolation: Isolation, packages: Sequence[Path]) -> str:
    """Why a worker that imports these packages could read whatever the process that marks can; empty if it couldn't.

    In bubblewrap nothing is there to read. A process has to be another user's, and one without the right to read all:
    it keeps that right where Python or a package is root's alone to read, and is held by nothing but Landlock then.
    """
    if isolation is Isolation.BUBBLEWRAP:
        return ""
    if own_user() is None:
        return "it runs as the user who marks: mark as root, or in bubblewrap"
    needed = [Path(tempfile.gettempdir()), interpreter(), standard_library(), ENTRY, *packages]
    if not readable_by_all(needed) and not landlock.version():
        return "Python is root's alone to read, so it keeps the right to read all: install Python elsewhere"
    return ""


def _can_be_read(path: Path) -> bool:
    folders = path.parents if path.is_file() else (path, *path.parents)
    entered = all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)
    return entered and (not path.is_file() or bool(path.stat().st_mode & stat.S_IROTH))
