"""A guard that is too large, or has the wrong sign, is named with its size; nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from torch import Tensor

from graders.checking import measured
from graders.judging.diagnosis import Evidence, diagnose
from reference import guards
from reference.autodiff import vjp

RNG = np.random.default_rng(0)
CASES = [RNG.dirichlet(np.ones(C), N) for N, C in ((5, 3), (2, 7), (11, 4), (16, 9), (7, 5))]


@measured
def entropy(P: Tensor) -> dict[str, Tensor]:
    """The mean of -log of the first probability of each row, and its gradient."""
    loss, (slope,) = vjp(lambda p: -guards.log(p)[:, 0].mean(), [P], P.new_ones(()))
    return {"loss": loss, "slope": slope}


def said(formula: Callable[[np.ndarray], np.ndarray], quantity: str = "loss") -> str:
    """What is said about this formula in place of the oracle's."""
    found = []
    for case in CASES:
        wanted = getattr(entropy(P=case), quantity)
        numbers = {"N": float(len(case)), "C": float(case.shape[1])}
        got = np.asarray(formula(case))
        if np.allclose(got, wanted.value, rtol=1e-9):
            continue
        found.append(Evidence(got, wanted.value, numbers, {"P": case}, wanted.related, wanted.origin))
    return diagnose(found)


def slope(case: np.ndarray, divided_by: np.ndarray) -> np.ndarray:
    found = np.zeros(case.shape)
    found[:, 0] = -1 / divided_by / len(case)
    return found


@pytest.mark.parametrize("eps", [1e-6, 1e-4, 3e-3])
def test_a_guard_that_is_too_large_is_named_with_its_size(eps: float):
    text = said(lambda p: -np.log(p[:, 0] + eps).mean())
    assert text.startswith(f"has too large a guard: {eps:.3g} is added inside the logarithm (in all of 5 different")


def test_a_guard_with_the_wrong_sign_is_named():
    text = said(lambda p: -np.log(p[:, 0] - 1e-5).mean())
    assert text.startswith("has a guard with the wrong sign: 1e-05 is taken off inside the logarithm")


def test_a_least_value_and_a_clip_are_told_from_what_is_added():
    text = said(lambda p: -np.log(np.maximum(p[:, 0], 0.05)).mean())
    assert "what the logarithm is taken of is never less than 0.05" in text


def test_a_guard_in_the_gradient_is_named():
    text = said(lambda p: slope(p, p[:, 0] + 1e-3), "slope")
    assert text.startswith("has too large a guard: 0.001 is added to what the gradient divides by")


@pytest.mark.parametrize(
    "formula",
    [
        lambda p: -np.log(p[:, 0]).mean() - 1e-3,
        lambda p: -(np.log(p[:, 0]) * 0.99).mean(),
        lambda p: -np.log(p[:, 0] + 1e-3 / len(p)).mean(),
        lambda p: np.nan,
    ],
    ids=["beside", "times", "of the batch", "no number"],
)
def test_nothing_else_is_taken_for_a_guard(formula: Callable[[np.ndarray], np.ndarray]):
    assert "guard" not in said(formula)
