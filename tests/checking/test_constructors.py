"""What a constructor leaves behind is told in one message, by the handout's names; a type that hides is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from graders.checking.expect import CheckFailed, all_at_once, expect
from graders.checking.student import Remote, Student, by_place
from graders.coursework.rubric import Reveal
from graders.judging.compare import Shape
from graders.marking.reveal import told
from graders.sandbox.faults import StudentError
from tests.support import student_on, write_tree

WORK = """
    import numpy as np

    class Layer:
        def __init__(self, fan_in, fan_out):
            self.W = np.full((fan_out, fan_in), 0.5)
            self.b = np.zeros((1, fan_out))
            self.pair = (self.W, self.b)
            self.matrix = np.matrix(self.W)
            self.row = self.dLdrow = np.ones(fan_out)
"""


@pytest.fixture
def student(tmp_path: Path) -> Iterator[Student]:
    with student_on(write_tree(tmp_path, {"work.py": WORK}), "work") as student:
        yield student


def failure_of(student: Student, layer: Remote, wanted: Sequence[tuple[str, np.ndarray, str]]) -> CheckFailed:
    """What is raised where these attributes are all looked at."""
    with pytest.raises(CheckFailed) as failed, all_at_once(student):  # noqa: PT012 - the block's end raises
        for name, value, because in wanted:
            expect(getattr(layer, name)).to_equal(value, because=because)
    return failed.value


def test_every_fault_is_named_and_what_is_missing_too(student: Student):
    layer = student("work").Layer(3, 4)
    W = ("W", np.zeros((4, 3)), "W doesn't start at zeros")
    missing_one = ("fan", np.zeros(1), "")
    failed = failure_of(student, layer, [W, missing_one, ("b", np.zeros((4, 1)), ""), ("b", np.zeros((1, 4)), "")])
    first, missing, last = failed.message.split("; ")
    assert first == "layer.W[0, 0] is 0.5, but should be 0"
    assert missing == "layer.fan does not exist"
    assert last == "layer.b: its shape is (1, 4), but should be (4, 1)"
    assert (failed.about, failed.because) == ("layer.W", "W doesn't start at zeros")


def test_where_expected_values_are_hidden_no_part_shows_one(student: Student):
    layer = student("work").Layer(3, 4)
    failed = failure_of(student, layer, [("W", np.full((4, 3), 0.25), ""), ("b", np.zeros((4, 1)), "")])
    assert "0.25" in told(failed, Reveal.ALL).message
    discreet = told(failed, Reveal.DIFFERENCE).message
    assert "0.25" not in discreet
    assert "(4, 1)" not in discreet
    assert "layer.W" in discreet
    assert "layer.b" in discreet


def test_one_fault_is_raised_as_it_is_and_none_is_none(student: Student):
    layer = student("work").Layer(3, 4)
    with pytest.raises(StudentError, match=r"layer\.c does not exist"), all_at_once(student):
        expect(layer.c).to_equal(np.zeros(1))
    with all_at_once(student):
        expect(layer.b).to_equal(np.zeros((1, 4)))


def test_arguments_are_shown_by_the_handouts_names_and_given_by_place(student: Student):
    layer = student("work").Layer(*by_place(in_features=3, out_features=4))
    assert student.read(layer.b.shape) == [[1, 4]]
    assert student.steps == ["layer = Layer(in_features=3, out_features=4)"]
    with pytest.raises(StudentError, match=r"Layer\(in_features=3\) can't be called"):
        student.read(student("work").Layer(*by_place(in_features=3)))


def test_a_tuple_is_called_a_tuple(student: Student):
    expect(student("work").Layer(3, 4).pair).to_equal(np.zeros((4, 3)))
    with pytest.raises(CheckFailed, match=r"layer\.pair is a tuple, but should be a NumPy array"):
        student.settle()


def test_a_matrix_is_judged_as_an_array_and_said(student: Student):
    expect(student("work").Layer(3, 4).matrix).to_equal(np.full((4, 3), 0.5))
    student.settle()
    (warning,) = student.warnings
    assert warning.startswith("layer.matrix is an np.matrix: use np.array")


def test_a_gradient_of_double_precision_for_single_is_said(student: Student):
    layer = student("work").Layer(3, 4)
    for dtype in (np.float32, np.float64):
        layer.x = np.ones(3, dtype)
        expect(layer.dLdrow).to_be_floating((4,), of="layer.row")
    student.settle()
    assert [text.partition(":")[0] for text in student.warnings] == ["layer.dLdrow is float64 for arrays of float32"]


def test_a_parameter_and_its_gradient_give_one_warning_whatever_their_sizes(student: Student):
    for size in (4, 6):
        layer = student("work").Layer(3, size)
        expect(layer.row).to_equal(np.ones((1, size)), Shape.ROW, of="layer.row")
        expect(layer.dLdrow).to_equal(np.ones((1, size)), Shape.ROW, of="layer.row")
        expect(layer.dLdrow).to_be_floating((1, size), Shape.ROW, of="layer.row")
    student.settle()
    assert list(student.warnings) == ["layer.row or its gradient has shape (n,); the handout writes (1, n)"]
