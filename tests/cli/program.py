"""The command as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cli.forks import forked
from tests.support import ROOT


def gradmark(
    *arguments: str | Path, cwd: Path = ROOT, timeout: float = 300, fresh: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `gradmark` with these arguments, from this folder; that a machine has no bubblewrap doesn't matter here.

    It is a fork of a process that has imported everything, or with `fresh` one that starts from the beginning; its
    environment is ours and these.
    """
    words = list(map(str, arguments))
    run = started if fresh else forked
    done = run(words, cwd, timeout, os.environ | environment)
    lines = done.stderr.splitlines(keepends=True)
    done.stderr = "".join(line for line in lines if not line.startswith("gradmark: no bubblewrap here"))
    return done


def started(
    arguments: Sequence[str], cwd: Path, timeout: float, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """The program in a new process."""
    command = [sys.executable, "-P", "-m", "graders", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def graded(*arguments: str | Path, cwd: Path = ROOT) -> tuple[int, dict[str, Any]]:
    """Exit status and JSON of a `grade` that says nothing else."""
    done = gradmark("grade", *arguments, "--json", "-", cwd=cwd)
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def scores(report: dict[str, Any]) -> dict[str, float]:
    """Each section's score."""
    return {section["id"]: section["score"] for section in report["sections"]}


def statuses(report: dict[str, Any]) -> dict[str, str]:
    """Each check's status."""
    return {check["id"]: check["status"] for section in report["sections"] for check in section["checks"]}


def timeless(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what the clock says, nor where the submission lies."""
    sections = [
        section | {"checks": [check | {"seconds": 0.0} for check in section["checks"]]}
        for section in report["sections"]
    ]
    return report | {"submission": "", "sections": sections}
