"""What every attack is watched with: orphans come to this process, and temporary folders lie in one of their own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

_SUBREAPER = 36
IN_MEMORY = Path("/dev/shm")


def children() -> set[int]:
    """This process's children that haven't ended."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text("ascii", "replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(path.parent.name))
    return found


def outlived(before: set[int], patience: float = 30.0) -> set[int]:
    """The children that are new; what has been killed is given the time that the kernel takes."""
    end = time.monotonic() + patience
    while (left := children() - before) and time.monotonic() < end:
        time.sleep(0.01)
    return left


def in_shared_places() -> set[str]:
    """What workers' own users have left where everybody may leave something."""
    found = set()
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run/lock"):
        for path in Path(folder).iterdir() if Path(folder).is_dir() else []:
            with contextlib.suppress(OSError):
                if USERS[0] <= path.lstat().st_uid <= USERS[1]:
                    found.add(str(path))
    for kind in ("shm", "sem", "msg"):
        table = Path("/proc/sysvipc", kind)
        header, *rows = table.read_text("ascii").splitlines() if table.exists() else [""]
        creators = [int(row.split()[header.split().index("cuid")]) for row in rows]
        found |= {f"{kind} of {user}" for user in creators if USERS[0] <= user <= USERS[1]}
    return found


USERS = (61184, 65519)


@pytest.fixture
def left_behind() -> Iterator[set[int]]:
    """To be filled with what has outlived the attack."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before = children()
    left: set[int] = set()
    yield left
    for pid in children() - before:
        os.kill(pid, signal.SIGKILL)
    ctypes.CDLL(None).prctl(_SUBREAPER, 0, 0, 0, 0)


@pytest.fixture
def machine() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder without a disk below it, where there is one: for a hundred thousand files."""
    with tempfile.TemporaryDirectory(prefix="hostile-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def temporary(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for everything temporary of the run."""
    folder = machine / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def places(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What an attack is told of the machine; a server listens on the port."""
    monkeypatch.setenv("SECRET_OF_THE_MARKER", "secret")
    for name in ("home", "class", "outside"):
        (machine / name).mkdir()
    (machine / "home" / "diary.txt").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "home": str(machine / "home"),
            "repository": str(ROOT),
            "original": str(machine / "class" / "submission"),
            "outside": str(machine / "outside"),
            "port": str(server.getsockname()[1]),
        }
