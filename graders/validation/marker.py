"""Marks many submissions in one process that has imported torch once; each is marked in a fork of that process.

`mark()` is called in a fork because it is made for one call in a process: Pytest keeps the modules of checks that it
has collected, and their functions still belong to the run before. Failing cases are hardly made smaller, which takes
most of the time that a wrong submission takes and changes no verdict.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from graders.record import Report

SECONDS = 300
"""Wall clock after which marking one submission is given up."""

SHRINKS = 2
"""Attempts to make a failing case smaller where mistakes are explained."""


class Marker:
    """The process that marks, seen from another: `marker.mark(folder, "ai702")` gives the report."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "graders.validation.marker"],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def mark(
        self,
        folder: Path,
        homework: str,
        only: Sequence[str] = (),
        profile: str = "grading",
        *,
        explain: bool = False,
    ) -> Report:
        """Mark a submission: these sections or checks, or all; RuntimeError if that ends without a report.

        Mistakes are looked for only where they are to be explained: that takes further cases.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        shrinks = SHRINKS if explain else 0
        self._process.stdin.write(json.dumps([str(folder), homework, list(only), profile, shrinks]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line.strip():
            raise RuntimeError(f"marking {folder} ended without a report, or took longer than {SECONDS} s")
        return msgspec.json.decode(line, type=Report)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.__exit__(None, None, None)


def _serve() -> None:
    _import_once()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(_in_a_fork(*json.loads(line)).strip() + "\n")
        answers.flush()


def _import_once() -> None:
    """What every fork would import otherwise: torch, Hypothesis, Pytest, the oracles."""
    import graders.marking.plugin  # noqa: F401
    import reference

    for module in pkgutil.iter_modules(reference.__path__):
        importlib.import_module(f"reference.{module.name}")


def _in_a_fork(folder: str, homework: str, only: Sequence[str], profile: str, shrinks: int) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            signal.alarm(SECONDS)
            report = _mark(folder, homework, only, profile, shrinks)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(report)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        report = pipe.read()
    os.waitpid(pid, 0)
    return report.decode()


def _mark(folder: str, homework: str, only: Sequence[str], profile: str, shrinks: int) -> bytes:
    from graders.marking.profiles import EFFORT, Profile
    from graders.marking.run import Request, mark
    from graders.rubric import load_homework
    from graders.selection import select

    found, chosen = load_homework(homework), Profile(profile)
    EFFORT[chosen] = EFFORT[chosen]._replace(shrinks=shrinks)
    return msgspec.json.encode(mark(Request(Path(folder), found, select(found, only, {}), chosen)))


if __name__ == "__main__":
    _serve()
