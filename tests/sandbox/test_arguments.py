"""What a check passes arrives in student code as what it is: dicts as dicts, tuples as tuples, lists as lists."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.checking.student import Student
from graders.marking.repro.calls import Calls
from graders.sandbox.faults import StudentError
from graders.sandbox.inside.importing import Submission
from graders.sandbox.inside.packing import pack, unpack
from graders.sandbox.inside.requests import RequestHandler
from graders.sandbox.inside.wire import Mapped, ProtocolError
from tests.sandbox.test_wire import ARRAYS, same
from tests.support import value_of

Start = Callable[..., Student]
KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
KEYS |= st.tuples(KEYS, KEYS)
ARGUMENTS = st.recursive(
    KEYS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=10,
)


def arrived(value: object) -> Any:
    """The value as student code gets it."""
    (operation,) = unpack(pack([["put", 1, value]])[4:])
    return RequestHandler(Submission("/nowhere", [], {})).resolve(operation[2])


def alike(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, tuple):
        return type(got) is tuple and alike(list(got), list(wanted))
    if isinstance(wanted, list):
        return type(got) is list and len(got) == len(wanted) and all(map(alike, got, wanted))
    if isinstance(wanted, dict):
        return type(got) is dict and alike(list(got.items()), list(wanted.items()))
    return same(got, wanted)


@given(ARGUMENTS)
def test_any_argument_arrives_as_it_was(value: object) -> None:
    assert alike(arrived(value), value)


@given(st.lists(ARGUMENTS, max_size=4))
def test_equal_batches_are_equal_bytes_whichever_objects_they_hold(values: list[object]) -> None:
    first = [["put", place, value] for place, value in enumerate(values)]
    assert pack(first) == pack(copy.deepcopy(first))
    assert pack([[1.5, "text" * 2, 2**70]] * 2) == pack([[float("1.5"), "".join(["text"] * 2), 2**70] for _ in "ab"])


class Shape(NamedTuple):
    height: int
    width: int


class Options(dict[str, int]):
    """A class of the homework's own."""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Shape(2, 3), (2, 3)),
        (Options(stride=2), {"stride": 2}),
        ({np.int64(3): np.float64(0.5)}, {3: 0.5}),
        (Mapped({"a": [(1,)]}), {"a": [(1,)]}),
        ((), ()),
        ({}, {}),
    ],
)
def test_what_derives_from_a_container_arrives_as_the_plain_one(value: object, wanted: object) -> None:
    assert alike(arrived(value), wanted)


def test_a_dict_that_holds_itself_cannot_be_sent() -> None:
    loop: dict[str, object] = {}
    loop["loop"] = loop
    with pytest.raises(ProtocolError, match="can't be sent"):
        pack([["put", 1, loop]])


LAYER = """
import numpy as np

class Layer:
    def __init__(self, shape, options=None):
        self.shape, self.options, self.table = shape, options, {}

    def forward(self, A, params):
        assert type(params) is dict and type(params["scales"]) is list and type(self.shape) is tuple
        return A @ params["dense"]["W"] * params["scales"][0] + self.options["shift"]

    def kinds(self):
        return [type(value).__name__ for value in (self.shape, self.options, *self.options.values())]

    def kept(self, A, params):
        return params["dense"]["W"] is A
"""


def test_nested_dicts_with_arrays_reach_student_code(start: Start) -> None:
    student = start(LAYER)
    A, W = np.ones((2, 3)), np.full((3, 2), 2.0)
    layer = student("layer").Layer((2, 3), options={"shift": 1.0, "pads": ((1, 2), [3])})
    Z = value_of(layer.forward(A, {"dense": {"W": W}, "scales": [0.5]}))
    np.testing.assert_array_equal(Z, np.full((2, 2), 4.0))
    assert value_of(layer.kinds()) == ["tuple", "dict", "float", "tuple"]
    assert value_of(layer.kept(W, {"dense": {"W": W}})) is True


def test_dicts_can_be_attributes_and_items_of_any_plain_key(start: Start) -> None:
    student = start(LAYER)
    W = np.ones(2)
    layer = student("layer").Layer((1,))
    layer.options = {"W": W, (0, 1): "corner"}
    layer.table[0, 1] = {"W": W}
    layer.table["list"] = [W, (W,)]
    assert value_of(layer.options[0, 1]) == "corner"
    np.testing.assert_array_equal(value_of(layer.table[0, 1]["W"]), W)
    np.testing.assert_array_equal(value_of(layer.table["list"][1][0]), W)
    with pytest.raises(StudentError, match="KeyError"):
        value_of(layer.table["nothing"])
    layer.shape[0] = 3
    with pytest.raises(StudentError, match=r"setting layer\.shape\[0\] raised TypeError"):
        value_of(layer.shape)


def test_a_report_shows_them_as_a_line_of_code_would(start: Start) -> None:
    student = start(LAYER)
    W = np.ones((3, 2))
    student.begin(lambda: {id(W): "W"})
    layer = student("layer").Layer((2,), options={"W": W, "pads": (1, [2])})
    layer.table["a", 1] = (W, None)
    assert student.steps == [
        "layer = Layer((2,), options={'W': W, 'pads': (1, [2])})",
        "layer.table[('a', 1)] = (W, None)",
    ]


def test_a_script_for_the_student_passes_the_same_objects(start: Start) -> None:
    student = start(LAYER)
    W = np.full((3, 2), 2.0)
    student.begin(lambda: {id(W): "W"})
    layer = student("layer").Layer((2, 3), options={"shift": float("inf"), "scales": [W], "one": (W,)})
    layer.table["W"] = {"W": W}
    calls = Calls(student.operations, lambda candidates: ("layer", candidates[0][1]), raised=False)
    assert calls.inputs == ["W = np.array([[2.0, 2.0], [2.0, 2.0], [2.0, 2.0]])"]
    assert calls.lines == [
        "layer = Layer((2, 3), options={'shift': np.inf, 'scales': [W], 'one': (W,)})",
        "layer.table['W'] = {'W': W}",
    ]
    value_of(layer.table)
