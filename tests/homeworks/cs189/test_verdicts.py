"""The worked submission of cs189 has full marks; predictions and scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graders import UsageError
from graders.checking import CheckFailed
from graders.homeworks.cs189.predictions import accuracy
from graders.marking.validation.changes import Changes
from graders.marking.validation.marker import Marker
from graders.marking.validation.outcome import reasons
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import gradmark
from tests.support import ROOT

BY_PROGRAM = [
    *("relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2"),
    *("network", "conv", "pool", "training"),
]


@pytest.mark.slow
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
    done = gradmark("grade", folder, "--only", "predictions", "--json", "-", "--keys", keys)
    assert json.loads(done.stdout)["score"] == score, done.stdout + done.stderr


def graded(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    done = gradmark("grade", folder, *options, "--profile", "quick", "--json", folder / "report.json")
    return done, json.loads((folder / "report.json").read_text())


def test_images_left_as_the_starter_code_has_them_cost_nothing_and_are_not_spoken_of(tmp_path: Path):
    left = next(case for case in suite_of("cs189").variants if case.name == "conv, pool: left as the handout has them")
    done, report = graded(left.changes.write("cs189", tmp_path / "submission"), "--verbose")
    assert done.returncode == 0, done.stdout
    assert report["score"] == report["max_score"] - 30 == 60
    assert not any(
        word in done.stdout + done.stderr for word in ("conv", "pool", "onvolution", "Pooling", "practice  f")
    )
    assert {row["id"]: row["status"] for row in report["sections"] if row["practice"]} == {
        "activations": "passed",
        "l2": "passed",
        "conv": "skipped",
        "pool": "skipped",
    }


def test_images_count_in_the_years_that_ask_for_them(tmp_path: Path):
    left = next(case for case in suite_of("cs189").variants if case.name == "conv, pool: left with pass")
    folder = left.changes.write("cs189", tmp_path / "submission")
    done, report = graded(folder, "--homework", "cs189_cnn", "--only", "relu,conv,pool")
    assert done.returncode == 1
    assert (report["homework"], report["score"], report["max_score"]) == ("cs189_cnn", 10, 30)


def test_a_tie_in_pooling_is_advice_in_both_homeworks(marker: Marker, tmp_path: Path):
    for homework in ("cs189", "cs189_cnn"):
        wasteful = next(case for case in suite_of(homework).variants if case.name == "pool: gradient to every tie")
        report = marker.mark(wasteful.changes.write(homework, tmp_path / homework), homework, ["pool"], "quick")
        assert report.exit_status == 0
        (ties,) = (check for check in report.sections[0].checks if check.id == "pool.ties")
        assert (ties.status, ties.advisory) == ("failed", True)
