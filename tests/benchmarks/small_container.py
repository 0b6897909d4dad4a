"""A control group with little memory and half a processor, as platforms' smallest containers have; root makes it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000
"""Microseconds in which the processors' share is counted."""
MIB = 1 << 20


@dataclass(frozen=True)
class Container:
    """The group's folders, one or, in the kernel's first version of these, one for each kind of limit."""

    folders: Sequence[Path]

    def run(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> int:
        """Run a command in there, whose output is thrown away; its exit status."""
        pid = os.fork()
        if not pid:
            try:
                for place in self.folders:
                    (place / "cgroup.procs").write_text(str(os.getpid()))
                os.chdir(folder)
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)
                os.execvpe(words[0], list(words), {**os.environ, **environment})
            finally:
                os._exit(127)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    @property
    def peak(self) -> int:
        """MiB at the highest since it was made, files that the kernel holds in memory included."""
        return int(self._first("memory.peak", "memory.max_usage_in_bytes")) // MIB

    @property
    def refused(self) -> int:
        """How often memory that was asked for was not there, and something had to go."""
        with contextlib.suppress(FileNotFoundError):
            return int(self._first("memory.failcnt"))
        events = dict(line.split() for line in self._first("memory.events").splitlines())
        return int(events["max"])

    @property
    def processor(self) -> float:
        """Seconds of processors since it was made."""
        with contextlib.suppress(FileNotFoundError):
            return int(self._first("cpuacct.usage")) / 1e9
        used = dict(line.split() for line in self._first("cpu.stat").splitlines())
        return int(used["usage_usec"]) / 1e6

    def _first(self, *names: str) -> str:
        files = (folder / name for folder in self.folders for name in names)
        found = next((file for file in files if file.is_file()), None)
        if found is None:
            raise FileNotFoundError(names[0])
        return found.read_text().strip()


@contextlib.contextmanager
def container(memory_mib: int, processors: float) -> Iterator[Container]:
    """A new one, which goes at the end."""
    name = f"gradmark-{os.getpid()}-{time.monotonic_ns()}"
    unified = (ROOT / "cgroup.controllers").is_file()
    folders = [ROOT / name] if unified else [ROOT / kind / name for kind in ("memory", "cpu", "cpuacct")]
    quota = round(processors * PERIOD)
    limits = (
        {"memory.max": str(memory_mib * MIB), "memory.swap.max": "0", "cpu.max": f"{quota} {PERIOD}"}
        if unified
        else {"memory.limit_in_bytes": str(memory_mib * MIB), "cpu.cfs_quota_us": str(quota)}
    )
    folders = list({folder.parent.resolve() / name: None for folder in folders})
    for folder in folders:
        folder.mkdir()
    try:
        for file, value in limits.items():
            for folder in folders:
                if (folder / file).is_file():
                    (folder / file).write_text(value)
        yield Container(folders)
    finally:
        for folder in folders:
            _removed(folder)


def _removed(folder: Path) -> None:
    """Those that run in it are ended first, and may take a moment to be gone."""
    until = time.monotonic() + 10
    while folder.is_dir() and time.monotonic() < until:
        for pid in map(int, (folder / "cgroup.procs").read_text().split()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        with contextlib.suppress(OSError):
            folder.rmdir()
        time.sleep(0.05)
