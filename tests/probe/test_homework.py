"""A layer of a homework is checked by its conventions, which `gradmark check` says, unless told otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graders.cli.app import app
from graders.probe.homework import Known, known
from graders.probe.request import Request, parse_target
from tests.support import ROOT, WORKED


def found(path: str) -> Known | None:
    return known(parse_target(f"{ROOT / 'student_impl'}/{path}"))


def test_what_a_homework_averages_and_gives_is_what_is_asked_for() -> None:
    target = parse_target(f"{WORKED}/mytorch/nn/linear.py:Linear")
    one = known(target)
    assert one is not None
    assert (one.homework, one.target(target).positional) == ("ai702", (3, 4))
    request = one.request(Request(), one.target(target))
    assert (request.divided_by_batch, request.inputs) == (("W", "b"), ((2, 3),))
    assert one.line == (
        "as ai702 has it: the gradients of W and b are averaged over the batch (--no-homework ignores that)"
    )


def test_sizes_of_the_constructor_are_those_of_the_inputs() -> None:
    target = parse_target(f"{WORKED}/mytorch/nn/linear.py:Linear(7, 2)")
    one = known(target)
    assert one is not None
    assert one.target(target) == target
    assert one.request(Request(), target).inputs[0][1:] == (7,)


def test_what_is_said_on_the_command_line_counts() -> None:
    target = parse_target(f"{WORKED}/mytorch/nn/linear.py:Linear(3, 4)")
    one = known(target)
    assert one is not None
    said = Request(divided_by_batch=("W",), inputs=((9, 3),), batch_axis=1)
    request = one.request(said, target)
    assert (request.divided_by_batch, request.inputs, request.batch_axis) == (("W",), ((9, 3),), 1)


def test_labels_are_drawn_as_the_loss_has_them() -> None:
    one = found("ai702/mytorch/nn/loss.py:CrossEntropyLoss")
    assert one is not None
    request = one.request(Request(), parse_target(f"{WORKED}/mytorch/nn/loss.py:CrossEntropyLoss"))
    assert (request.labels, len(request.inputs), request.times_batch) == ("one-hot", 1, ("A",))
    assert one.line.startswith("as ai702 has it: the gradient of A is not divided by the batch size")


def test_another_course_has_its_own_conventions() -> None:
    one = found("cmu11785/mytorch/nn/linear.py:Linear")
    assert one is not None
    assert one.homework == "cmu11785"
    assert "neither averaged" in one.line


@pytest.mark.parametrize("target", ["ai702/mytorch/models/mlp.py:MLP1", "ai702/mytorch/nn/linear.py:Nothing"])
def test_a_network_and_what_a_homework_does_not_ask_for_are_checked_without(target: str) -> None:
    assert found(target) is None


def test_a_file_by_itself_belongs_to_no_homework(tmp_path: Path) -> None:
    shutil.copy(WORKED / "mytorch/nn/linear.py", tmp_path / "linear.py")
    (tmp_path / "layers.py").write_text("class FullyConnected:\n    def forward(self, X):\n        return X\n")
    assert known(parse_target(f"{tmp_path}/linear.py:Linear")) is None
    assert known(parse_target(f"{tmp_path}/layers.py:FullyConnected")) is None


def test_check_and_grade_agree_on_a_linear_without_its_average(tmp_path: Path) -> None:
    shutil.copytree(WORKED, tmp_path / "work")
    file = tmp_path / "work/mytorch/nn/linear.py"
    target = f"{file}:Linear"
    assert CliRunner().invoke(app, ["check", target]).exit_code == 0
    file.write_text(file.read_text().replace("self.dLdW = dLdW / self.N", "self.dLdW = dLdW"))
    checked = CliRunner().invoke(app, ["check", target])
    assert checked.exit_code == 1
    assert "as ai702 has it" in checked.output
    without = CliRunner().invoke(app, ["check", f"{target}(3, 4)", "--no-homework", "--input", "2,3", "--wrt", "W"])
    assert (without.exit_code, "as ai702" in without.output) == (0, False)
