"""Whether gradients depend on earlier calls, where the outputs do not: caches that go stale, gradients that add up.

A check that puts state back before every forward pass sees each call as the first. So a few are made without that.
"""

from __future__ import annotations

import numpy as np

from graders.gradcheck import directions, guards
from graders.gradcheck.bands import Reach
from graders.gradcheck.problem import Continuing, Problem
from graders.gradcheck.result import Array

ELSEWHERE = 2.0**-5
"""How far the first call is from the inputs, of their own scale."""


def independent(problem: Problem, run: Continuing, reach: dict[str, Reach], rng: np.random.Generator) -> None:
    """Refuse gradients that a call elsewhere, or an earlier one at the same inputs, changes.

    Outputs that depend on earlier calls are a state that is meant to be: then nothing can be said.
    """
    base = problem.base
    moved = {name: directions.nudged(base[name], ELSEWHERE * reach[name], rng) for name in reach}
    cotangent = problem.as_cotangent(directions.cotangents(1, int(np.prod(problem.shape or ())), rng)[0])
    try:
        (_, _), *later = problem.go_on(run, [(p, cotangent.copy()) for p in ({**base, **moved}, base, base)])
    except problem.outside:
        return
    (first, gradients), (second, again) = later
    (alone,) = problem.pull_back([(base, cotangent.copy())])
    if _same(first, second) and _same(first, problem.evaluate([base])[0] * problem.unit):
        for name, gradient in alone.items():
            _compare(name, gradient, gradients[name], again[name], problem.eps)


def _compare(name: str, alone: Array, first: Array, again: Array, eps: float) -> None:
    """Refuse a gradient that isn't, the first time and the second, what it is alone."""
    if guards.differs(alone, first, eps) or guards.differs(alone, again, eps):
        raise guards.stale(name, adds_up=bool(alone.any() and np.allclose(again - first, alone, rtol=1e-6)))


def _same(one: Array, other: Array) -> bool:
    return bool(np.allclose(one.reshape(-1), other.reshape(-1), rtol=1e-6, atol=0))
