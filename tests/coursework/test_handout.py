"""The starter code of every homework marks 0, without an error, and says in one screen what isn't started."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import msgspec
import pytest

from graders.coursework.packs.pack import homework_ids
from graders.coursework.record import Report
from tests.cli.program import gradmark
from tests.reports.test_slips import whole_screen

LINES = 25
"""Of a terminal of 80 columns that the report on starter code takes."""


@pytest.mark.sampled(one_in=6, whole_if_named=True)
@pytest.mark.parametrize("homework", homework_ids())
def test_starter_code_is_whole_has_no_solutions_and_marks_nothing(homework: str, tmp_path: Path) -> None:
    folder = tmp_path / "starter"
    made = gradmark("handout", homework, "-o", folder)
    assert made.returncode == 0, made.stderr
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text())
    assert not [path for path in folder.rglob("*") if path.is_file() and b"SOLUTION" in path.read_bytes()]
    done = gradmark("grade", folder, "--homework", homework, "--profile", "quick", "--json", "-")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {section["id"]: section["score"] for section in report["sections"] if section["score"]} == {}
    checks = [check for section in report["sections"] for check in section["checks"]]
    assert not [check for check in checks if check["status"] in ("grader-fault", "crashed", "timeout")]
    shown = whole_screen(msgspec.convert(report, Report))
    assert len(shown) <= LINES, "\n".join(shown)
    assert any(line.startswith("Not started: ") for line in shown)
    assert not [line for line in shown if line.startswith("  ✗ ") or "advice: " in line]
