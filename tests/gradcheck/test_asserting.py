"""`assert_gradients` passes what is right, and its message names the gradients and the entries that are not."""

from __future__ import annotations

import numpy as np
import pytest

from graders.gradcheck import assert_gradients, check_function

Array = np.ndarray
RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)


def affine(x: Array, W: Array, b: Array) -> Array:
    return np.asarray(x @ W + b)


def affine_backward(x: Array, W: Array, b: Array, dout: Array) -> tuple[Array, ...]:
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


def test_a_right_gradient_passes() -> None:
    assert_gradients(affine, affine_backward, X, W, B)
    assert_gradients(np.sin, lambda x, dout: dout * np.cos(x), np.linspace(-1, 1, 5))


def test_the_message_names_each_wrong_gradient_by_its_parameter_with_its_entries() -> None:
    def wrong(x: Array, W: Array, b: Array, dout: Array) -> tuple[Array, ...]:
        dx, dW, db = affine_backward(x, W, b, dout)
        dW[2, 1] *= 3
        return dx, dW, 0.5 * db

    with pytest.raises(AssertionError) as failed:
        assert_gradients(affine, wrong, X, W, B)
    text = str(failed.value)
    assert text.startswith("wrong gradient: ")
    assert "The gradient of W is wrong: 1 of 12 entries" in text
    assert "At [2, 1] got " in text
    assert "The gradient of b is wrong: 4 of 4 entries" in text
    assert text.count("The gradient of b") == 1
    assert "All of them are 0.5 times what they should be." in text
    assert "gradient of x" not in text


def test_what_is_not_certified_is_no_pass() -> None:
    with pytest.raises(AssertionError, match=r"^inconclusive: "):
        assert_gradients(lambda x: 1e-30 * x + 1, lambda x, dout: 1e-30 * dout, np.ones(3))
    with pytest.raises(AssertionError, match=r"^wrong shape: "):
        assert_gradients(np.sin, lambda x, dout: (dout * np.cos(x))[1:], np.linspace(-1, 1, 5))


def test_options_are_those_of_check_function() -> None:
    assert_gradients(affine, lambda x, W, b, dout: dout @ W.T, X, W, B, wrt=["x"])
    with pytest.raises(AssertionError, match="The gradient of x is wrong"):
        assert_gradients(affine, lambda x, W, b, dout: dout @ W.T / 2, X, W, B, wrt=["x"])


def test_a_function_that_does_not_name_its_parameters_has_numbered_ones() -> None:
    with pytest.raises(AssertionError, match="The gradient of x1 is wrong"):
        assert_gradients(lambda *a: a[0] * a[1], lambda a, b, dout: (dout * b, dout), np.ones(3), 2 * np.ones(3))


def test_names_are_as_many_as_inputs_and_differ() -> None:
    assert check_function(np.sin, lambda x, dout: dout * np.cos(x), np.ones(3), names=["angle"])["angle"].size == 3
    with pytest.raises(ValueError, match=r"names=\['a', 'a'\], but should be 2 different names"):
        check_function(np.add, lambda a, b, dout: (dout, dout), np.ones(3), np.ones(3), names=["a", "a"])
    with pytest.raises(ValueError, match="but should be 1 different names"):
        check_function(np.sin, np.cos, np.ones(3), names=["a", "b"])


def test_what_the_code_raises_comes_through() -> None:
    def broken(x: Array) -> Array:
        raise KeyError("cache")

    with pytest.raises(KeyError):
        assert_gradients(broken, lambda x, dout: dout, np.ones(3))
