"""Where numbers are hard: ill-conditioned, tiny, huge, or beside the end of a domain. Never a false alarm."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function, gradcheck, pointwise

CALM = {Verdict.PASS, Verdict.INCONCLUSIVE}


def ill(rng, n, condition):
    u, _, v = np.linalg.svd(rng.standard_normal((n, n)))
    return u @ np.diag(np.logspace(0, -np.log10(condition), n)) @ v


def inverse_vjp(x, g):
    y = np.linalg.inv(x)
    return -y.T @ g @ y.T


@pytest.mark.parametrize("condition", [1e3, 1e7, 1e8, 1e9, 1e10, 1e12])
@pytest.mark.parametrize("n", [3, 6])
def test_inverses_of_ill_conditioned_matrices_are_no_alarm(condition, n):
    for seed in range(5):
        x = ill(np.random.default_rng(seed), n, condition)
        assert check_function(np.linalg.inv, inverse_vjp, x, seed=seed).verdict in CALM
        doubled = check_function(np.linalg.inv, lambda x, g: 2 * inverse_vjp(x, g), x, seed=seed, localise=False)
        assert doubled.verdict is not Verdict.PASS
    if condition <= 1e7 and n == 3:
        assert check_function(np.linalg.inv, inverse_vjp, x).verdict is Verdict.PASS


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e-150, 1e150, 1e300])
@pytest.mark.parametrize("factor", [0.0, 1.0, 2.0, -1.0])
def test_tiny_and_huge_outputs_are_checked_as_others_are(size, factor):
    x = np.random.default_rng(0).standard_normal(5)
    result = check_function(lambda x: size * np.tanh(x), lambda x, g: factor * size * (1 - np.tanh(x) ** 2) * g, x)
    assert result.verdict is (Verdict.PASS if factor == 1.0 else Verdict.WRONG_GRADIENT), str(result)


def guarded(function, inside):
    def call(x):
        if not inside(x):
            raise ValueError("outside")
        return function(x)

    return call


@pytest.mark.parametrize(
    ("function", "vjp", "x"),
    [
        (guarded(np.log, lambda x: (x > 0).all()), lambda x, g: g / x, np.array([1e-9, 1e-4, 1.0, 3.0])),
        (guarded(np.log, lambda x: (x >= 0.5).all()), lambda x, g: g / x, np.array([0.5])),
        (np.sqrt, lambda x, g: g / (2 * np.sqrt(x)), np.array([1e-9, 1.0, 1e-14, 2.0])),
    ],
)
def test_steps_are_made_smaller_or_to_one_side_where_a_function_ends(function, vjp, x):
    for seed in range(5):
        assert check_function(function, vjp, x, seed=seed).verdict is Verdict.PASS
        wrong = check_function(function, lambda x, g: 2 * vjp(x, g), x, seed=seed)
        assert wrong.verdict is Verdict.WRONG_GRADIENT


@pytest.mark.parametrize("beyond", [1.0, 1e-6, 1e-9])
def test_cholesky_raises_no_exception_and_no_alarm(beyond):
    def vjp(a, g):
        factor = np.linalg.cholesky(a)
        middle = np.tril(factor.T @ np.tril(g))
        middle[np.diag_indices(4)] /= 2
        inverse = np.linalg.inv(factor)
        s = inverse.T @ middle @ inverse
        s = s + s.T
        return np.tril(s) - np.diag(np.diag(s)) / 2

    for seed in range(3):
        a = np.random.default_rng(seed).standard_normal((4, 3))
        result = check_function(np.linalg.cholesky, vjp, a @ a.T + beyond * np.eye(4), seed=seed)
        assert result.verdict in (CALM if beyond < 1 else {Verdict.PASS})


def test_a_function_that_raises_on_all_sides_is_inconclusive_and_says_what():
    result = check_function(guarded(np.tanh, lambda x: (x == 1).all()), lambda x, g: g, np.ones(3))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "the function raises ValueError too close to these inputs" in result.message


def test_what_raises_at_the_inputs_comes_through():
    with pytest.raises(ZeroDivisionError):
        check_function(lambda x: 1 // 0, lambda x, g: g, np.ones(3))


def test_other_exceptions_than_those_of_a_domain_come_through():
    function = guarded(np.tanh, lambda x: (x == 1).all())
    with pytest.raises(ValueError, match="outside"):
        gradcheck(pointwise(function), lambda p, g: {"x": g}, {"x": np.ones(3)}, outside=(ArithmeticError,))


def test_a_wave_shorter_than_the_numbers_apart_is_no_alarm():
    for seed in range(30):
        x = (1e4 * np.random.default_rng(seed).standard_normal((4, 5))).astype(np.float32)
        assert check_function(np.sin, lambda x, g: g * np.cos(x), x, seed=seed).verdict in CALM
