"""A student's parameters may lie otherwise than the component's: what a new object has says how."""

from __future__ import annotations

import numpy as np

from graders.checking.components.calling.layouts import Layout, _change, changed
from graders.judging.expectation import certain


def test_weights_are_turned_there_and_back() -> None:
    W = np.arange(6.0).reshape(2, 3)
    there, back = _change("m d", "d m")
    assert there(W).shape == (3, 2)
    np.testing.assert_array_equal(there(W), W.T)
    np.testing.assert_array_equal(back(there(W)), W)


def test_an_axis_of_one_is_dropped_and_put_back() -> None:
    there, back = _change("1 m", "m")
    b = np.arange(4.0)[None]
    assert there(b).shape == (4,)
    np.testing.assert_array_equal(back(there(b)), b)


def test_axes_of_a_kernel_are_put_in_another_order() -> None:
    there, back = _change("f c h w", "h w c f")
    W = np.random.default_rng(0).random((2, 3, 4, 5))
    assert there(W).shape == (4, 5, 3, 2)
    np.testing.assert_array_equal(back(there(W)), W)


def test_what_is_expected_lies_like_the_parameter() -> None:
    layout = Layout({"W": _change("m d", "d m")})
    wanted = certain(np.arange(6.0).reshape(2, 3))
    assert layout.expected("W", wanted).value.shape == (3, 2)
    assert layout.expected("b", wanted) is wanted
    assert changed(wanted, np.ravel).value.shape == (6,)
