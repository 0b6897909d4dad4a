"""`gradmark grade --repro DIR`: a failed check as a script that fails on wrong code and passes on right code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graders.coursework.bundled import bundled
from graders.marking.validation.pack_suite import suite_of
from tests.cli.program import graded, gradmark
from tests.support import WORKED, copy_of_worked, replace_in

SUMMED = ("self.dLdW = dLdW / self.N", "self.dLdW = dLdW")


def run(script: str | Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script where nothing of ours can be imported by chance."""
    command = [sys.executable, "-P", str(script), *map(str, arguments)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, check=False)


def failed(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks that did not pass."""
    return [check for section in report["sections"] for check in section["checks"] if check["status"] != "passed"]


def wrong_linear(folder: Path, old: str = SUMMED[0], new: str = SUMMED[1]) -> Path:
    """The worked ai702 with a mistake in its linear layer."""
    submission = copy_of_worked(folder)
    replace_in(submission / "mytorch" / "nn" / "linear.py", old, new)
    return submission


def scripts_of(submission: Path, only: str, out: Path) -> dict[str, str]:
    """The scripts that are written for the failed checks, by check."""
    _, report = graded(submission, "--only", only, "-n", 1, "--profile", "quick", "--repro", out)
    return {check["id"]: check["repro"] for check in failed(report) if "repro" in check}


def test_the_script_fails_on_the_wrong_submission_and_passes_on_the_right_one(tmp_path: Path):
    scripts = scripts_of(wrong_linear(tmp_path / "wrong"), "linear.backward_weight", tmp_path / "repro")
    script = Path(scripts["linear.backward_weight"])
    assert script == tmp_path / "repro" / "linear.backward_weight.py"
    wrong, right = run(script), run(script, WORKED)
    assert wrong.returncode == 1
    assert "AssertionError: linear.dLdW is wrong by up to" in wrong.stderr
    assert right.returncode == 0, right.stderr


def test_the_script_reads_as_the_student_would_have_written_it(tmp_path: Path):
    scripts = scripts_of(wrong_linear(tmp_path / "wrong"), "linear.backward_weight", tmp_path / "repro")
    text = Path(scripts["linear.backward_weight"]).read_text()
    assert "from mytorch.nn.linear import Linear\n" in text
    calls = "linear.W = W\nlinear.b = b\nlinear.forward(A)\nlinear.backward(dLdZ)\n\ngot = linear.dLdW\n"
    assert calls in text
    assert "import graders" not in text
    assert "from graders" not in text


def test_a_student_s_own_exception_is_what_the_script_ends_with(tmp_path: Path):
    submission = wrong_linear(tmp_path / "wrong", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW / self.M")
    script = scripts_of(submission, "linear.backward_weight", tmp_path / "repro")["linear.backward_weight"]
    assert "AttributeError: 'Linear' object has no attribute 'M'" in run(script).stderr
    assert run(script, WORKED).returncode == 0


def test_a_missing_attribute_is_missing_in_the_script_too(tmp_path: Path):
    submission = wrong_linear(tmp_path / "wrong", "self.dLdW = dLdW / self.N", "self.dW = dLdW / self.N")
    script = scripts_of(submission, "linear.backward_weight", tmp_path / "repro")["linear.backward_weight"]
    assert "AttributeError: 'Linear' object has no attribute 'dLdW'" in run(script).stderr
    assert run(script, WORKED).returncode == 0


def test_reports_name_the_script_only_where_one_was_asked_for(tmp_path: Path):
    submission = wrong_linear(tmp_path / "wrong")
    chosen = ["--only", "linear.backward_weight", "-n", 1, "--profile", "quick"]
    _, without = graded(submission, *chosen)
    assert all("repro" not in check for check in failed(without))
    asked = gradmark("grade", submission, *chosen, "--repro", tmp_path / "repro")
    assert f"script   {tmp_path / 'repro' / 'linear.backward_weight.py'}" in asked.stdout


def test_no_script_is_written_where_nothing_fails(tmp_path: Path):
    assert scripts_of(WORKED, "linear.backward_weight", tmp_path / "repro") == {}
    assert list((tmp_path / "repro").iterdir()) == []


def of_homework(homework: str, count: int) -> list[tuple[str, str]]:
    """So many mutants of a homework, spread over its files."""
    names = [mutant.name for mutant in suite_of(homework).mutants]
    return [(homework, name) for name in names[3 :: len(names) // count][:count]]


SAMPLE = [
    pair for name, count in (("ai702", 4), ("cs189", 4), ("a4", 4), ("dpl2023", 1)) for pair in of_homework(name, count)
]


@pytest.mark.sampled(one_in=18, whole_if_named=True)
@pytest.mark.parametrize(("homework", "name"), SAMPLE)
def test_of_mutants_every_script_tells_wrong_from_right(homework: str, name: str, tmp_path: Path):
    suite = suite_of(homework)
    mutant = next(mutant for mutant in suite.mutants if mutant.name == name)
    wrong = mutant.changes.write(homework, tmp_path / "wrong")
    only = ",".join(suite.marked(mutant) or sorted(mutant.loses))
    for script in scripts_of(wrong, only, tmp_path / "repro").values():
        if "assert" not in (text := Path(script).read_text()) and "got =" in text:
            continue  # a finding about the whole, of which no single value is wrong: what came is printed
        assert run(script).returncode == 1, script
        right = run(script, bundled("student_impl") / homework)
        assert right.returncode == 0, right.stderr
