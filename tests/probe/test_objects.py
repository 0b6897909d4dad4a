"""Objects in place of arrays: tensors, engines of them, records of results."""

from __future__ import annotations

import pytest

from graders.probe import Request
from graders.sandbox.inside.wrapping import wrappers_of
from tests.probe.support import check_here

TENSORS = """
import numpy as np

class Tensor:
    def __init__(self, data, requires_grad=False):
        assert isinstance(data, np.ndarray)
        self.data, self.grad, self.requires_grad = data, None, requires_grad

class Tanh:
    def forward(self, x):
        self.x = x
        self.out = Tensor(np.tanh(x.data))
        return self.out
    def backward(self, upstream):
        self.x.grad = UPSTREAM * (1 - self.out.data ** 2)

class Silent(Tanh):
    def backward(self):
        self.x.grad = self.out.grad * (1 - self.out.data ** 2)

class Index:
    def forward(self, x, labels):
        self.x, self.labels = x, labels.data.astype(int)
        self.rows = np.arange(len(x.data))
        return Tensor(np.array(np.sum(x.data[self.rows, self.labels] ** 2)))
    def backward(self):
        self.x.grad = np.zeros_like(x := self.x.data)
        self.x.grad[self.rows, self.labels] = 2 * x[self.rows, self.labels]
"""
PLACES = {"raw": "upstream", "wrapped": "upstream.data", "kept": "upstream.grad"}
SHAPE = Request(inputs=((5, 3),))


@pytest.mark.parametrize("place", PLACES)
def test_the_upstream_gradient_is_given_as_the_code_takes_it(place: str) -> None:
    right = TENSORS.replace("UPSTREAM", PLACES[place])
    report = check_here(right, "Tanh", SHAPE)
    assert report.verdict == "pass", report
    assert "x (5, 3), given as Tensor" in report.taken_for
    assert check_here(right.replace("data ** 2", "data"), "Tanh", SHAPE).verdict == "wrong gradient"


def test_it_may_be_kept_by_the_output_alone() -> None:
    assert check_here(TENSORS, "Silent", SHAPE).verdict == "pass"
    assert check_here(TENSORS.replace("data ** 2", "data"), "Silent", SHAPE).verdict == "wrong gradient"


def test_labels_are_given_as_objects_where_the_code_wants_these() -> None:
    report = check_here(TENSORS, "Index", SHAPE)
    assert report.verdict == "pass", report
    assert "labels (5,), classes 0 to 2" in report.taken_for
    assert check_here(TENSORS.replace("= 2 * x[", "= x["), "Index", SHAPE).verdict == "wrong gradient"


GRAPH = """
import numpy as np

class Node:
    def __init__(self, value, back=None):
        self.value, self.gradient, self.back = value, np.zeros_like(value), back
    def __mul__(self, other):
        def back(g):
            self.backward(g * other.value)
            other.backward(g * self.value)
        return Node(self.value * other.value, back)
    def backward(self, gradient):
        self.gradient = self.gradient + gradient
        if self.back:
            self.back(gradient)

def square(x):
    return x * x

class Scale:
    def __init__(self):
        self.factor = Node(np.ones(3))
    def forward(self, x):
        return x * self.factor * Node(np.array([1.0, 2.0, 3.0]))
"""


def test_a_graph_runs_backward_by_itself_and_may_add_up() -> None:
    assert check_here(GRAPH, "square", SHAPE).verdict == "pass"
    wrong = GRAPH.replace("self.gradient + gradient", "gradient")
    assert check_here(wrong, "square", SHAPE).verdict == "wrong gradient"


def test_a_gradient_that_a_graph_broadcasts_has_the_wrong_shape() -> None:
    assert check_here(GRAPH, "Scale", SHAPE).verdict == "wrong shape"


def test_without_such_a_class_the_type_that_was_returned_is_named() -> None:
    source = """
class Odd:
    def __init__(self, a, b):
        self.a = None
def f(x):
    return Odd(x, x)
def f_backward(d):
    return d
"""
    report = check_here(source, "f", SHAPE)
    assert (report.verdict, "returned a Odd" in report.message) == ("wrong type", True)


RECORDS = """
import numpy as np
from dataclasses import dataclass

@dataclass
class Gradients:
    x: object
    W: object

class Layer:
    def __init__(self):
        self.W = np.ones((3, 2))
    def forward(self, x):
        self.x = x
        return {"out": x @ self.W, "cache": (x, self.W)}
    def backward(self, dout, cache):
        x, W = cache
        return Gradients(dout @ W.T, x.T @ dout)
"""


def test_records_are_read_by_the_names_of_their_fields() -> None:
    assert check_here(RECORDS, "Layer", SHAPE).verdict == "pass"
    swapped = RECORDS.replace("Gradients(dout @ W.T, x.T @ dout)", "Gradients(2 * dout @ W.T, x.T @ dout)")
    report = check_here(swapped, "Layer", SHAPE)
    assert [item.verdict for item in report.inputs] == ["wrong gradient", "pass"]


CACHED = """
import numpy as np

class Layer:
    def __init__(self):
        self.W, self.b = np.ones((3, 2)), np.zeros(2)
    def forward(self, x):
        self.cache = (x, self.W, self.b)
        return x @ self.W + self.b
    def backward(self, d):
        x, W, b = self.cache
        return d @ W.T, {"W": x.T @ d, "b": d.sum(0)}
"""


def test_a_parameter_that_a_tuple_holds_too_is_checked() -> None:
    assert check_here(CACHED, "Layer", SHAPE).verdict == "pass"
    report = check_here(CACHED.replace("x.T @ d,", "2 * x.T @ d,"), "Layer", SHAPE)
    assert [item.verdict for item in report.inputs if item.name == "W"] == ["wrong gradient"]
    lacking = check_here(CACHED.replace(', "b": d.sum(0)', ""), "Layer", SHAPE)
    assert (lacking.verdict, "gradient of b" in lacking.message) == ("missing gradient", True)


HINGE = """
import numpy as np
def margin(w, X, y):
    m = np.logaddexp(0, 1 - y * (X @ w))
    return m.sum() + w @ w, 2 * w - X.T @ (y * (1 - np.exp(-m)))
"""


def test_labels_of_minus_one_are_tried_where_0_is_silent_beside_a_penalty() -> None:
    request = Request(inputs=((3,), (7, 3)))
    assert check_here(HINGE, "margin", request).verdict == "pass"
    assert check_here(HINGE.replace("(y * (1", "((y > 0) * (1"), "margin", request).verdict == "wrong gradient"


def test_classes_that_arrays_of_other_names_dont_stand_for_are_no_wrappers() -> None:
    class Layer:
        def __init__(self, data: object) -> None:
            self.data = data

        def forward(self, x: object) -> object:
            return x

    namespace: dict[str, object] = {"Layer": Layer}
    exec("def f(x): return x", namespace)
    assert wrappers_of(namespace["f"]) == []
