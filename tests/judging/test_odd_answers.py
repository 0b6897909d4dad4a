"""Whatever a student's code gives is judged: a difference, or none, and no exception."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.judging.compare import Judgement, judge
from graders.judging.expectation import Demand, Expectation, Shape, certain, stand_for
from tests.homeworks.odd_values import ODD


class Own(np.ndarray):
    """An array of somebody's own."""


NEVER_ON_THE_WIRE: dict[str, Any] = {
    "bytes": b"bytes",
    "an object": object(),
    "objects": np.array(["a", None, [1]], dtype=object),
    "texts": np.array(["a", "b"]),
    "dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "durations": np.array([1], dtype="timedelta64[s]"),
    "a structure": np.zeros(3, dtype=[("x", "f8"), ("y", "i4")]),
    "masked": np.ma.masked_array(np.ones((2, 3)), mask=np.eye(2, 3)),
    "a subclass": np.ones((2, 3)).view(Own),
    "a tuple": (1.0, 2.0),
    "a set": {1.0},
    "a NumPy number": np.float32(1.5),
}
WANTED = [np.array(2.5), np.zeros(0), np.ones((1, 3)), np.arange(6.0).reshape(2, 3)]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: str(wanted.shape))
@pytest.mark.parametrize("demand", Demand)
@pytest.mark.parametrize("name", [*ODD, *NEVER_ON_THE_WIRE])
def test_any_value_is_judged(name: str, demand: Demand, wanted: np.ndarray):
    got = ODD[name](wanted) if name in ODD else NEVER_ON_THE_WIRE[name]
    for rule in Shape:
        found = judge(Expectation("it", demand, certain(wanted), stand_for(wanted.shape, rule)), got)
        assert isinstance(found, Judgement)
        if found.difference is not None:
            assert found.difference.said_of("it")
            assert isinstance(found.difference.hint_for("it"), str)


@pytest.mark.parametrize("name", ["text", "None", "a ragged list", "a list 50 deep", "complex", "an object array"])
def test_what_is_no_array_of_real_numbers_differs_from_any(name: str):
    for wanted in WANTED:
        got = ODD[name](wanted)
        found = judge(Expectation("it", Demand.EQUAL, certain(wanted), (wanted.shape,)), got)
        assert found.difference is not None
