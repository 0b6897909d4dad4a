"""Finite differences that only the author of a check can mend: never a message to the student."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders import AuthorError
from graders.checking import CheckFailed
from graders.checking.gradients import Arrays, check_gradients
from graders.checking.student import Remote, Student
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Status
from graders.coursework.selection import select
from graders.gradcheck import Convention
from graders.marking.run import Request, mark
from graders.reports.text import text
from tests.support import check_on, toy_homework, worker_on, write_tree

LAYER = """
    import numpy as np

    class Layer:
        def forward(self, x):
            self.x = x
            return np.sin(x)

        def backward(self, g):
            return g * np.cos(self.x)

        def slope(self):
            return np.cos(self.x)

        def transposed(self, g):
            return (g * np.cos(self.x)).T

        def pair(self, x):
            return self.forward(x), None

        def nothing(self, x):
            return np.zeros((0, 3))

    class Dropout(Layer):
        def forward(self, x):
            self.x = x
            return np.random.random(x.shape) * x

    class Loss:
        def forward(self, x):
            self.x = x
            return np.sum(np.sin(x))

        def backward(self):
            return np.cos(self.x)
"""
X = np.random.default_rng(0).standard_normal((5, 3))


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    """The submission with these layers."""
    folder = write_tree(tmp_path_factory.mktemp("submission"), {"layer.py": LAYER})
    with worker_on(folder, "layer") as worker, check_on(worker) as proxy:
        yield proxy


Ask = Callable[[Remote, Any], Any]


def check(
    student: Student,
    forward: Ask = lambda layer, point: layer.forward(point["x"]),
    backward: Ask = lambda layer, g: {"x": layer.backward(g)},
    convention: Convention | None = None,
    kind: str = "Layer",
    inputs: Arrays | None = None,
) -> None:
    student.begin(dict)
    layer = getattr(student("layer"), kind)()
    check_gradients(
        student,
        lambda point: forward(layer, point),
        lambda cotangent: backward(layer, cotangent),
        {"x": X.copy()} if inputs is None else inputs,
        convention,
    )


def raises(error: Exception) -> Ask:
    def ask(layer: Remote, given: object) -> Any:
        raise error

    return ask


def changes(array: np.ndarray) -> np.ndarray:
    array += 1.0
    return array


random = np.random.default_rng(1)
SLIPS: dict[str, tuple[Mapping[str, Any], str]] = {
    "a loss without ignores_cotangent": (
        {"kind": "Loss", "backward": lambda layer, g: {"x": layer.backward()}},
        r"doesn't hand its cotangent .* Convention\(ignores_cotangent=True\)",
    ),
    "a local derivative without local": (
        {"backward": lambda layer, g: {"x": layer.slope()}},
        r"doesn't hand its cotangent .* Convention\(local=",
    ),
    "a convention for an input that isn't there": (
        {"convention": Convention(scale_by={"W": 0.5})},
        r"the convention names 'W', but the inputs are 'x'",
    ),
    "a local one, too": ({"convention": Convention(local=("Z",))}, "the convention names 'Z'"),
    "a factor of another shape": (
        {"convention": Convention(scale_by={"x": np.ones(4)})},
        r"scale_by\['x'\] has shape \(4,\), which doesn't go with the input's \(5, 3\)",
    ),
    "a factor of more dimensions": ({"convention": Convention(scale_by={"x": np.ones((2, 5, 3))})}, "scale_by"),
    "a shape of another size": ({"convention": Convention(shapes={"x": (5, 4)})}, r"shapes\['x'\] is \(5, 4\)"),
    "a backward that raises": ({"backward": raises(KeyError("dx"))}, "the check's backward raised KeyError: 'dx'"),
    "a backward that leaves one out": (
        {"backward": lambda layer, g: {}},
        "backward gives none, but the inputs are 'x'",
    ),
    "a backward with another name": (
        {"backward": lambda layer, g: {"x": layer.backward(g), "y": layer.backward(g)}},
        "backward gives 'x', 'y', but the inputs are 'x'",
    ),
    "a backward that returns nothing": ({"backward": lambda layer, g: None}, "the check's backward gives nothing"),
    "a backward that returns a gradient": (
        {"backward": lambda layer, g: layer.backward(g)},
        "the check's backward gives a Remote, but should give gradients by input",
    ),
    "a backward in NumPy": ({"backward": lambda layer, g: {"x": g}}, "gives a ndarray for 'x'"),
    "a backward that isn't called": ({"backward": lambda layer, g: {"x": layer.slope}}, "should be called"),
    "a forward that raises": ({"forward": raises(IndexError("no such"))}, "the check's forward raised IndexError"),
    "a forward in NumPy": ({"forward": lambda layer, point: np.sin(point["x"])}, "the check's forward gives a ndarray"),
    "a forward that returns nothing": ({"forward": lambda layer, point: None}, "the check's forward gives nothing"),
    "a forward that isn't called": (
        {"forward": lambda layer, point: layer.forward},
        "asks for layer.forward, which is a method: it should be called",
    ),
    "a forward that asks something else each time": (
        {"forward": lambda layer, point: layer.forward(random.standard_normal((5, 3)))},
        "asks something else each time",
    ),
    "a forward that changes its input": (
        {"forward": lambda layer, point: layer.forward(changes(point["x"]))},
        "changes the arrays that it was given",
    ),
    "a backward that changes its cotangent": (
        {"backward": lambda layer, g: {"x": layer.backward(changes(g))}},
        "changes the cotangent that it was given",
    ),
    "nothing to differentiate": (
        {"inputs": {"x": np.arange(3)}, "backward": lambda layer, g: {"x": layer.backward(g)}},
        "finite differences can't be taken: no input has a floating dtype",
    ),
    "inputs that aren't finite": ({"inputs": {"x": np.array([np.nan])}}, "x holds NaN or infinity"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_what_only_the_author_can_mend_is_said_to_the_author(name: str, student: Student) -> None:
    how, message = SLIPS[name]
    with pytest.raises(AuthorError, match=message):
        check(student, **how)


def test_a_convention_may_have_a_gradient_in_another_shape(student: Student) -> None:
    shaped = Convention(shapes={"x": (3, 5)})
    with pytest.raises(CheckFailed, match="finite differences disagree"):
        check(student, backward=lambda layer, g: {"x": layer.transposed(g)}, convention=shaped)
    check(student, backward=lambda layer, g: {"x": layer.backward(g)}, convention=Convention(shapes={"x": (15,)}))


MISTAKES: dict[str, tuple[Mapping[str, Any], str]] = {
    "random numbers": ({"kind": "Dropout"}, "Two forward passes with the same input differ"),
    "a tuple": ({"forward": lambda layer, point: layer.pair(point["x"])}, "is a list|is a tuple"),
    "an output without entries": ({"forward": lambda layer, point: layer.nothing(point["x"])}, "should have entries"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_a_student_can_mend_is_said_to_the_student(name: str, student: Student) -> None:
    how, message = MISTAKES[name]
    with pytest.raises(CheckFailed, match=message):
        check(student, **how)


CHECKS = """
    import numpy as np

    from graders.checking import section
    from graders.checking import check_gradients

    @section("layer")
    def test_slopes(student):
        \"\"\"The gradient is the slope.\"\"\"
        layer = student("toy").Layer()
        check_gradients(
            student,
            lambda point: layer.forward(point["x"]),
            lambda cotangent: {"x": layer.slope()},
            {"x": np.arange(6.0).reshape(2, 3) + 0.5},
        )
