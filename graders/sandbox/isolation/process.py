"""A worker as an ordinary process: limits, its own folder and, where gradmark is root, its own user."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from graders.sandbox.inside import landlock
from graders.sandbox.isolation.confinement import rules
from graders.sandbox.isolation.limits import OWN_PROCESSES, SHARED_PROCESSES
from graders.sandbox.isolation.place import Plan, command, environment
from graders.sandbox.isolation.users import own_user, readable_by_all, remove_all_of, remove_folder, tasks_of
from graders.sandbox.isolation.view import interpreter, standard_library

_PATIENCE = 10.0


class ProcessSandbox:
    """A worker with its keeper; `root` is where it sees the submission."""

    def __init__(self, plan: Plan) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gradmark-worker-"))
        packages, place = self._folder / "packages", self._folder / "place"
        self.root = place / "submission"
        self._user = user = own_user()
        packages.mkdir()
        place.mkdir()
        for name, path in plan.parts.items():
            (packages / name).symlink_to(path)
        shutil.copytree(plan.submission, self.root)
        if user is not None:
            _give(place, user)
            self._folder.chmod(0o755)
        processes = OWN_PROCESSES if user is not None else tasks_of(os.getuid()) + SHARED_PROCESSES
        plan = replace(plan, limits=replace(plan.limits, processes=processes))
        needed = [self._folder, interpreter(), standard_library(), *plan.parts.values()]
        order = {
            "rules": rules([packages, *plan.parts.values()], [place]) if landlock.version() else [],
            "keeper": True,
            "alone": user is not None,
            "user": user,
            "reads_anything": user is not None and not readable_by_all(needed),
            "source": "",
        }
        self.process = subprocess.Popen(
            command(plan, str(packages), str(self.root), **order),
            pass_fds=[plan.control],
            cwd=self.root,
            env=environment(str(place)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ending(self, seconds: float) -> dict[str, int]:
        """How the worker ended, if it does within this many seconds: the status, or the signal."""
        code = self.process.wait(seconds)
        return {"signal": -code} if code < 0 else {"exit": code}

    def end(self) -> None:
        """End the worker and everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)  # student code of the same user may have stopped it
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_PATIENCE)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        remove_folder(self._folder)
        if self._user is not None:
            remove_all_of(self._user)


def _give(folder: Path, user: int) -> None:
    os.chown(folder, user, user)
    for path in folder.rglob("*"):
        os.chown(path, user, user, follow_symlinks=False)
