"""`gradmark grade`, through the command: what it prints, what it writes and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.program import graded, gradmark, scores, statuses, timeless
from tests.support import (
    WORKED,
    copy_of_worked,
    replace_in,
    starter_of_worked,
    toy_homework,
    tree_hash,
    write_tree,
)

SECTIONS = ["linear", "activations", "mlp0", "mlp1", "mlp4", "losses", "sgd", "batchnorm"]


def test_the_worked_homework_has_full_marks_and_stdout_holds_json_alone() -> None:
    status, report = graded("student_impl/ai702")
    assert status == 0
    assert (report["score"], report["max_score"]) == (100.0, 100.0)
    assert (report["schema_version"], report["homework"]) == (1, "ai702")
    assert [section["id"] for section in report["sections"]] == SECTIONS
    assert {section["status"] for section in report["sections"]} == {"passed"}
    assert set(statuses(report).values()) == {"passed"}
    assert not any(check["warnings"] or check["output"] for s in report["sections"] for check in s["checks"])


def test_the_starter_code_has_no_points_all_its_rows_a_reason_for_each_check_and_no_traceback(tmp_path: Path) -> None:
    done = gradmark("grade", starter_of_worked(tmp_path / "starter"), "--json", tmp_path / "report.json")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "Traceback" not in done.stdout
    assert all(f"\n{section} " in done.stdout for section in SECTIONS)
    assert done.stdout.rstrip().endswith("Total 0/100")

    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["score"], report["max_score"]) == (0.0, 100.0)
    assert [section["id"] for section in report["sections"]] == SECTIONS
    lost = [check for s in report["sections"] for check in s["checks"] if check["status"] != "passed"]
    assert {check["status"] for check in lost} <= {"failed", "error"}
    for check in lost:
        assert check["message"]
        assert "Traceback" not in check["message"] + check["output"]
        assert "gradmark itself" not in check["message"]


def test_only_one_section_runs_and_prints_nothing_else_from_any_folder(tmp_path: Path) -> None:
    copy = copy_of_worked(tmp_path / "hand_in")
    replace_in(copy / "mytorch" / "nn" / "batchnorm.py", "self.eps = 1e-8", "raise RuntimeError('not to be run')")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    junit = tmp_path / "report.xml"
    done = gradmark("grade", "../hand_in", "--only", "linear", "--junit", junit, cwd=elsewhere)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "15/15" in done.stdout
    assert done.stdout.rstrip().endswith("Total 15/15")
    assert not any(section in done.stdout for section in SECTIONS[1:])
    assert list(elsewhere.iterdir()) == []

    suites = ElementTree.parse(junit).getroot()
    assert [suite.get("name") for suite in suites] == ["linear"]
    assert {case.get("classname") for case in suites.iter("testcase")} == {"ai702.linear"}
    assert suites.find(".//failure") is None


def test_a_single_check_runs_alone_and_says_that_its_points_need_the_whole() -> None:
    status, report = graded(WORKED, "--only", "linear.init,mlp0.architecture")
    assert status == 0
    assert (report["score"], report["max_score"]) == (0.0, 0.0)
    ran = {check for check, state in statuses(report).items() if state != "skipped"}
    assert ran == {"linear.init", "mlp0.architecture"}
    assert all("points need the whole" in section["note"] for section in report["sections"])


def test_a_flag_set_to_false_takes_that_components_points_and_its_time(tmp_path: Path) -> None:
    flags = tmp_path / "flags.py"
    shutil.copyfile(WORKED / "hw1p1_autograder_flags.py", flags)
    for name in ("BATCHNORM", "TANH", "SGD_momentum"):
        replace_in(flags, f"{name}_flag = True", f"{name}_flag = False")
    status, report = graded(WORKED, "--flags", flags, "--profile", "quick")
    assert status == 1
    assert (report["score"], report["max_score"]) == (60.0, 100.0)
    assert [name for name, score in scores(report).items() if score == 0] == ["activations", "sgd", "batchnorm"]
    skipped = {check for check, state in statuses(report).items() if state == "skipped"}
    assert all(check.startswith(("batchnorm.", "activations.tanh_", "sgd.momentum_")) for check in skipped)
    off = next(section for section in report["sections"] if section["id"] == "batchnorm")
    assert (off["status"], off["max_score"]) == ("skipped", 20.0)
    assert {check["message"] for check in off["checks"]} == {"DEBUG_AND_GRADE_BATCHNORM_flag is False"}
    assert sum(check["seconds"] for check in off["checks"]) == 0


def test_a_module_that_does_not_parse_costs_its_own_section_and_the_original_is_not_written_to(tmp_path: Path) -> None:
    copy = copy_of_worked(tmp_path / "hand_in")
    replace_in(copy / "mytorch" / "nn" / "batchnorm.py", "def backward(self, dLdBZ):", "def backward(self, dLdBZ)")
    before = tree_hash(copy)
    status, report = graded(copy, "--profile", "quick")
    assert status == 1
    assert report["score"] == 80.0
    assert [name for name, score in scores(report).items() if score == 0] == ["batchnorm"]
    batchnorm = report["sections"][-1]
    messages = {check["message"] for check in batchnorm["checks"]}
    assert len(messages) == 1
    assert "mytorch/nn/batchnorm.py, line " in messages.pop()
    assert {check["status"] for check in batchnorm["checks"]} == {"error"}
    assert tree_hash(copy) == before


@pytest.mark.slow
def test_marking_is_the_same_with_one_process_and_two_and_other_with_another_seed(tmp_path: Path) -> None:
    copy = copy_of_worked(tmp_path / "hand_in")
    replace_in(copy / "mytorch" / "nn" / "batchnorm.py", "+ dLdM / self.N", "")
    replace_in(copy / "mytorch" / "nn" / "linear.py", "self.dLdb = dLdb / self.N", "self.dLdb = dLdb.T / self.N")
    options = [copy, "--only", "linear,batchnorm.backward_input,sgd.plain"]
    alone, shared, other = (graded(*options, *more) for more in (("-n", "1"), ("-n", "2"), ("--seed", "7")))
    assert timeless(alone[1]) == timeless(shared[1])
    assert timeless(other[1]) != timeless(shared[1])
    for status, report in (alone, shared, other):
        assert status == 1
        assert scores(report) == {"linear": 0.0, "sgd": 0.0, "batchnorm": 0.0}
    assert (alone[1]["environment"]["seed"], other[1]["environment"]["seed"]) == (0, 7)


def test_hostile_code_costs_its_own_checks_and_is_no_fault_of_ours(tmp_path: Path) -> None:
    copy = copy_of_worked(tmp_path / "hand_in")
    (copy / "mytorch" / "nn" / "activation.py").write_text(HOSTILE, encoding="utf-8")
    names = ("sigmoid_forward", "tanh_forward", "relu_forward", "identity", "sigmoid_backward", "tanh_backward")
    status, report = graded(copy, "--only", ",".join(f"activations.{name}" for name in names))
    found = {name: statuses(report)[f"activations.{name}"] for name in names}
    assert status == 1
    assert found == {
        "sigmoid_forward": "crashed",
        "tanh_forward": "error",
        "relu_forward": "failed",
        "identity": "failed",
        "sigmoid_backward": "crashed",
        "tanh_backward": "error",
    }
    outputs = {check["id"]: check["output"] for section in report["sections"] for check in section["checks"]}
    assert "before the end" in outputs["activations.sigmoid_forward"]


HOSTILE = """
import os
import numpy as np


