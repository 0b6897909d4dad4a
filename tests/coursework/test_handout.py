"""The starter code of every homework marks 0, without an error."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from graders.coursework.packs.pack import homework_ids
from tests.support import ROOT


@pytest.mark.sampled(one_in=3, whole_if_named=True)
@pytest.mark.parametrize("homework", homework_ids())
def test_starter_code_is_whole_has_no_solutions_and_marks_nothing(homework: str, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "graders"]
    folder = tmp_path / "starter"
    made = subprocess.run([*command, "handout", homework, "-o", str(folder)], capture_output=True, text=True, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text())
    assert not [path for path in folder.rglob("*") if path.is_file() and b"SOLUTION" in path.read_bytes()]
    grade = [*command, "grade", str(folder), "--homework", homework, "--profile", "quick", "--json", "-"]
    done = subprocess.run(grade, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {section["id"]: section["score"] for section in report["sections"] if section["score"]} == {}
    checks = [check for section in report["sections"] for check in section["checks"]]
    assert not [check for check in checks if check["status"] in ("grader-fault", "crashed", "timeout")]
