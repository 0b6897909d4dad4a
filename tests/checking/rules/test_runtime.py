"""A banned function raises in the worker, whatever the submission calls it; the rest goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from graders.checking.rules import forbidden
from graders.checking.student import Student
from graders.sandbox.faults import StudentError
from tests.support import student_on, value_of, write_tree

LAYER = """
from functools import partial
import numpy as np
from numpy import tanh as renamed

def enclose(f):
    def call(x): return f(x)
    return call

enclosed = enclose(np.tanh)
wrapped = enclose(enclose(np.tanh))

class Layer:
    function = np.tanh
    table = {"tanh": np.tanh, "deep": [(np.tanh,)]}
    static = staticmethod(np.tanh)
    part = partial(np.tanh)
    def by_default(self, x, f=np.tanh): return f(x)
    def by_keyword(self, x, *, f=np.tanh): return f(x)
    def in_a_table(self, x): return Layer.table["tanh"](x)
    def deep_in_a_table(self, x): return Layer.table["deep"][0][0](x)
    def as_static(self, x): return self.static(x)
    def as_part(self, x): return Layer.part(x)
    def in_a_closure(self, x): return enclosed(x)
    def decorated(self, x): return wrapped(x)
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


@pytest.mark.parametrize(
    "method",
    [
        *("plain", "imported", "kept", "by_default", "by_keyword", "in_a_table", "deep_in_a_table", "as_static"),
        *("as_part", "in_a_closure", "decorated"),
    ],
)
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


def test_a_large_table_of_data_takes_no_time(tmp_path: Path) -> None:
    text = (
        LAYER + "\nDATA = [[[0] * 100 for _ in range(100)] for _ in range(300)]\nlooped = []\nlooped.append(looped)\n"
    )
    with student_on(write_tree(tmp_path, {"layer.py": text}), "layer") as student:
        forbidden(student, *["numpy.tanh"] * 100)
        np.testing.assert_allclose(value_of(student("layer").Layer().own(np.array([0.5]))), np.tanh([0.5]))
