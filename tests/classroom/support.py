"""Small classes of ai702, and the store that marking them leaves behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from graders import UsageError
from graders.classroom.result import Result
from graders.classroom.store import Store
from tests.cli.program import gradmark, timeless
from tests.support import copy_of_worked, replace_in

LINEAR = "mytorch/nn/linear.py"
RIGHT = "self.dLdW = dLdW / self.N"
QUICK = ("--homework", "ai702", "--only", "linear", "--profile", "quick")
"""The smallest selection with points."""


def class_of(folder: Path, *names: str, wrong: tuple[str, ...] = ()) -> Path:
    """A folder with worked submissions under these names; the wrong ones don't average dLdW."""
    folder.mkdir(exist_ok=True)
    for name in names:
        copy = copy_of_worked(folder / name)
        if name in wrong:
            replace_in(copy / LINEAR, RIGHT, "self.dLdW = dLdW")
    return folder


def command(folder: Path, *options: str) -> list[str]:
    """The command that marks it."""
    return [sys.executable, "-P", "-m", "graders", "class", str(folder), *QUICK, *options]


def mark_class(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Mark a class as its user does."""
    return gradmark("class", folder, *QUICK, *options, timeout=300)


def results(folder: Path) -> Iterator[Result]:
    """What is stored."""
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        yield from list(store.results())


def results_so_far(folder: Path) -> list[Result]:
    """None yet, where the run was killed before the file was there."""
    try:
        return list(results(folder))
    except UsageError:
        return []


def without_times(folder: Path) -> list[tuple[Any, ...]]:
    """What is stored, but for the clock."""
    return [
        (one.name, one.student, one.version, one.digest, one.settings, one.state, one.message, _timeless(one))
        for one in results(folder)
    ]


def _timeless(one: Result) -> Any:
    return timeless(msgspec.json.decode(msgspec.json.encode(one.report))) if one.report else None


def processes_below(pid: int) -> set[int]:
    """A process's children, and theirs."""
    try:
        children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()
    return children.union(*map(processes_below, children))


def alive(pids: set[int]) -> set[int]:
    """Those that still run."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return {pid for pid in pids if runs(pid)}
