"""Inputs stay where the function is meant to live, and a wrong gradient is found all the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from graders.gradcheck import Convention, Domain, Fraction, Positive, Result, Simplex, Verdict, gradcheck, pointwise

RNG = np.random.default_rng(0)
WEIGHTS = RNG.uniform(0.01, 2.0, (5, 7))
ROWS = WEIGHTS / WEIGHTS.sum(axis=1, keepdims=True)
LABELS = np.eye(7)[[0, 3, 6, 1, 1]]


def checked(
    factor: float,
    p: np.ndarray = ROWS,
    labels: np.ndarray = LABELS,
    domain: Domain | None = None,
    axis: int = 1,
    **options: bool,
) -> Result:
    """A cross-entropy that refuses what is no row of probabilities; its gradient is off by this factor."""

    def forward(p: np.ndarray) -> np.ndarray:
        assert (abs(p.sum(axis=axis) - 1) < (1e-12 if p.dtype == np.float64 else 1e-6)).all()
        assert p.min() > 0
        assert p.max() <= 1
        return np.asarray(-(labels * np.log(p)).sum() / len(p), dtype=p.dtype)

    def backward(point: Mapping[str, np.ndarray], cotangent: np.ndarray) -> dict[str, np.ndarray]:
        return {"p": (factor * -labels / point["p"] / len(labels)).astype(point["p"].dtype)}

    convention = Convention(ignores_cotangent=True)
    domains = {"p": domain or Simplex()}
    return gradcheck(pointwise(forward), backward, {"p": p}, convention=convention, domains=domains, **options)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_probabilities_add_up_to_one_wherever_the_function_is_asked(dtype: type):
    assert checked(1.0, ROWS.astype(dtype)).verdict is Verdict.PASS


def test_columns_of_probabilities_do_too():
    assert checked(1.0, ROWS.T.copy(), LABELS.T, Simplex(axis=0), axis=0).verdict is Verdict.PASS


def test_a_wrong_gradient_is_found_within_and_no_entry_is_named():
    result = checked(1.01)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert result["p"].mismatch == pytest.approx(0.01, rel=0.05)
    assert result["p"].wrong == ()
    assert checked(1.01, localise=False).verdict is Verdict.WRONG_GRADIENT


def test_positive_numbers_stay_positive():
    x = np.array([1e-4, 3.0, 0.02])

    def forward(v: np.ndarray) -> np.ndarray:
        assert (v > 0).all()
        return np.sqrt(v)

    def backward(point: Mapping[str, np.ndarray], cotangent: np.ndarray) -> dict[str, np.ndarray]:
        return {"v": cotangent / (2 * np.sqrt(point["v"]))}

    assert gradcheck(pointwise(forward), backward, {"v": x}, domains={"v": Positive()}).verdict is Verdict.PASS


def test_a_linear_function_is_not_asked_far_outside():
    """Where rounding rules, steps are made larger elsewhere: not here."""
    x = np.array([1.0, 2.0, 3.0])

    def forward(v: np.ndarray) -> np.ndarray:
        assert (v > 0).all()
        return v + 1e9

    result = gradcheck(pointwise(forward), lambda point, g: {"v": g}, {"v": x}, domains={"v": Positive()})
    assert result.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("domain", [Simplex(), Positive(), Fraction()])
def test_steps_of_a_quarter_stay_inside_and_what_is_near_is_inside(domain: Domain):
    drawn = np.where(RNG.random((50, *ROWS.shape)) < 0.5, -1.0, 1.0)
    for v in domain.directions(ROWS, drawn):
        assert domain.contains(ROWS + 0.25 * v)
        assert domain.contains(ROWS - 0.25 * v)
    assert domain.contains(domain.nearest(-3.0 * ROWS))


@pytest.mark.parametrize("x", [ROWS * 2, -ROWS, np.where(ROWS > 0.2, ROWS, 0.0)])
def test_inputs_outside_are_the_callers_mistake(x: np.ndarray):
    with pytest.raises(ValueError, match="p should be in its domain"):
        checked(1.0, x)


def test_a_domain_of_nothing_is_the_callers_mistake():
    with pytest.raises(ValueError, match="domains names 'q'"):
        gradcheck(pointwise(lambda p: p), lambda point, g: {"p": g}, {"p": ROWS}, domains={"q": Simplex()})