"""
RUBRIC = """
    id = "slip"
    title = "A homework with a slip"
    total = 1

    [modules.toy]
    Layer = ["layer.py"]

    [[sections]]
    id = "layer"
    title = "A layer"
    points = 1
    policy = "all-or-nothing"
    checks = ["layer.slopes"]
"""


@pytest.mark.parametrize("advisory", [False, True])
def test_a_slip_of_the_author_is_a_fault_of_the_grader_in_a_report(advisory: bool, tmp_path: Path) -> None:
    rubric = RUBRIC
    if advisory:
        rubric = RUBRIC.replace('checks = ["layer.slopes"]', 'checks = ["layer.other"]\nadvisory = ["layer.slopes"]')
    other = '\n\n    @section("layer")\n    def test_other(student):\n        """It is there."""\n'
    toy_homework(tmp_path / "pack", rubric, CHECKS + (other if advisory else ""))
    submission = write_tree(tmp_path / "submission", {"layer.py": LAYER})
    homework = load_homework(str(tmp_path / "pack"))
    report = mark(Request(submission, homework, select(homework, [], {})))
    found = next(one for one in report.sections[0].checks if one.id == "layer.slopes")
    assert (found.status, report.exit_status) == (Status.GRADER_FAULT, 3)
    assert "Convention(ignores_cotangent=True)" in found.message
    written = text(report)
    assert "finite differences disagree" not in written
    assert "advice" not in written
    assert "not the submission's fault" in written
    assert json.dumps(found.counterexample) == "{}"
