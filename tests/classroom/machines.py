"""A Dask scheduler and workers as processes of this machine, at ports that the system chooses."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.support import ROOT

LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")


@dataclass
class Machines:
    """`folder` has the scheduler's address, and for each worker a folder with everything that is temporary there."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.running[0]

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.running[1:]

    @property
    def address(self) -> str:
        """As soon as the scheduler has written it."""
        while True:
            with contextlib.suppress(OSError, msgspec.DecodeError):
                return str(msgspec.json.decode((self.folder / "scheduler.json").read_bytes())["address"])
            assert self.scheduler.poll() is None
            time.sleep(0.05)

    def place(self, worker: subprocess.Popen[bytes]) -> Path:
        return self.folder / str(self.running.index(worker))

    def start(self, workers: int = 0, threads: int = 1) -> None:
        """The scheduler, if it isn't there, and more workers."""
        if not self.running:
            self._start("scheduler", "--port", "0", "--scheduler-file", str(self.folder / "scheduler.json"))
        for _ in range(workers):
            place = str(self.folder / str(len(self.running)))
            self._start("worker", self.address, "--nthreads", str(threads), "--no-nanny", "--local-directory", place)

    def _start(self, kind: str, *arguments: str) -> None:
        command = [sys.executable, "-P", "-m", f"distributed.cli.dask_{kind}", *LOOPBACK, *arguments]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
        with (self.folder / "log").open("ab") as log:
            self.running.append(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log))


@contextmanager
def machines(folder: Path, workers: int) -> Iterator[Machines]:
    """A scheduler with so many workers, all ended afterwards."""
    folder.mkdir(exist_ok=True)
    found = Machines(folder)
    try:
        found.start(workers)
        yield found
    finally:
        for process in reversed(found.running):
            process.kill()
            process.wait()