class Identity:
    def forward(self, Z):
        return np.longdouble("1e4000") * Z

    def backward(self):
        return np.ones(3, np.longdouble)


class Sigmoid:
    def forward(self, Z):
        print("before the end", "\\x00\\x1b[31m", flush=True)
        os.kill(os.getpid(), 11)


class Tanh:
    def forward(self, Z):
        raise ValueError("\\ud800 \\x00 <&> ]]>")


class ReLU:
    def forward(self, Z):
        return Z * 1j
"""


def autograder(folder: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "hw1p1_autograder.py"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_the_handouts_own_script_marks_its_folder_and_obeys_the_flags(tmp_path: Path) -> None:
    copy = copy_of_worked(tmp_path / "hand_in")
    flags = copy / "hw1p1_autograder_flags.py"
    flags.write_text(flags.read_text().replace("= True", "= False"))
    replace_in(flags, "LINEAR_flag = False", "LINEAR_flag = True")
    before = tree_hash(copy)
    done = autograder(copy, "--profile", "quick", cwd=tmp_path)
    assert done.stderr == ""
    assert done.returncode == 1
    assert "15/15" in done.stdout
    assert done.stdout.rstrip().endswith("Total 15/100")
    assert tree_hash(copy) == before


TOY = """
import pytest
from hypothesis import given, strategies as st
from graders.checking import expect, section

