"""Numbers that have all but underflowed beside others: a wrong entry of theirs is an alarm, or not certified."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function
from graders.gradcheck.directions import scale_of

X = np.array([0.3, 0.2, 0.1, 0.5])
FAINT = [1e-30, 1e-80, 1e-160, 1e-224]


def scaled(size):
    factors = np.array([size, 1.0, 1.0, 1.0])
    return (lambda x: np.tanh(x) * factors), (lambda x, g: g * (1 - np.tanh(x) ** 2) * factors)


def spoiled(gradient, factor):
    def wrong(x, g):
        found = gradient(x, g)
        found[0] *= factor
        return found

    return wrong


@pytest.mark.parametrize("size", FAINT)
def test_a_faint_output_is_checked_in_a_unit_of_its_own(size):
    function, gradient = scaled(size)
    result = check_function(function, gradient, X)
    assert result.verdict is Verdict.PASS
    assert result.seen == 1.0


@pytest.mark.parametrize("factor", [0.0, 2.0, -1.0])
@pytest.mark.parametrize("size", FAINT)
def test_one_wrong_entry_of_a_faint_output_is_found(size, factor):
    function, gradient = scaled(size)
    result = check_function(function, spoiled(gradient, factor), X)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert [entry.index for entry in result["x0"].wrong] == [(0,)]


@pytest.mark.parametrize("size", [1e-30, 1e-80, 1e-120])
def test_squares_of_faint_inputs_are_told_from_twice_them(size):
    x = np.array([size, 1.0, 0.5, -0.3])
    assert check_function(np.square, lambda x, g: 2 * x * g, x).verdict is Verdict.PASS
    assert check_function(np.square, spoiled(lambda x, g: 2 * x * g, 2.0), x).verdict is Verdict.WRONG_GRADIENT


def test_what_no_product_can_hold_is_not_certified():
    x = np.array([1e-224, 1.0, 0.5, -0.3])
    result = check_function(np.square, spoiled(lambda x, g: 2 * x * g, 2.0), x)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result["x0"].unseen == ((0,),)


def test_the_scale_of_numbers_whose_squares_underflow():
    assert scale_of(np.array([1e-224])) == pytest.approx(1e-224, rel=0.5)
