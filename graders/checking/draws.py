"""Whether numbers can have been drawn uniformly within a bound.

Of n correctly drawn numbers none lies outside the bound; all keep further from it than `_near` says in one case of
10^10; and their distribution function is further than `_distance` from the uniform one in one of 10^9 (Massart 1990).
"""

from __future__ import annotations

import math

import numpy as np

from graders.checking.failures import CheckFailed

FEWEST = 1000
"""Of fewer numbers only the bound can be told."""
ROUNDED = 1e-6
"""Relative: single precision may round a number, or the bound itself."""


def check_uniform(values: np.ndarray, bound: float, where: str, hint: str, because: str = "") -> None:
    """CheckFailed for numbers that aren't uniform between minus the bound and the bound."""
    if not np.isfinite(values).all():
        raise CheckFailed(f"{where} aren't all finite", hint)
    fault = _fault(values, bound)
    if fault:
        raise CheckFailed(f"{where} {fault}", hint, because=because)


def _fault(values: np.ndarray, bound: float) -> str:
    largest = float(np.abs(values).max(initial=0.0))
    if largest > bound * (1 + ROUNDED):
        return f"are as large as {largest:.5f}, but should be at most {bound:.5f}"
    if values.size < FEWEST:
        return ""
    if largest < bound * _near(values.size):
        return f"are at most {largest:.5f}, but should come near to {bound:.5f}"
    if are_copies(values):
        return f"repeat each other: only {len(np.unique(values))} are different"
    if _from_uniform(np.sort(values.ravel() / bound)) > _distance(values.size):
        return f"aren't uniform between -{bound:.5f} and {bound:.5f}"
    return ""


def are_copies(values: np.ndarray) -> bool:
    """Whether most of them aren't drawn one by one."""
    return len(np.unique(values)) < values.size / 2


def _near(count: int) -> float:
    return math.exp(-math.log(1e10) / count)


def _distance(count: int) -> float:
    return math.sqrt(math.log(2e9) / (2 * count))


def _from_uniform(values: np.ndarray) -> float:
    """The largest distance of sorted values' distribution function from that of the uniform one on [-1, 1]."""
    uniform = (values + 1) / 2
    steps = np.arange(len(values) + 1) / len(values)
    return float(max(np.abs(uniform - steps[1:]).max(), np.abs(uniform - steps[:-1]).max()))
