"""A guard that one side of the code has and the other hasn't is named, with its size; nothing else is taken for one."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function

R = np.random.default_rng(0)
Y = np.eye(3)[[0, 1, 2, 1, 0]]
B = np.array([[1.0], [0.0], [1.0], [1.0], [0.0], [0.0]])


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


PROBABILITIES = softmax(R.standard_normal((5, 3)))
FORWARD_ALONE = {
    "log": (lambda e: lambda x: -np.log(x + e).sum(), lambda x, g: -g / x, R.uniform(0.1, 1, 8)),
    "cross-entropy": (
        lambda e: lambda p: -(Y * np.log(p + e)).sum() / 5,
        lambda p, g: -g * Y / p / 5,
        PROBABILITIES,
    ),
    "softmax and cross-entropy": (
        lambda e: lambda z: -(Y * np.log(softmax(z) + e)).sum() / 5,
        lambda z, g: g * (softmax(z) - Y) / 5,
        np.log(PROBABILITIES),
    ),
    "binary cross-entropy": (
        lambda e: lambda p: -(B * np.log(p + e) + (1 - B) * np.log(1 - p + e)).mean(),
        lambda p, g: g * ((1 - B) / (1 - p) - B / p) / 6,
        R.uniform(0.05, 0.95, (6, 1)),
    ),
    "sigmoid and binary cross-entropy": (
        lambda e: lambda z: -(B * np.log(sigmoid(z) + e) + (1 - B) * np.log(1 - sigmoid(z) + e)).mean(),
        lambda z, g: g * (sigmoid(z) - B) / 6,
        R.uniform(-2, 2, (6, 1)),
    ),
}


@pytest.mark.parametrize("size", [1e-5, 1e-7, 1e-8])
@pytest.mark.parametrize("name", FORWARD_ALONE)
def test_a_guard_in_the_logarithm_of_the_forward_pass_is_named(name, size):
    forward, backward, x = FORWARD_ALONE[name]
    result = check_function(forward(size), backward, x)
    assert result["x0"].guard == (size, "in the logarithm")
    assert f"It is right but for {size:.0e} in the logarithm" in result.message


@pytest.mark.parametrize(
    ("function", "gradient", "place"),
    [
        (lambda x: np.log(x), lambda x, g: g / (x + 1e-7), "in the logarithm, in the backward pass alone"),
        (lambda x: 1 / (x + 1e-7), lambda x, g: -g / x**2, "in the division"),
        (lambda x: np.sqrt(x + 1e-7), lambda x, g: g / (2 * np.sqrt(x)), "in the square root"),
    ],
)
def test_guards_elsewhere_are_named_too(function, gradient, place):
    assert check_function(function, gradient, R.uniform(0.1, 1, 8))["x0"].guard == (1e-7, place)


@pytest.mark.parametrize("wrong", [lambda d: d * (1 + 1e-7), lambda d: d + 1e-7, lambda d: 2 * d, lambda d: d**2])
def test_other_mistakes_are_no_guards(wrong):
    result = check_function(np.tanh, lambda x, g: wrong(g * (1 - np.tanh(x) ** 2)), R.uniform(0.1, 1, 8))
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert result["x0"].guard is None


def test_a_ratio_close_to_1_is_told_in_as_many_digits_as_it_takes():
    result = check_function(np.tanh, lambda x, g: g * (1 - np.tanh(x) ** 2) * (1 + 1e-8), R.uniform(0.1, 1, 8))
    assert "All of them are 1.00000001 times what they should be." in result.message
