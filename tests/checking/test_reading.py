"""A value of another kind or shape than is wanted fails the check in one line, and nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from graders.checking import (
    CheckFailed,
    Remote,
    examine,
    read_array,
    read_arrays,
    read_flag,
    read_items,
    read_list,
    read_number,
    read_record,
)
from graders.checking.reading import MOST_ITEMS, array_of, list_of, number_of, read_whole, record_of
from graders.sandbox.faults import StudentCrash
from graders.sandbox.inside.wire import Opaque
from tests.homeworks.odd_values import ODD
from tests.support import answering

READERS: dict[str, Callable[[Remote], Any]] = {
    "array": read_array,
    "array of a shape": lambda remote: read_array(remote, (2, 3)),
    "floats": lambda remote: read_array(remote, floats=True),
    "finite floats": lambda remote: read_array(remote, floats=True, finite=True),
    "number": read_number,
    "whole number": read_whole,
    "flag": read_flag,
    "record": read_record,
    "list": read_list,
}


def outcome(read: Callable[..., Any], *arguments: Any) -> Any:
    """What is read, or the message of the failure."""
    try:
        return read(*arguments)
    except CheckFailed as failed:
        return failed.message


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("reader", READERS)
def test_an_odd_value_is_read_or_fails_the_check_in_one_line(reader: str, odd: str):
    _, remote = answering(ODD[odd](np.arange(6.0).reshape(2, 3)))
    found = outcome(READERS[reader], remote)
    assert isinstance(found, np.ndarray | float | int | str | dict | list)
    assert found.strip() == found.replace("\n", "") if isinstance(found, str) else True


@pytest.mark.parametrize("odd", ODD)
def test_values_inside_of_others_are_read_alike(odd: str):
    value = ODD[odd](np.arange(6.0).reshape(2, 3))
    for reader in (array_of, number_of, record_of, list_of):
        found = outcome(reader, value, "it")
        assert found.startswith("it") if isinstance(found, str) else isinstance(found, np.ndarray | float | dict | list)


def test_a_right_value_comes_as_it_is():
    right = np.arange(6.0).reshape(2, 3)
    student, remote = answering(right, right)
    assert all(np.array_equal(found, right) for found in read_arrays(student, remote, remote, like=[(2, 3)] * 2))
    assert read_number(answering(np.array([[2.5]]))[1]) == 2.5
    assert read_whole(answering(3)[1]) == 3
    assert read_flag(answering(False)[1]) is False
    assert read_list(answering([0.5, 2.0])[1]) == [0.5, 2.0]
    assert read_record(answering({"W1": 1.0, 2: 3.0})[1]) == {"W1": 1.0}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("text", "layer.dLdW is a str, but should be a NumPy array"),
        (None, "layer.dLdW is None"),
        (Opaque("Tensor"), "layer.dLdW is a Tensor, but should be a NumPy array"),
        (np.zeros(3), "layer.dLdW: its shape is (3,), but should be (2, 3)"),
    ],
)
def test_the_line_says_what_came_and_what_should_have(value: Any, message: str):
    with pytest.raises(CheckFailed) as failed:
        read_array(answering(value)[1], (2, 3))
    assert failed.value.message == message


def test_values_that_are_not_finite_are_refused_where_they_would_be_of_no_use():
    value = np.array([1.0, np.nan])
    assert read_array(answering(value)[1]).shape == (2,)
    with pytest.raises(CheckFailed, match="isn't finite"):
        read_array(answering(value)[1], finite=True)


def test_a_verdict_sees_arrays_only():
    seen: list[np.ndarray] = []
    student, remote = answering(np.ones(2), "text")
    examine(remote, seen.append)
    student.settle()
    assert len(seen) == 1
    examine(remote, seen.append)
    with pytest.raises(CheckFailed):
        student.settle()
    assert len(seen) == 1


def test_nobody_goes_through_a_list_without_an_end():
    assert len(read_items(answering(3)[1])) == 3
    with pytest.raises(CheckFailed, match="entries"):
        read_items(answering(MOST_ITEMS + 1)[1])
    with pytest.raises(CheckFailed, match="entries"):
        read_list(answering([0.0] * (MOST_ITEMS + 1))[1])
    with pytest.raises(StudentCrash):
        read_items(answering("many")[1])
