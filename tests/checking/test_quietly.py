"""What a check passes over for another to tell: what the student's backward raises, where state is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.marking.repro.calls import Calls
from graders.sandbox.faults import StudentError
from tests.support import student_on, value_of, write_tree

LAYER = """
class Layer:
    def __init__(self):
        self.kept = 0

    def forward(self, x):
        self.kept += x
        return x

    def backward(self, x):
        self.kept = -1
        raise NameError("name 'W' is not defined")
"""


def test_an_exception_is_passed_over_and_what_was_done_before_it_is_seen(tmp_path: Path) -> None:
    with student_on(write_tree(tmp_path, {"layers.py": LAYER}), "layers") as student:
        layer = student("layers").Layer()
        layer.forward(2)
        with student.quietly():
            found = layer.backward(1)
            lost = found.shape
        assert value_of(layer.kept) == -1
        assert value_of(found) is None
        assert value_of(lost) is None


def test_it_is_told_again_afterwards(tmp_path: Path) -> None:
    with student_on(write_tree(tmp_path, {"layers.py": LAYER}), "layers") as student:
        layer = student("layers").Layer()
        with student.quietly():
            layer.backward(1)
        layer.backward(1)
        with pytest.raises(StudentError, match="name 'W' is not defined"):
            student.settle()


def test_the_next_example_begins_as_if_nothing_had_been_passed_over(tmp_path: Path) -> None:
    with student_on(write_tree(tmp_path, {"layers.py": LAYER}), "layers") as student:
        student.queue(["quietly", True])
        student.settle()
        student.begin(dict)
        student("layers").Layer().backward(1)
        with pytest.raises(StudentError):
            student.settle()


def test_a_script_that_repeats_it_goes_on_after_the_exception(tmp_path: Path) -> None:
    with student_on(write_tree(tmp_path, {"layers.py": LAYER}), "layers") as student:
        layer = student("layers").Layer()
        with student.quietly():
            layer.backward(1)
        assert value_of(layer.kept) == -1
        written = Calls(student.operations, lambda candidates: ("layers", candidates[0][1]), raised=False)
    assert written.lines == ["layer = Layer()", "try:", "    layer.backward(1)", "except Exception:", "    pass"]
    assert written.last == "layer.kept"
