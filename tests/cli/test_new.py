"""`gradmark new`: a pack from a worked solution, whole at the first run, or one line and nothing written."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from graders import UsageError
from graders.cli.new import NewOptions, new
from graders.coursework.handout import starter_code
from graders.coursework.packs.loading import all_problems
from tests.cli.program import graded, gradmark

SOLUTION = """
import numpy as np


class Linear:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout / len(dout)
        self.db = dout.mean(axis=0)
        return dout @ self.W.T


class Wave:
    def forward(self, x):
        self.x = x
        return np.sin(3 * x) * x

    def backward(self, dout):
        return dout * (3 * np.cos(3 * self.x) * self.x + np.sin(3 * self.x))
"""


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    path = tmp_path / "layers.py"
    path.write_text(SOLUTION, "utf-8")
    return path


def test_a_pack_gives_its_own_solution_full_marks_and_catches_mistakes(solution: Path, tmp_path: Path) -> None:
    options = ["--title", "Two layers", "--total", "10", "--mechanical", "4", "-n", "2"]
    done = gradmark("new", "course", "--from", solution, "-o", tmp_path, *options, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "linear    10  linear layer (1 CHECK)"
    assert lines[1] == "TODO wave: no PyTorch function that gradmark knows gives its outputs and gradients"
    assert "the worked solution: 10/10 points" in lines
    assert any(re.fullmatch(r"small mistakes in the solution: [34] of 4 caught", line) for line in lines)
    pack = tmp_path / "course"
    assert all_problems(str(pack)) == []
    assert len(tomllib.loads((pack / "mutants.toml").read_text("utf-8"))["mutants"][0]["each"]) >= 2
    components = (pack / "components.py").read_text("utf-8")
    assert "# CHECK: W and b: the gradient is divided by the batch size, as the solution does." in components
    assert '    # "wave": Layer(\n' in components
    starter = starter_code(pack / "worked", [], [])["layers.py"].decode()
    assert starter.count("raise NotImplementedError") == 2
    assert "np.random.randn" in starter
    assert "np.sin(3 * x)" in starter
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "layers.py").write_text(SOLUTION.replace(" / len(dout)", ""), "utf-8")
    status, report = graded(wrong, "--homework", pack)
    assert status == 1
    check = next(one for one in report["sections"][0]["checks"] if one["id"] == "linear.backward_W")
    assert "is a sum over the batch, not an average" in " ".join(check["diagnosis"])


BAD = {
    "id": ("a b", {}, r"'a b' is no id"),
    "missing": ("x", {"source": Path("gone.py")}, r"--from gone.py: there is no such file or folder"),
    "points": ("x", {"points": ["linear"]}, r"--points linear: write SECTION=VALUE"),
    "number": ("x", {"points": ["linear=many"]}, r"--points linear=many: give a number of points"),
    "processes": ("x", {"n": "no"}, r"-n no: give a number"),
    "oracle": ("x", {"oracle": ["linear=f"]}, r"--oracle names a function of --reference FILE: give that file, too"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_said_before_anything_is_run(case: str, solution: Path, tmp_path: Path) -> None:
    name, changed, said = BAD[case]
    fields = {"source": solution, "output": tmp_path / "out", **changed}
    with pytest.raises(UsageError, match=said):
        new(name, options=NewOptions(**fields))  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_not_written_over(solution: Path, tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course/rubric.toml").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="course exists already: give a new or an empty folder"):
        new("course", options=NewOptions(source=solution, output=tmp_path))


NOT_USED = {
    "broken": ("def f(:\n", {}, r"layers.py, line 1: invalid syntax"),
    "nothing": ("x = 1\n", {}, r"--from .*layers.py: it has no class with forward and backward, and no pair"),
    "raises": (SOLUTION + "\nraise ValueError('no')\n", {}, r"layers.py can't be imported: .*ValueError"),
    "unknown": (
        SOLUTION,
        {"points": ["conv=3"]},
        r"--points conv: no layer of that name was found; there are linear, wave",
    ),
    "averaged": (SOLUTION, {"averaged": "linear.x"}, r"--averaged linear.x: the worked solution doesn't divide that"),
    "function": (
        SOLUTION,
        {"oracle": ["wave=sea"]},
        r"--oracle wave=sea: .*torch_code.py has no function sea; it has wave",
    ),
    "other": (
        SOLUTION,
        {"oracle": ["wave=wave"]},
        r"--oracle wave=wave: the solution's outputs or gradients are others",
    ),
}


@pytest.mark.parametrize("case", NOT_USED)
def test_a_solution_that_cannot_be_used_leaves_nothing_behind(case: str, tmp_path: Path) -> None:
    text, changed, said = NOT_USED[case]
    (tmp_path / "layers.py").write_text(text, "utf-8")
    (tmp_path / "torch_code.py").write_text("import torch\n\n\ndef wave(x):\n    return torch.sin(x)\n", "utf-8")
    reference = {"reference": tmp_path / "torch_code.py"} if "oracle" in changed else {}
    fields = {"source": tmp_path / "layers.py", "output": tmp_path / "out", **changed, **reference}
    with pytest.raises(UsageError, match=said):
        new("course", options=NewOptions(**fields))
    assert not (tmp_path / "out").exists()
