"""A failed check of a component says whether the mistake is in the component or in a part that it is built on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.marking.validation.pack_suite import suite_of
from tests.support import copy_of_worked

BY_NAME = {mutant.name: mutant for mutant in suite_of("ai702").mutants}


def lost(name: str, tmp_path: Path, homework: str = "ai702", only: str = "mlp1") -> list[CheckResult]:
    """The checks of a section, for one mistake."""
    folder = BY_NAME[name].changes.write("ai702", tmp_path / "submission")
    found = load_homework(homework)
    report = mark(Request(folder, found, select(found, [only], {}), Profile.QUICK))
    return [check for section in report.sections for check in section.checks]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("linear: dLdW not divided by N", "Linear"),
        ("linear: forward returns nothing", "Linear"),
        ("relu: leak of 1e-4", "ReLU"),
    ],
)
def test_a_mistake_in_a_part_is_said_to_be_there(name: str, part: str, tmp_path: Path):
    first, *others = [check for check in lost(name, tmp_path) if check.status is not Status.PASSED]
    assert not any(check.parts for check in others)
    assert first.parts.startswith(f"with correct {part} in place of yours it passes"), first


@pytest.mark.parametrize("name", ["mlp1: one ReLU for both layers", "mlp1: derivative of the output skipped"])
def test_a_mistake_around_the_parts_is_said_to_be_there(name: str, tmp_path: Path):
    first, *others = [check for check in lost(name, tmp_path) if check.status is not Status.PASSED]
    assert not any(check.parts for check in others)
    assert first.parts.startswith("with correct Linear and ReLU in place of yours it still fails"), first


def test_where_a_part_is_given_what_it_can_not_take_the_line_that_gives_it_is_told(tmp_path: Path):
    """A layer is called where the activation belongs: the exception comes from linear.py, which is right."""
    folder = copy_of_worked(tmp_path / "submission")
    file = folder / "mytorch/models/mlp.py"
    text = file.read_text()
    old = "A1 = self.f[0].forward(Z0)\n        Z1"
    assert text.count(old) == 1
    file.write_text(text.replace(old, old.replace("self.f[0]", "self.layers[0]")))
    found = load_homework("ai702")
    report = mark(Request(folder, found, select(found, ["mlp1.forward"], {}), Profile.QUICK, name="submission"))
    (check,) = [one for section in report.sections for one in section.checks if one.id == "mlp1.forward"]
    line = text[: text.index(old)].count("\n") + 1
    assert "mytorch/nn/linear.py" in check.message
    assert check.parts.endswith(f"it still fails, in mytorch/models/mlp.py, line {line}, in forward: look there first")


def test_a_component_that_is_not_there_has_no_code_around_its_parts(tmp_path: Path):
    folder = BY_NAME["linear: forward returns nothing"].changes.write("ai702", tmp_path / "submission")
    (folder / "mytorch" / "models" / "mlp.py").unlink()
    (folder / "mytorch" / "models" / "__init__.py").write_text("")
    found = load_homework("ai702")
    report = mark(Request(folder, found, select(found, ["mlp1"], {}), Profile.QUICK))
    first = report.sections[0].checks[0]
    assert (first.message, first.parts) == ("there is no file mytorch/models/mlp.py or models/mlp.py", "")


def test_the_rubric_may_award_what_is_right_but_for_its_parts(tmp_path: Path):
    original = load_homework("ai702").folder
    copy = Path(shutil.copytree(original, tmp_path / "ai702"))
    rubric = (copy / "rubric.toml").read_text()
    (copy / "rubric.toml").write_text(rubric.replace("built_on", 'follow_through = "award"\nbuilt_on'))
    checks = lost("linear: dLdW not divided by N", tmp_path, str(copy))
    assert {check.status for check in checks} == {Status.PASSED}
    assert any("on your own parts" in warning for check in checks for warning in check.warnings)
    checks = lost("mlp1: one ReLU for both layers", tmp_path / "b", str(copy))
    assert any(check.status is not Status.PASSED for check in checks)
