"""What a check says about a value: each way to say it passes on the right value and fails on wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graders.checking.expect import CheckFailed, certain, expect
from graders.checking.reading import read_arrays
from graders.checking.student import Student
from graders.judging.compare import Shape
from graders.sandbox.inside.wire import Opaque
from tests.support import answering


def failure(student: Student) -> CheckFailed:
    with pytest.raises(CheckFailed) as caught:
        student.settle()
    return caught.value


@pytest.mark.parametrize("got", [np.ones((2, 3)), np.ones((2, 3), np.float32), np.ones((2, 3), int)])
def test_to_equal_passes_on_equal_values(got: Any) -> None:
    student, remote = answering(got)
    expect(remote).to_equal(np.ones((2, 3)))
    student.settle()
    assert student.warnings == {}


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (np.full((2, 3), 2.0), "layer.dLdW[0, 0] is 2, but should be 1"),
        (np.ones((3, 2)), "layer.dLdW: its shape is (3, 2), but should be (2, 3)"),
        (np.ones((1, 3)), "layer.dLdW: its shape is (1, 3), but should be (2, 3)"),
        (1.0, "layer.dLdW: its shape is (), but should be (2, 3)"),
        (None, "layer.dLdW is None"),
        (Opaque("ellipsis"), "layer.dLdW is ..."),
        ([1.0], "layer.dLdW is a list, but should be a NumPy array"),
        (Opaque("object"), "layer.dLdW is an object, but should be a NumPy array"),
        (Opaque("ndarray of dtype object"), "layer.dLdW is an ndarray of dtype object, but should be one of numbers"),
    ],
)
def test_to_equal_fails_on_anything_else(got: Any, message: str) -> None:
    student, remote = answering(got)
    expect(remote).to_equal(np.ones((2, 3)))
    assert failure(student).message == message


def test_a_call_that_gives_nothing_is_told_to_return() -> None:
    student, remote = answering(None, path="layer.forward(A)")
    expect(remote).to_equal(1.0)
    failed = failure(student)
    assert (failed.message, failed.hint) == ("layer.forward(A) returned None", "Return the result.")


def test_a_scalar_that_is_wrong_reads_as_a_sentence() -> None:
    student, remote = answering(2.0, path="loss.forward(A, Y)")
    expect(remote).to_equal(1.0, Shape.SCALAR)
    assert failure(student).message == "loss.forward(A, Y) is 2, but should be 1"


def test_a_shape_that_stands_for_the_right_one_warns() -> None:
    student, remote = answering(np.ones(3))
    expect(remote).to_equal(np.ones((1, 3)), Shape.ROW)
    student.settle()
    assert list(student.warnings) == ["layer.dLdW has shape (n,); the handout writes (1, n)"]


@pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble", ">f8"])
def test_to_be_floating_passes_on_floats_of_any_value(dtype: str) -> None:
    student, remote = answering(np.full((2, 3), np.nan, dtype))
    expect(remote).to_be_floating((2, 3))
    student.settle()


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (np.ones((2, 3), int), "has dtype int64, but should have float64"),
        (np.ones((2, 3), bool), "has dtype bool"),
        (np.ones((2, 3), np.float16), "has dtype float16"),
        (np.ones((3, 2)), "its shape is (3, 2), but should be (2, 3)"),
        (np.ones((2, 3)) * 1j, "complex"),
        (None, "is None"),
        ("text", "is a str"),
        (7, "has dtype int"),
    ],
)
def test_to_be_floating_fails_on_anything_else(got: Any, words: str) -> None:
    student, remote = answering(got)
    expect(remote).to_be_floating((2, 3))
    assert words in failure(student).message


def test_to_have_shape_passes_whatever_the_values() -> None:
    student, remote = answering(np.array([[1, 2]]))
    expect(remote).to_have_shape((1, 2))
    student.settle()


@pytest.mark.parametrize("got", [np.ones((2, 1)), np.ones(2), 1.0, None, [[1, 2]]])
def test_to_have_shape_fails_on_another_shape_or_none(got: Any) -> None:
    student, remote = answering(got)
    expect(remote).to_have_shape((1, 2))
    failure(student)


def test_to_be_unchanged_passes_on_the_same_bits_even_if_nan() -> None:
    before = np.array([1.0, np.nan])
    student, remote = answering(before.copy())
    expect(remote).to_be_unchanged(before)
    student.settle()


@pytest.mark.parametrize(
    "now", [np.array([1.0, 2.0 + 1e-15]), np.array([1.0]), np.array([[1.0, 2.0]]), None, [1.0, 2.0]]
)
def test_to_be_unchanged_fails_on_the_smallest_change(now: Any) -> None:
    student, remote = answering(now, path="A")
    expect(remote).to_be_unchanged(np.array([1.0, 2.0]))
    if isinstance(now, np.ndarray) and now.shape == (2,):
        now[1] = np.nextafter(2.0, 3)
    assert failure(student).message == "your code changes A, an array that belongs to its caller"


def test_expectations_are_judged_in_the_order_in_which_they_were_said() -> None:
    student, remote = answering(1.0, 2.0)
    expect(remote).to_equal(1.0)
    expect(remote).to_equal(5.0)
    assert "is 2, but should be 5" in failure(student).message


def test_nothing_is_judged_before_the_example_is_settled() -> None:
    _, remote = answering(2.0)
    expect(remote).to_equal(1.0)


def test_a_failure_carries_the_difference_for_reports() -> None:
    student, remote = answering(np.array([1.0, 3.0]))
    expect(remote).to_equal(np.array([1.0, 2.0]))
    difference = failure(student).difference
    assert difference is not None
    assert difference.index == (1,)


def test_what_is_certain_has_no_noise() -> None:
    assert certain(1.5).noise.tolist() == 0.0
    assert certain(np.ones((2, 3))).noise.shape == (2, 3)


@pytest.mark.parametrize(("dtype", "words"), [(np.float16, "three digits"), (np.int64, "Integers drop")])
def test_what_to_do_about_a_dtype_depends_on_it(dtype: type, words: str) -> None:
    student, remote = answering(np.ones((2, 3), dtype))
    expect(remote).to_be_floating((2, 3))
    assert words in failure(student).hint


def test_a_reason_that_the_check_knows_is_carried() -> None:
    student, remote = answering(1.0)
    expect(remote).to_equal(2.0, because="backward writes into it")
    assert failure(student).because == "backward writes into it"


def test_a_reason_for_wrong_values_is_none_for_a_wrong_shape() -> None:
    student, remote = answering(np.ones(3))
    expect(remote).to_equal(np.zeros((2, 3)), because="it doesn't start at zeros")
    assert failure(student).because == ""


@pytest.mark.parametrize(
    "value", ["x", None, {}, [[1, 2], [3]], Opaque("thing"), np.ones(2, complex), np.ones((2, 3)), 10**30]
)
def test_arrays_are_read_as_arrays_of_the_right_shape_or_not_at_all(value: Any) -> None:
    student, remote = answering(value)
    with pytest.raises(CheckFailed):
        read_arrays(student, remote, like=[(3, 2)])
    student, remote = answering(np.ones((3, 2)))
    assert read_arrays(student, remote, like=[(3, 2)])[0].shape == (3, 2)
