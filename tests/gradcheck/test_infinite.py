"""Inputs with infinite entries: masks of -inf stay what they are, the others are checked as usual."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function

MASKED = np.random.default_rng(0).standard_normal((5, 6))
MASKED[np.triu_indices(5, 1, 6)] = -np.inf


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(x, u):
    p = softmax(x)
    return p * (u - (u * p).sum(axis=-1, keepdims=True))


def test_a_right_gradient_passes_and_all_finite_entries_are_seen():
    for seed in range(10):
        result = check_function(softmax, softmax_backward, MASKED, seed=seed)
        assert result.verdict is Verdict.PASS, str(result)
        assert result.seen == 1.0


@pytest.mark.parametrize("factor", [0.0, 2.0, -1.0, 1.001])
def test_a_wrong_one_is_an_alarm(factor):
    result = check_function(softmax, lambda x, u: factor * softmax_backward(x, u), MASKED)
    assert result.verdict is Verdict.WRONG_GRADIENT


def test_wrong_entries_are_told_by_their_places_in_the_array():
    def backward(x, u):
        gradient = softmax_backward(x, u)
        gradient[3, 1] += 0.5
        return gradient

    result = check_function(softmax, backward, MASKED)
    assert [one.index for one in result["x0"].wrong] == [(3, 1)]
    assert "At [3, 1] got" in result.message
    assert result["x0"].relative_error.shape == MASKED.shape


def test_a_gradient_that_is_no_number_where_the_input_is_infinite_is_said_to_be_none():
    result = check_function(softmax, lambda x, u: np.where(np.isinf(x), np.nan, softmax_backward(x, u)), MASKED)
    assert (result.verdict, "at [0, 1]" in result.message) == (Verdict.NON_FINITE, True)


def test_a_gradient_of_another_shape_and_a_changed_input_are_still_seen():
    assert check_function(softmax, lambda x, u: u.sum(axis=0), MASKED).verdict is Verdict.WRONG_SHAPE

    def backward(x, u):
        gradient = softmax_backward(x, u)
        x[0, 0] += 1
        return gradient

    assert check_function(softmax, backward, MASKED.copy()).verdict is Verdict.MUTATES_INPUT


def test_infinities_alone_are_refused():
    with pytest.raises(ValueError, match="x0 holds NaN or infinity, but should be finite"):
        check_function(softmax, softmax_backward, np.full((2, 3), -np.inf))