@section("layer")
def test_right(student):
    \"\"\"What is right passes.\"\"\"
    expect(student("layer").Layer().one()).to_equal(1.0)

@section("faults")
def test_ours(student):
    \"\"\"An error of the check itself.\"\"\"
    student("layer").Layer().one()
    1 / 0

@section("faults")
@given(x=st.integers())
def test_drawn(student, x):
    \"\"\"An error of the check on some drawn cases.\"\"\"
    assert x < 5

@pytest.fixture
def broken():
    raise RuntimeError("out of order")

@section("faults")
def test_fixture(student, broken):
    \"\"\"A fixture of the pack's own that fails.\"\"\"

@section("faults")
def test_skipped(student):
    \"\"\"Skipped, with its reason.\"\"\"
    pytest.skip("not today")
"""
TOY_RUBRIC = """
id = "toy"
title = "Toy"
total = 10
modules = { layer = { Layer = ["layer.py"] } }

[[sections]]
id = "layer"
title = "Layer"
points = 4
policy = "all-or-nothing"
checks = ["layer.right"]

[[sections]]
id = "faults"
title = "Faults"
points = 4
policy = "per-check"
checks = ["faults.ours", "faults.drawn", "faults.fixture", "faults.skipped"]

[[sections]]
id = "essay"
title = "Essay"
points = 2
policy = "manual"
"""


def test_an_error_in_a_check_is_a_grader_fault_that_ends_with_status_3(tmp_path: Path) -> None:
    homework = toy_homework(tmp_path / "toy", TOY_RUBRIC, TOY)
    write_tree(tmp_path / "work", {"layer.py": "class Layer:\n    def one(self): return 1.0\n"})
    status, report = graded(tmp_path / "work", "--homework", homework)
    assert status == 3
    assert statuses(report) == {
        "layer.right": "passed",
        "faults.ours": "grader-fault",
        "faults.drawn": "grader-fault",
        "faults.fixture": "grader-fault",
        "faults.skipped": "skipped",
    }
    assert scores(report) == {"layer": 4.0, "faults": 0.0, "essay": 0.0}
    assert [section["status"] for section in report["sections"]] == ["passed", "failed", "manual"]
    messages = {check["id"]: check["message"] for check in report["sections"][1]["checks"]}
    assert messages["faults.ours"].startswith("gradmark itself failed here: ZeroDivisionError (test_toy.py, line ")
    assert messages["faults.skipped"] == "not today"


def test_without_a_submission_every_folder_has_one_line_and_a_bad_one_stops_nothing(tmp_path: Path) -> None:
    copy_of_worked(tmp_path / "student_impl" / "b")
    replace_in(tmp_path / "student_impl/b/mytorch/nn/linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    write_tree(tmp_path / "student_impl" / "a", {"essay.txt": "..."})
    copy_of_worked(tmp_path / "student_impl" / "c")
    done = gradmark("grade", "--only", "linear", "--profile", "quick", "-n", "1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("gradmark: student_impl/a is not a submission of any homework")
    assert done.stderr.count("\n") == 1
    first, second = done.stdout.splitlines()
    assert "student_impl/b" in first
    assert "0/15" in first
    assert "student_impl/c" in second
    assert "15/15" in second
