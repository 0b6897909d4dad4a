"""A worker in bubblewrap: no network, its own namespaces, and only the part of the file system that it needs."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from graders.sandbox.isolation.limits import OWN_PROCESSES, SCRATCH_MIB
from graders.sandbox.isolation.place import Plan, command, environment
from graders.sandbox.isolation.users import own_user
from graders.sandbox.isolation.view import (
    CPU_INFO,
    DEVICES,
    INSTALLED,
    LOADER_CACHE,
    interpreter,
    libraries,
    standard_library,
)

PROGRAM = "bwrap"
_PLACE = "/tmp"
_SUBMISSION = "/submission"
_PACKAGES = "/packages"
_NOBODY = 65534
_PAGE = 4096
_DYING_SECONDS = 5.0
_TRIAL_SECONDS = 10.0


class BubblewrapSandbox:
    """A worker under bubblewrap; `root` is where it sees the submission."""

    root = Path(_PLACE) / "submission"

    def __init__(self, plan: Plan) -> None:
        user = own_user()
        order: dict[str, object] = {
            "keeper": False,
            "alone": True,
            "user": user,
            "reads_anything": False,
            "rules": [],
            "source": _SUBMISSION,
        }
        plan = replace(plan, limits=replace(plan.limits, processes=OWN_PROCESSES))
        alive, kept = os.pipe()
        self._alive = alive
        try:
            binds = [(plan.submission, _SUBMISSION)]
            binds += [(path, f"{_PACKAGES}/{name}") for name, path in plan.parts.items()]
            view = _view(binds, _pages(plan.submission))
            arguments = ["--sync-fd", str(kept), *view, *command(plan, _PACKAGES, str(self.root), **order)]
            self.process = _start(arguments, user, [plan.control, kept])
        finally:
            os.close(kept)

    def ending(self, seconds: float) -> dict[str, int]:
        """How the worker ended, if it does within this many seconds: the status, or the signal."""
        code = self.process.wait(seconds)
        return {"signal": code - 128} if 128 < code < 128 + signal.NSIG else {"exit": code}

    def end(self) -> None:
        """End the namespace: with its first process the kernel ends all others. Wait until they are gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self._alive >= 0:
            select.select([self._alive], [], [], _DYING_SECONDS)
            os.close(self._alive)
            self._alive = -1


@cache
def failure() -> str:
    """Why no worker can run under bubblewrap here; empty if one can."""
    if shutil.which(PROGRAM) is None:
        return f"{PROGRAM} is not installed"
    trial = [*_view([]), str(interpreter()), "-I", "-S", "-c", "pass"]
    try:
        process = _start(trial, own_user(), [], stderr=subprocess.PIPE)
        said = process.communicate(timeout=_TRIAL_SECONDS)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return f"{PROGRAM} did not start within {_TRIAL_SECONDS:g} s"
    except OSError as error:
        return f"{PROGRAM} can't be started ({error.strerror})"
    if process.returncode == 0:
        return ""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"{PROGRAM} ended with status {process.returncode}"


def _pages(folder: Path) -> int:
    """What a copy of a folder takes in memory, in bytes."""
    return sum((path.stat().st_size // _PAGE + 2) * _PAGE for path in folder.rglob("*"))


def _view(binds: Sequence[tuple[Path, str]], held: int = 0) -> list[str]:
    """The file system: Python and its libraries, `binds`, four devices, all to be read only, and one place to write.

    `held` bytes of that are taken from the start.
    """
    library = standard_library()
    read_only = [(interpreter(), str(interpreter())), *libraries(), (library, str(library)), *binds]
    read_only += [(file, str(file)) for file in (LOADER_CACHE, CPU_INFO) if file.exists()]
    installed = [library / name for name in INSTALLED if (library / name).is_dir()]
    above = _above([*DEVICES, *(place for _, place in read_only)])
    scratch = str((SCRATCH_MIB << 20) + held)
    return [
        *("--perms", "1777", "--size", scratch, "--tmpfs", _PLACE),  # first: Python may be in it
        *_each(
            "--perms",
            "0755",
            "--dir",
            over=[(folder,) for folder in above],
        ),
        *_each("--ro-bind", over=read_only),
        *_each("--tmpfs", over=[(folder,) for folder in installed]),
        *_each("--remount-ro", over=[(folder,) for folder in installed]),
        *_each("--dev-bind", over=[(device, device) for device in DEVICES]),
        *("--symlink", _PLACE, "/dev/shm", "--remount-ro", "/", "--chdir", _PLACE, "--clearenv"),
        *_each("--setenv", over=environment(_PLACE).items()),
    ]


def _each(*option: str, over: Iterable[tuple[str | Path, ...]]) -> list[str]:
    """The same option for each of these values."""
    return [str(word) for values in over for word in (*option, *values)]


def _above(places: Sequence[str]) -> list[str]:
    """The folders on the way to these places, outer ones first: bubblewrap would make them its own user's alone."""
    return sorted({str(folder) for place in places for folder in Path(place).parents} - {"/"})


def _start(
    arguments: Sequence[str], user: int | None, descriptors: Sequence[int], stderr: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start bubblewrap. As root it maps a second user into the new namespace, whom the worker becomes."""
    rights = ["--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if user is None:
        return _run([*rights, "--uid", str(_NOBODY), "--gid", str(_NOBODY), *arguments], descriptors, stderr)
    for right in ("CAP_SETUID", "CAP_SETGID"):
        rights += ["--cap-add", right]
    told, telling = os.pipe()
    mapped, mapping = os.pipe()
    try:
        rights += ["--info-fd", str(telling), "--userns-block-fd", str(mapped)]
        process = _run([*rights, *arguments], [*descriptors, telling, mapped], stderr)
        os.close(telling)
        telling = -1
        first = _first_process(told)
        if first is not None:
            for kind in ("uid", "gid"):
                Path(f"/proc/{first}/{kind}_map").write_text(f"0 0 1\n{user} {user} 1\n", "ascii")
            os.write(mapping, b"x")
    finally:
        for descriptor in (told, mapped, mapping, *([telling] if telling >= 0 else [])):
            os.close(descriptor)
    return process


def _run(arguments: Sequence[str], descriptors: Sequence[int], stderr: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [PROGRAM, *arguments],
        pass_fds=descriptors,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    )


def _first_process(told: int) -> int | None:
    """The namespace's first process, as bubblewrap tells it; None if it ended instead."""
    text = b""
    while b"}" not in text:
        chunk = os.read(told, 4096)
        if not chunk:
            return None
        text += chunk
    return int(json.loads(text[: text.index(b"}") + 1])["child-pid"])
