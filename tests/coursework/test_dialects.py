"""Sections that fail by one other convention make a dialect if they agree, and a single mistake never does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from graders.coursework.dialects import dialect_of
from graders.coursework.record import CheckResult, Manner, Sign, Status
from graders.coursework.rubric import Dialect, Policy, Reveal, RubricFile, Section
from tests.support import write_tree

SECTIONS = ["linear", "relu", "loss", "mlp"]
RUBRIC = RubricFile(
    id="toy",
    title="A toy",
    total=4,
    sections=[
        Section(id=name, title=name, points=1, policy=Policy.PER_CHECK, checks=[f"{name}.a", f"{name}.b"])
        for name in SECTIONS
    ],
    modules={"nn": {"Linear": ["nn.py"], "MLP": ["nn.py"]}},
    dialects=[Dialect(title="The other year", manners=[Manner.MORE, Manner.BATCH], homework="toy2")],
)
LOOKS = "This looks like the homework of another course or year: "


def failed(signs: Mapping[str, tuple[Manner, str] | tuple[Manner, str, str]]) -> dict[str, CheckResult]:
    return {
        name: CheckResult(
            id=name, title=name, status=Status.FAILED, sign=Sign(manner=sign[0], of=sign[1], asked="".join(sign[2:]))
        )
        for name, sign in signs.items()
    }


def said(
    folder: Path, signs: Mapping[str, tuple[Manner, str] | tuple[Manner, str, str]], rubric: RubricFile = RUBRIC
) -> str:
    return dialect_of(rubric, folder, failed(signs), lambda: ["toy"])


def test_two_sections_that_agree_are_enough(tmp_path: Path) -> None:
    line = said(tmp_path, {"linear.a": (Manner.BATCH, "linear"), "loss.b": (Manner.BATCH, "loss")})
    assert line == (
        f"{LOOKS}the division by the batch size is in another place (linear, loss). "
        "The other year asks for it, but gradmark doesn't have that homework."
    )


def test_the_homework_is_named_where_there_is_one(tmp_path: Path) -> None:
    signs = failed({"linear.a": (Manner.MORE, "linear"), "relu.b": (Manner.MORE, "relu")})
    line = dialect_of(RUBRIC, tmp_path, signs, lambda: ["toy", "toy2"])
    assert line.endswith("The other year asks for it: --homework toy2 marks it by that rubric.")


def test_two_manners_need_three_sections(tmp_path: Path) -> None:
    signs = {"linear.a": (Manner.BATCH, "linear"), "relu.a": (Manner.TUPLE, "relu")}
    assert not said(tmp_path, signs)
    line = said(tmp_path, {**signs, "loss.a": (Manner.FEWER, "loss")})
    assert "functions take less than they are given (loss)" in line
    assert line.endswith("No homework that gradmark knows asks for it.")


def test_a_component_counts_once_however_many_sections_use_it(tmp_path: Path) -> None:
    signs = {f"{name}.{check}": (Manner.BATCH, "linear") for name in SECTIONS for check in "ab"}
    assert not said(tmp_path, signs)


def test_a_section_that_fails_for_its_parts_shows_nothing(tmp_path: Path) -> None:
    signs = {"linear.a": (Manner.BATCH, "linear"), "mlp.a": (Manner.NONE, ""), "mlp.b": (Manner.BATCH, "mlp")}
    assert not said(tmp_path, signs)


def test_what_passed_and_what_only_advises_shows_nothing(tmp_path: Path) -> None:
    found = failed({"linear.a": (Manner.MORE, "linear"), "relu.a": (Manner.MORE, "relu")})
    assert dialect_of(RUBRIC, tmp_path, found, list)
    for change in ({"status": Status.PASSED}, {"advisory": True}):
        less = found | {"relu.a": msgspec.structs.replace(found["relu.a"], **change)}
        assert not dialect_of(RUBRIC, tmp_path, less, list)


def test_nothing_is_said_where_nothing_is_revealed(tmp_path: Path) -> None:
    signs = {"linear.a": (Manner.MORE, "linear"), "relu.a": (Manner.MORE, "relu")}
    hidden = msgspec.structs.replace(RUBRIC, reveal=Reveal.NOTHING)
    assert said(tmp_path, signs)
    assert not said(tmp_path, signs, hidden)


ALTERNATING = (
    "class MLP:\n    def __init__(self):\n        self.layers = [Linear(2, 3), nn.ReLU(), Linear(3, 2), nn.Tanh()]\n"
)
APPENDED = """
class MLP:
    def __init__(self):
        self.layers = []
        self.layers.append(Linear(2, 3))
        self.layers.append(ReLU())
"""
APART = """
class MLP:
    def __init__(self):
        self.layers, self.f = [Linear(2, 3), Linear(3, 2)], [ReLU(), ReLU()]
"""
MORE = {"relu.a": (Manner.MORE, "relu"), "loss.a": (Manner.MORE, "loss")}


@pytest.mark.parametrize(
    ("source", "found"), [(ALTERNATING, True), (APPENDED, True), (APART, False), ("class (", False)]
)
def test_a_missing_list_is_another_manner_where_layers_alternate(source: str, found: bool, tmp_path: Path) -> None:
    write_tree(tmp_path, {"nn.py": source})
    signs = {
        "mlp.a": (Manner.MISSING, "mlp", "f"),
        "linear.a": (Manner.BATCH, "linear"),
        "loss.a": (Manner.BATCH, "loss"),
    }
    assert ("layers and activations alternate in one list (mlp)" in said(tmp_path, signs)) == found


GRADIENTS = {
    "self.dW = X": True,
    "self.grad_weights = X": True,
    'self.grads["W_grad"] = X': True,
    "self.db = X": False,
    "dW = X": False,
    "self.W = X": False,
    "self.dLdW = X": False,
}


@pytest.mark.parametrize("assigned", GRADIENTS)
def test_a_missing_gradient_is_another_manner_where_it_has_another_name(assigned: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"nn.py": f"class Linear:\n    def backward(self, X):\n        {assigned}\n"})
    signs = {"linear.a": (Manner.MISSING, "linear", "dLdW"), **MORE}
    assert ("gradients have other names (linear)" in said(tmp_path, signs)) == GRADIENTS[assigned]


def test_work_that_is_missing_is_no_dialect(tmp_path: Path) -> None:
    assert not said(tmp_path, {f"{name}.a": (Manner.MISSING, name, "dLdW") for name in SECTIONS})
