"""Kind first, then shape, then values; whatever student code returns, there is a verdict and no exception."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graders.checking.expect import CheckFailed, certain
from graders.judging.compare import Difference, Fault, Shape, as_array, compare, compare_shapes
from graders.judging.expected import Expected
from graders.marking.explain import counterexample
from graders.sandbox.inside.wire import Opaque, decode
from tests.sandbox.test_wire import ARRAYS, VALUES, payload

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4)


def fault(got: Any, wanted: Any, shape: Shape = Shape.EXACT) -> Fault | None:
    difference = compare(got, certain(wanted), shape).difference
    return None if difference is None else difference.fault


def summary(got: Any, wanted: Any, shape: Shape = Shape.EXACT) -> str:
    difference = compare(got, certain(wanted), shape).difference
    assert difference is not None
    return difference.summary


def test_an_array_equals_itself() -> None:
    for array in (np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), np.array(2.5)):
        assert compare(array, certain(array)) == compare(array.copy(), certain(array))
        assert fault(array, array) is None


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint64", "bool", ">f8", "longdouble"])
def test_the_values_count_and_not_their_dtype(dtype: str) -> None:
    assert fault(np.array([[0, 1], [1, 0]], dtype), np.array([[0.0, 1.0], [1.0, 0.0]])) is None


def test_integers_that_cut_off_what_comes_after_the_point_differ() -> None:
    assert fault(np.array([1, 2]), np.array([1.5, 2.0])) is Fault.VALUE


@given(SHAPES, SHAPES)
def test_broadcasting_never_makes_two_shapes_equal(got: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    verdict = fault(np.ones(got), np.ones(wanted))
    assert (verdict is None) == (got == wanted)
    assert verdict in (None, Fault.SHAPE)


@pytest.mark.parametrize("got", [(3, 1), (1, 1), (1,), (), (1, 1, 3), (2, 3), (4,)])
def test_only_the_flat_row_stands_for_a_row(got: tuple[int, ...]) -> None:
    assert fault(np.ones(got), np.ones((1, 3)), Shape.ROW) is Fault.SHAPE


def test_a_flat_row_stands_for_a_row_with_a_warning() -> None:
    comparison = compare(np.arange(3.0), certain(np.arange(3.0)[None]), Shape.ROW)
    assert comparison.difference is None
    assert comparison.warning == "has shape (n,); the handout writes (1, n)"
    assert fault(np.arange(3.0), np.arange(3.0)[None], Shape.EXACT) is Fault.SHAPE
    assert compare(np.arange(3.0)[None], certain(np.arange(3.0)[None]), Shape.ROW).warning == ""


def test_a_flat_row_of_wrong_values_is_wrong() -> None:
    assert fault(np.arange(3.0), np.ones((1, 3)), Shape.ROW) is Fault.VALUE


def test_a_flat_array_does_not_stand_for_a_column_or_a_matrix() -> None:
    assert fault(np.ones(3), np.ones((3, 1)), Shape.ROW) is Fault.SHAPE
    assert fault(np.ones(3), np.ones((3, 3)), Shape.ROW) is Fault.SHAPE


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_an_array_of_one_number_stands_for_a_scalar_with_a_warning(shape: tuple[int, ...]) -> None:
    comparison = compare(np.full(shape, 2.5), certain(2.5), Shape.SCALAR)
    assert comparison.difference is None
    assert comparison.warning == f"has shape {shape}; the handout writes a scalar"
    assert fault(np.full(shape, 2.5), 2.5, Shape.EXACT) is Fault.SHAPE
    assert fault(np.full(shape, 2.6), 2.5, Shape.SCALAR) is Fault.VALUE


@pytest.mark.parametrize("got", [2.5, np.array(2.5), np.array(2.5, np.float32)])
def test_a_number_is_a_scalar_without_a_warning(got: Any) -> None:
    assert compare(got, certain(2.5), Shape.SCALAR) == compare(np.array(2.5), certain(2.5))
    assert fault(2, 2.0, Shape.SCALAR) is None
    assert fault(True, 1.0, Shape.SCALAR) is None


@pytest.mark.parametrize("shape", [(2,), (1, 2), (1, 1, 1), (0,)])
def test_no_other_array_stands_for_a_scalar(shape: tuple[int, ...]) -> None:
    assert fault(np.full(shape, 2.5), 2.5, Shape.SCALAR) is Fault.SHAPE


def test_an_array_of_one_number_stands_for_a_scalar_only() -> None:
    for wanted in ((2,), (1,), (1, 1)):
        assert (fault(np.ones((1,)), np.ones(wanted), Shape.SCALAR) is None) == (wanted == (1,))


def test_a_scalar_does_not_stand_for_an_array() -> None:
    assert fault(1.0, np.ones(3), Shape.SCALAR) is Fault.SHAPE
    assert summary(1.0, np.ones(3)) == "its shape is (), but should be (3,)"
    assert summary(np.ones(3), 1.0) == "its shape is (3,), but should be a scalar"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_never_equals_a_number(bad: float) -> None:
    got = np.array([1.0, bad])
    assert fault(got, np.ones(2)) is Fault.NOT_FINITE
    assert summary(got, np.ones(2)) == f"[1] is {bad}, but should be 1"
    assert fault(bad, 1.0, Shape.SCALAR) is Fault.NOT_FINITE
    noisy = Expected(np.ones(2), lambda: np.full(2, 1e6))
    assert compare(got, noisy).difference is not None


def test_a_difference_names_the_first_wrong_entry_the_count_and_the_largest_error() -> None:
    wanted = np.arange(6.0).reshape(2, 3)
    got = wanted.copy()
    got[0, 2], got[1, 1] = 2.5, 14.0
    difference = compare(got, certain(wanted)).difference
    assert difference is not None
    assert difference.summary == "[0, 2] is 2.5, but should be 2"
    assert (difference.index, difference.wrong, difference.largest_error) == ((0, 2), 2, 10.0)


def test_noise_widens_what_is_allowed_and_no_more() -> None:
    noisy = Expected(np.ones(3), lambda: np.full(3, 1e-3))
    assert compare(np.full(3, 1.01), noisy).difference is None
    assert compare(np.full(3, 1.1), noisy).difference is not None


def test_noise_is_not_measured_for_an_answer_that_is_close() -> None:
    def never() -> np.ndarray:
        raise AssertionError("measured")

    assert compare(np.ones(3), Expected(np.ones(3), never)).difference is None


@pytest.mark.parametrize(
    ("got", "kind", "words"),
    [
        (None, Fault.NOTHING, "is None"),
        (Opaque("ellipsis"), Fault.NOTHING, "is ..."),
        (Opaque("NotImplementedType"), Fault.NOTHING, "is NotImplemented"),
        (Opaque("Layer"), Fault.KIND, "Layer"),
        ("text", Fault.KIND, "str"),
        ([1.0], Fault.KIND, "list"),
        ({"a": 1.0}, Fault.KIND, "dict"),
        (np.ones(2) * 1j, Fault.KIND, "complex numbers"),
    ],
)
def test_what_is_no_array_is_named(got: Any, kind: Fault, words: str) -> None:
    for wanted in (np.ones(2), 1.0):
        assert fault(got, wanted) is kind
        assert words in summary(got, wanted)


def test_shapes_can_be_compared_alone() -> None:
    assert compare_shapes(np.ones((2, 3)), np.zeros((2, 3)), Shape.EXACT).difference is None
    assert compare_shapes(np.ones((3, 2)), np.zeros((2, 3)), Shape.EXACT).difference is not None


class _Run:
    failing = None
    steps: list[str] = []  # noqa: RUF012


ODD = [
    10**30,
    10**400,
    -(10**400),
    2**64,
    1j,
    np.array(1j),
    np.longdouble("1e4000"),
    np.ones(2, "longdouble"),
    "\ud800",
]


@pytest.mark.parametrize("got", ODD, ids=lambda value: type(value).__name__)
def test_an_odd_value_gets_a_verdict_that_json_can_hold(got: Any) -> None:
    _verdict_in_json(got, np.ones(2))
    _verdict_in_json(got, np.array(1.0))


@given(VALUES | ARRAYS, hnp.arrays(np.float64, SHAPES, elements=st.floats(-1e6, 1e6)), st.sampled_from(Shape))
def test_whatever_comes_gets_a_verdict_that_json_can_hold(got: Any, wanted: np.ndarray, shape: Shape) -> None:
    _verdict_in_json(got, wanted, shape)


@given(ARRAYS)
def test_every_array_gets_a_verdict_against_one_of_its_shape(got: np.ndarray) -> None:
    _verdict_in_json(got, np.ones(got.shape))


def test_a_type_of_any_name_gets_a_verdict_that_json_can_hold() -> None:
    _verdict_in_json(decode(payload(r'{"o": "\u0000 \ud800 \ud83d\ude00"}')), np.ones(2))


def _verdict_in_json(got: Any, wanted: np.ndarray, shape: Shape = Shape.EXACT) -> None:
    comparison = compare(got, certain(wanted), shape)
    if comparison.difference is not None:
        failed = CheckFailed(comparison.difference.summary, "", comparison.difference)
        msgspec.json.encode([failed.message, comparison.warning, counterexample(_Run(), failed)])


@given(ARRAYS)
def test_as_array_gives_an_array_of_real_numbers_or_the_reason_why_not(got: np.ndarray) -> None:
    found = as_array(got)
    assert isinstance(found, Difference) == (got.dtype.kind == "c")


def test_numbers_that_would_print_alike_are_told_with_more_digits() -> None:
    assert summary(np.array([2.0, 1.0000049]), np.array([2.0, 1.000002])) == "[1] is 1.000005, but should be 1.000002"
    assert summary(-0.25144, -0.2514406547) == "is -0.25144, but should be -0.251441"


def test_what_is_kept_of_two_arrays_tells_their_wrong_entries_apart() -> None:
    got = np.array([1 / 3, 2.0 + 3e-8, 5.0])
    difference = compare(got, Expected(np.array([1 / 3, 2.0, 5.0]), lambda: np.zeros(3))).difference
    assert difference is None  # single precision could have given it
    small = Expected(np.array([1 / 3, 2e-9, 5.0]), lambda: np.zeros(3))
    difference = compare(np.array([1 / 3, 2e-9 * (1 + 1e-5), 5.0]), small).difference
    assert difference is not None
    found = counterexample(Nobody(), CheckFailed("", difference=difference))
    assert (found["got"], found["expected"]) == (
        {"shape": [3], "dtype": "float64", "values": [0.33333333, 2.00002e-09, 5.0]},
        {"shape": [3], "dtype": "float64", "values": [0.33333333, 2e-09, 5.0]},
    )


def test_where_eight_digits_are_alike_there_are_more() -> None:
    wanted = np.array([1.0, 2.0])
    close = np.array([1.0, 2.0 + 1e-12])
    difference = replace(
        compare(np.array([1.0, 3.0]), certain(wanted)).difference or pytest.fail("it differs"), got=close
    )
    found = counterexample(Nobody(), CheckFailed("", difference=difference))
    assert found["got"] == {"shape": [2], "dtype": "float64", "values": [1.0, 2.000000000001]}


class Nobody:
    """A check's run without an example."""

    failing = None
    steps: list[str] = []  # noqa: RUF012 - a stand-in
