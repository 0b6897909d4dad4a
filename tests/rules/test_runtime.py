"""A banned function raises in the worker, whatever the submission calls it; the rest goes on working."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from graders.rules import forbidden
from graders.student import Student
from graders.worker.faults import StudentError
from tests.support import student_on, value_of, write_tree

LAYER = """
import numpy as np
from numpy import tanh as renamed

class Layer:
    function = np.tanh
    def plain(self, x): return np.tanh(x)
    def imported(self, x): return renamed(x)
    def kept(self, x): return Layer.function(x)
    def own(self, x): return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))

class Poly(np.polynomial.Polynomial):
    pass

def polynomial(x):
    return Poly([1.0, 2.0])(x)
"""


@pytest.fixture
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    root = write_tree(tmp_path_factory.mktemp("rules"), {"layer.py": LAYER})
    with student_on(root, "layer") as running:
        yield running


@pytest.mark.parametrize("method", ["plain", "imported", "kept"])
def test_it_raises_with_its_name_and_the_students_line(student: Student, method: str) -> None:
    layer = student("layer").Layer()
    assert value_of(getattr(layer, method)(np.array([0.0]))) == 0
    forbidden(student, "numpy.tanh")
    with pytest.raises(StudentError) as caught:
        value_of(getattr(layer, method)(np.array([0.0])))
    assert "numpy.tanh may not be used in this homework" in caught.value.message
    assert "layer.py" in caught.value.message + caught.value.hint


def test_everything_else_works_as_before(student: Student) -> None:
    forbidden(student, "numpy.tanh", "numpy.no_such_thing", "no_such_library.tanh")
    np.testing.assert_allclose(value_of(student("layer").Layer().own(np.array([0.5]))), np.tanh([0.5]))


def test_a_banned_class_cannot_be_made_nor_can_its_children(student: Student) -> None:
    x = np.array([1.0])
    assert value_of(student("layer").polynomial(x)) == 3
    forbidden(student, "numpy.polynomial.Polynomial")
    with pytest.raises(StudentError, match="Polynomial may not be used"):
        value_of(student("layer").polynomial(x))
