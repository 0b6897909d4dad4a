"""Marks many submissions in one process that has imported torch once; each is marked in a fork of that process.

`mark()` is called in a fork because it is made for one call in a process: Pytest keeps the modules of checks that it
has collected, and their functions still belong to the run before. Failing cases aren't made smaller, which takes most
of the time that a wrong submission takes and changes no verdict.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

SECONDS = 300


class Marker:
    """The process that marks, seen from a test: `marker.mark(folder)` gives the report that --json would write."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.homeworks.marker"],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def mark(self, folder: Path, only: Sequence[str] = (), profile: str = "grading", seed: int = 0) -> dict[str, Any]:
        """Mark a submission: these sections, or all."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), list(only), profile, seed]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line.strip(), f"marking {folder} ended without a report, or took longer than {SECONDS} s"
        report: dict[str, Any] = json.loads(line)
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.__exit__(None, None, None)


def lost(report: dict[str, Any]) -> set[str]:
    """The sections that a program marks and that don't have all of their points."""
    marked = [section for section in report["sections"] if section["status"] != "manual"]
    return {section["id"] for section in marked if section["score"] < section["max_score"]}


def reasons(report: dict[str, Any]) -> str:
    """Every check that didn't pass, with what it says."""
    checks = [check for section in report["sections"] for check in section["checks"]]
    return "\n".join(
        f"{check['id']}: {check['status']}: {check['message']}" for check in checks if check["status"] != "passed"
    )


def faults(report: dict[str, Any]) -> list[str]:
    """The checks that ended for a reason of the grader's own."""
    checks = [check for section in report["sections"] for check in section["checks"]]
    return [check["id"] for check in checks if check["status"] == "grader-fault"]


def _serve() -> None:
    import graders.homeworks.ai702.mlp
    import graders.homeworks.ai702.oracle
    import graders.marking.plugin  # noqa: F401 - torch, Hypothesis and Pytest, once for all forks
    from graders.marking.profiles import EFFORT

    for profile, effort in EFFORT.items():
        EFFORT[profile] = effort._replace(shrinks=0)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(_in_a_fork(*json.loads(line)).strip() + "\n")
        answers.flush()


def _in_a_fork(folder: str, only: Sequence[str], profile: str, seed: int) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            signal.alarm(SECONDS)
            report = _mark(folder, only, profile, seed)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(report)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        report = pipe.read()
    os.waitpid(pid, 0)
    return report.decode()


def _mark(folder: str, only: Sequence[str], profile: str, seed: int) -> bytes:
    import msgspec

    from graders.marking.profiles import Profile
    from graders.marking.run import Request, mark
    from graders.selection import select
    from graders.submission import find_homework

    path = Path(folder)
    homework = find_homework(path, None)
    return msgspec.json.encode(mark(Request(path, homework, select(homework, only, {}), Profile(profile), seed)))


if __name__ == "__main__":
    _serve()
