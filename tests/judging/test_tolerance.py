"""How far an answer may be from the oracle's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judging.tolerance import NEIGHBOUR_SHARE, NOISE_FACTOR, RELATIVE, SINGLE_ROUNDING, SMALLEST, allowed_error

DOUBLE, SINGLE, WHOLE = np.dtype(np.float64), np.dtype(np.float32), np.dtype(np.int64)
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6).map(np.array)


def test_the_error_allowed_is_relative_to_each_entry() -> None:
    np.testing.assert_allclose(
        allowed_error(np.array([1.0, -100.0]), 0.0, DOUBLE), RELATIVE * np.array([1, 100]), rtol=1e-6
    )


def test_what_rounding_to_single_precision_changes_is_allowed() -> None:
    values = np.random.default_rng(0).standard_normal(1000) * 1e3
    error = np.abs(values.astype(np.float32).astype(np.float64) - values)
    assert (error <= allowed_error(values, 0.0, SINGLE)).all()


def test_an_error_of_a_hundred_thousandth_is_not_allowed_without_noise() -> None:
    assert (1e-5 * np.ones(3) > allowed_error(np.ones(3), 0.0, DOUBLE)).all()


def test_an_expected_zero_allows_only_what_single_precision_has_no_digits_for() -> None:
    assert allowed_error(np.zeros(3), 0.0, SINGLE).tolist() == [SMALLEST] * 3
    assert 1e-300 < SMALLEST < 2e-38
    assert allowed_error(np.zeros((0, 3)), 0.0, DOUBLE).shape == (0, 3)


def test_a_zero_among_large_entries_may_be_off_by_their_rounding() -> None:
    large = np.array([0.0, 1e6])
    assert allowed_error(large, 0.0, SINGLE)[0] > allowed_error(large, 0.0, DOUBLE)[0] > 0
    assert allowed_error(large, 0.0, WHOLE)[0] == SMALLEST


def test_half_precision_is_allowed_no_more_than_single() -> None:
    large = np.array([0.0, 1e4])
    np.testing.assert_array_equal(allowed_error(large, 0.0, np.dtype(np.float16)), allowed_error(large, 0.0, SINGLE))


@given(VALUES, st.floats(0, 10))
def test_more_noise_never_allows_less(values: np.ndarray, noise: float) -> None:
    quiet, loud = (allowed_error(values, np.full(values.shape, level), DOUBLE) for level in (noise, noise + 1))
    assert (loud >= quiet).all()
    assert (quiet >= NOISE_FACTOR * noise).all()


@given(VALUES)
def test_the_error_allowed_is_finite_and_never_negative(values: np.ndarray) -> None:
    for answer in (DOUBLE, SINGLE, WHOLE, np.dtype(bool), np.dtype(np.float16), np.dtype(">f8")):
        allowed = allowed_error(values, 0.0, answer)
        assert allowed.shape == values.shape
        assert np.isfinite(allowed).all()
        assert (allowed >= 0).all()


def test_an_entry_whose_noise_is_small_by_luck_is_as_uncertain_as_its_column() -> None:
    noise = np.array([[1e-3, 0.0], [0.0, 0.0]])
    allowed = allowed_error(np.zeros((2, 2)), noise, DOUBLE)
    assert allowed[0, 0] == pytest.approx(NOISE_FACTOR * 1e-3)
    assert allowed[1, 0] == pytest.approx(NOISE_FACTOR * NEIGHBOUR_SHARE * 1e-3)
    assert allowed[:, 1].tolist() == [SMALLEST, SMALLEST]


def test_the_unit_is_half_a_step_of_float32() -> None:
    assert np.finfo(np.float32).eps / 2 == SINGLE_ROUNDING
