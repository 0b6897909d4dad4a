"""A case is small, and its arrays follow from it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.checking.cases import Case, probabilities


@dataclass(frozen=True)
class Batch(Case):
    N: int
    regime: str = "plain"


@given(st.integers(0, 2**32 - 1))
def test_the_same_case_gives_the_same_arrays_in_any_order(seed: int) -> None:
    first, second = Batch(seed, 3), Batch(seed, 3)
    A, B = first.array("A", 3, 2), first.array("B", 2)
    np.testing.assert_array_equal(second.array("B", 2), B, strict=True)
    np.testing.assert_array_equal(second.array("A", 3, 2), A, strict=True)


def test_names_and_seeds_give_different_arrays() -> None:
    case = Batch(1, 3)
    assert not np.array_equal(case.array("A", 3, 2), case.array("B", 3, 2))
    assert not np.array_equal(case.array("A", 3, 2), Batch(2, 3).array("A", 3, 2))


def test_a_name_is_one_array_of_one_case() -> None:
    case = Batch(1, 3)
    assert case.array("A", 3) is case.array("A", 3)
    assert case.names() == {id(case.array("A", 3)): "A"}


def test_scale_offset_and_dtype_are_applied() -> None:
    plain = Batch(1, 3).array("A", 100)
    np.testing.assert_array_equal(Batch(1, 3).array("A", 100, scale=3.0, offset=7.0), 3 * plain + 7)
    assert Batch(1, 3).array("A", 2, dtype="float32").dtype == np.float32


def test_the_first_array_kept_under_a_name_stays() -> None:
    case = Batch(1, 3)
    ones = case.keep("Y", np.ones(2))
    assert case.keep("Y", np.zeros(2)) is ones
    assert case.array("Y", 9) is ones
    assert list(case.arrays) == ["Y"]


def test_fields_are_sizes_and_regime_with_the_seed_last() -> None:
    assert list(Batch(5, 3, "large").fields().items()) == [("N", 3), ("regime", "large"), ("seed", 5)]


def test_a_case_prints_without_its_arrays_and_equals_another_of_its_fields() -> None:
    case = Batch(5, 3)
    case.array("A", 3)
    assert repr(case) == "Batch(seed=5, N=3, regime='plain')"
    assert case == Batch(5, 3)
    assert hash(case) == hash(Batch(5, 3))


def test_a_case_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Batch(5, 3).N = 4  # type: ignore[misc]


@pytest.mark.parametrize("seed", [0, 1, 138899, 2**32 - 1, 2**40])
def test_a_stream_is_that_of_its_seed_and_its_name(seed: int) -> None:
    key = (seed << 32) + zlib.crc32(b"A")
    expected = np.random.Generator(np.random.Philox(key=key)).standard_normal((3, 2))
    np.testing.assert_array_equal(Batch(seed, 3).array("A", 3, 2), expected, strict=True)


def test_an_array_that_is_made_later_has_its_name_too() -> None:
    case = Batch(1, 3)
    assert case.names() == {}
    A, B = case.array("A", 3), case.keep("B", np.ones(2))
    assert case.names() == {id(A): "A", id(B): "B"}
    C = case.array("C", 2)
    assert case.names()[id(C)] == "C"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("axis", [0, 1])
def test_probabilities_add_up_to_exactly_one_in_any_order_and_precision(dtype: str, axis: int):
    random = np.random.default_rng(0)
    for weights in (
        random.dirichlet(np.full(7, 0.05), 40),
        random.uniform(0.1, 2, (9, 4)),
        np.array([[1.0, 0.0, 1e-300], [1.0, 1e-9, 2.0]]),
    ):
        found = probabilities(weights, axis=axis, dtype=dtype)
        assert (found.dtype, found.shape) == (np.dtype(dtype), weights.shape)
        assert (found > 0).all()
        shuffled = random.permutation(found, axis=axis)
        assert (shuffled.sum(axis=axis) == 1).all()
        assert (np.cumsum(shuffled, axis=axis).take(-1, axis=axis) == 1).all()
        shares = weights / weights.sum(axis=axis, keepdims=True)
        np.testing.assert_allclose(found, shares, rtol=0, atol=len(weights) * np.finfo(dtype).eps)
