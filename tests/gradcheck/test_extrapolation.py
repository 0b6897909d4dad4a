"""The table finds derivatives to rounding, knows its error, and doesn't accept a kink."""

import numpy as np
import pytest

from graders.gradcheck.extrapolation import extrapolate, windows


def table(function, x, levels):
    steps = [2.0**-level for level in levels]
    central = np.array([(function(x + h) - function(x - h)) / (2 * h) for h in steps])
    second = np.array([np.abs(function(x + h) - 2 * function(x) + function(x - h)) / h for h in steps])
    return central[:, None], second[:, None]


def test_a_smooth_derivative_is_found_and_its_error_is_honest():
    x = np.linspace(-2, 2, 41)
    levels = (2, 4, 5, 6, 7)
    sigma = np.full(x.shape, 1e-16)
    for function, derivative in [(np.sin, np.cos), (np.exp, np.exp), (np.tanh, lambda t: 1 - np.tanh(t) ** 2)]:
        found = extrapolate(levels, *table(function, x, levels), sigma)
        off = np.abs(found.value[0] - derivative(x))
        assert off.max() < 1e-12
        assert np.all(off <= 10 * (found.error[0] + 20 * found.noise[0]))


def test_a_straight_line_needs_two_rows():
    x = np.linspace(-2, 2, 9)
    found = extrapolate((2, 4), *table(lambda t: 3 * t + 1, x, (2, 4)), np.full(x.shape, 1e-16))
    assert np.abs(found.value - 3).max() < 1e-13


def test_an_exact_kink_is_never_accepted():
    x = np.zeros(1)
    levels = (2, 4, 11, 13, 15)
    found = extrapolate(levels, *table(lambda t: np.maximum(t, 0), x, levels), np.full(1, 1e-17))
    assert np.isinf(found.error).all()


def test_a_kink_nearby_is_stepped_over():
    x = np.array([1e-3])
    levels = (2, 4, 11, 13, 15)
    found = extrapolate(levels, *table(lambda t: np.maximum(t, 0), x, levels), np.full(1, 1e-19))
    assert found.value == pytest.approx(1, abs=1e-11)
    assert np.isfinite(found.error).all()


def test_two_rows_are_ridders_formula():
    ((window,),) = windows((3, 4))
    assert window.divisor == 3
    weights = np.array([-1 / 3, 4 / 3])
    assert window.amplification == pytest.approx(np.sqrt(((weights * [8, 16]) ** 2).sum() / 2))
