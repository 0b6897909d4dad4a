"""The user that the worker runs as: where gradmark is root, an unused user id that owns nothing; else the same user."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

_FIRST, _LAST = 61184, 65519
"""The range that Linux distributions keep for users who exist only while a service runs."""
_counter = itertools.count()


def own_user() -> int | None:
    """A user id that nobody else has, another one for each worker; None where gradmark isn't root or may not do that.

    As nobody's neighbour the worker can send signals to itself alone, and the kernel counts its processes alone.
    """
    if os.geteuid() != 0 or not _may_change_users():
        return None
    span = _LAST - _FIRST + 1
    for _ in range(span):
        user = _FIRST + (os.getpid() * 7 + next(_counter)) % span
        if not _known(user) and user not in _running():
            return user
    return 65534


_NEEDED_RIGHTS = 1 << 0 | 1 << 6 | 1 << 7
"""To give files away, to change groups, to change users."""


def _may_change_users() -> bool:
    """Whether root may do so here: in a container it may be without the right, or the users not be there."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
        spans = [line.split() for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    except OSError:
        return True
    rights = int(re.search(r"^CapEff:\s*(\w+)", status, re.MULTILINE)[1], 16)  # type: ignore[index]
    there = any(int(first) <= _FIRST and int(first) + int(count) > _LAST for first, _, count in spans)
    return there and rights & _NEEDED_RIGHTS == _NEEDED_RIGHTS


def _known(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _running() -> set[int]:
    """The users of all processes, where /proc tells."""
    return {user for user, _ in _processes()}


def tasks_of(user: int) -> int:
    """How many threads a user has now, as the kernel counts them against its limit."""
    return sum(threads for owner, threads in _processes() if owner == user)


def _processes() -> Iterable[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            yield path.stat().st_uid, len(os.listdir(path / "task"))  # noqa: PTH208 - names alone, and many of them
        except OSError:
            continue


_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
"""Where every user may put files."""
_REMOVE = 0
_SYSTEM_V = {"shm": ("shmctl", (_REMOVE, None)), "sem": ("semctl", (0, _REMOVE)), "msg": ("msgctl", (_REMOVE, None))}
"""The kernel's memory segments, semaphores and queues, and what removes one after its number."""


def remove_all_of(user: int) -> None:
    """Take away what a user of ours, whose processes have ended, has left where everybody may leave something.

    Else it would stay for good, and belong to the next worker that is this user.
    """
    if not _FIRST <= user <= _LAST:
        return
    for folder in dict.fromkeys([*_OPEN_TO_ALL, tempfile.gettempdir()]):
        with contextlib.suppress(OSError):
            for path in Path(folder).iterdir():
                _remove_if_of(user, path)
    for kind, (control, arguments) in _SYSTEM_V.items():
        with contextlib.suppress(OSError):
            header, *rows = Path("/proc/sysvipc", kind).read_text("ascii").splitlines()
            creator = header.split().index("cuid")
            for columns in map(str.split, rows):
                if int(columns[creator]) == user:
                    getattr(ctypes.CDLL(None), control)(int(columns[1]), *arguments)


def _remove_if_of(user: int, path: Path) -> None:
    with contextlib.suppress(OSError):
        about = path.lstat()
        if about.st_uid != user:
            return
        if stat.S_ISDIR(about.st_mode):
            remove_folder(path)
        else:
            path.unlink()


def remove_folder(folder: Path) -> None:
    """Take a folder away whatever student code has made in it: folders without rights, or thousands in each other."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
    if folder.exists():
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(folder)], stderr=subprocess.DEVNULL, check=False)


def readable_by_all(paths: Iterable[Path]) -> bool:
    """Whether every user can get to these files and folders: Python may be in root's home."""
    return all(_open_to_all(path.resolve()) for path in paths)


def _open_to_all(path: Path) -> bool:
    mode = path.stat().st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & wanted == wanted and all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
