"""The worked submission of cs189 has full marks; predictions and scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from graders import UsageError
from graders.checking import CheckFailed
from graders.homeworks.cs189.predictions import accuracy
from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import reasons
from tests.support import ROOT

BY_PROGRAM = [
    *("relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2"),
    *("network", "conv", "pool", "training"),
]


def test_the_worked_submission_passes_everything(marker: Marker, tmp_path: Path):
    folder = Changes().write("cs189", tmp_path / "submission")
    report = marker.mark(folder, "cs189", BY_PROGRAM, "quick")
    assert not reasons(report)
    assert report.score == report.max_score == 60


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("Id,Category\n0,1\n1,2\n", "1 row is missing, the first is 2"),
        ("Id,Category\n0,1\n1,2\n1,2\n2,3\n", "row 4: 1 is there twice"),
        ("Id,Category\n0,1\n1,cat\n2,3\n", "row 3: '1,cat' should be whole numbers"),
        ("Id,Category\n0,1\n1,nan\n2,3\n", "row 3: '1,nan' should be whole numbers"),
        ("", "no predictions"),
    ],
)
def test_a_table_that_is_none_gets_one_clear_line(table: str, message: str, tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "predictions.csv").write_text("Id,Category\n0,1\n1,2\n2,3\n")
    (tmp_path / "predictions.csv").write_text(table)
    with pytest.raises(CheckFailed, match=message):
        accuracy(tmp_path, tmp_path / "keys")


@pytest.mark.parametrize("table", ["", "Id,Category\n", "0,1\n0,1\n", "0,cat\n", '0,"1\n1,2\n'])
def test_a_key_that_is_no_table_is_not_the_students_fault(table: str, tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "predictions.csv").write_text(table)
    (tmp_path / "predictions.csv").write_text("Id,Category\n0,1\n")
    with pytest.raises(UsageError, match=r"keys/predictions\.csv: the key can't be used: "):
        accuracy(tmp_path, tmp_path / "keys")


def test_accuracy_is_the_share_of_right_predictions(tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "predictions.csv").write_text("Id,Category\n0,1\n1,2\n2,3\n3,4\n")
    (tmp_path / "predictions.csv").write_text("Id,Category\n3,4\n0,1\n1,2\n2,9\n")
    assert accuracy(tmp_path, tmp_path / "keys") == 0.75


@pytest.mark.parametrize(("style", "heading"), [("latex", r"\subsection{Layers}"), ("markdown", "## Layers")])
def test_the_code_is_collected_for_the_write_up(style: str, heading: str, tmp_path: Path):
    target = tmp_path / "submission.txt"
    script = ROOT / "student_impl" / "cs189" / "generate_submission.py"
    options = ["--format", style, "--heading_level", "2", "--output", str(target)]
    subprocess.run([sys.executable, str(script), *options], check=True)
    assert heading in target.read_text().splitlines()


@pytest.mark.parametrize(("right", "score"), [(15, 10), (14, 5), (13, 0)])
def test_predictions_earn_all_or_half_of_their_points(right: int, score: float, tmp_path: Path):
    folder = Changes().write("cs189", tmp_path / "submission")
    count = 20
    keys = tmp_path / "keys"
    keys.mkdir()
    header, labels = "Id,Category\n", [number % 10 for number in range(count)]
    (keys / "predictions.csv").write_text(header + "".join(f"{n},{label}\n" for n, label in enumerate(labels)))
    guesses = [label if n < right else (label + 1) % 10 for n, label in enumerate(labels)]
    (folder / "predictions.csv").write_text(header + "".join(f"{n},{label}\n" for n, label in enumerate(guesses)))
    command = [sys.executable, "-P", "-m", "graders", "grade", str(folder), "--only", "predictions", "--json", "-"]
    done = subprocess.run([*command, "--keys", str(keys)], capture_output=True, text=True, cwd=ROOT, check=False)
    assert json.loads(done.stdout)["score"] == score, done.stdout + done.stderr
