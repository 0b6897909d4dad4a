"""Named reasons why a comparison of numbers would mean nothing, each found before or beside the comparison."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array, GuardError, Verdict
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import SAFETY

REPEATS = 4 * SAFETY
"""Two evaluations at one point may differ by this many times the noise: sums may be reordered, no more."""


def finite_output(problem: Problem, output: Array) -> None:
    """Refuse an output with NaN or infinity at the inputs themselves."""
    bad = ~np.isfinite(output)
    if bad.any():
        where = [int(i) for i in np.unravel_index(int(np.argmax(bad)), problem.shape or (1,))]
        raise GuardError(
            Verdict.NON_FINITE,
            f"The output is {output[bad][0]} at {where if problem.shape else []}, but should be finite: "
            f"{np.count_nonzero(bad)} of {output.size} entries are not.",
        )


def deterministic(site: Site, again: Array, eps: float) -> None:
    """Refuse a forward pass that answers differently the second time (dropout, a state that moves on)."""
    difference = float(np.max(np.abs(again - site.output), initial=0.0))
    size = float(np.max(np.abs(site.output), initial=0.0))
    noise = min(float(np.max(site.sigma, initial=0.0)), np.sqrt(eps) * size)
    if not difference <= REPEATS * (noise + eps * size):
        raise GuardError(
            Verdict.NON_DETERMINISTIC,
            f"Two forward passes with the same input differ by {difference:.2g}.\n"
            "Fix the random seed, switch to evaluation mode, or keep no state between calls.",
        )


def uses_cotangent(first: Mapping[str, Array], second: Mapping[str, Array]) -> None:
    """Refuse a backward pass that gives the same gradients for two different upstream gradients."""
    same = all(bool((np.abs(first[name] - second[name]) <= 1e-7 * np.abs(second[name])).all()) for name in first)
    if same and any(gradient.any() for gradient in first.values()):
        raise GuardError(
            Verdict.IGNORES_COTANGENT,
            "The backward pass gives the same gradients for two different upstream gradients.\n"
            "Multiply the local derivative by the upstream gradient (the chain rule).",
        )


def repeatable(first: Mapping[str, Array], again: Mapping[str, Array], eps: float) -> None:
    """Refuse a backward pass that answers differently the second time, after the same forward pass."""
    for name, gradient in first.items():
        if not differs(gradient, again[name], eps):
            continue
        doubled = np.allclose(again[name], np.round(again[name].sum() / (gradient.sum() or 1)) * gradient, rtol=1e-6)
        raise stale(name, adds_up=bool(doubled and gradient.any()))


def differs(gradient: Array, again: Array, eps: float) -> bool:
    """Whether two gradients that should be the same are not, by more than a sum in another order makes."""
    size = np.abs(gradient).max() + np.abs(again).max()
    return bool(np.any(np.abs(again - gradient) > REPEATS * eps * size))


def stale(name: str, adds_up: bool) -> GuardError:
    """What is said about a gradient that depends on earlier calls."""
    reason = "gradients add up from call to call" if adds_up else "a cache is not refreshed"
    return GuardError(
        Verdict.STALE_CACHE,
        f"The same forward and backward pass gave two different gradients of {name}: {reason}.\n"
        "Every forward pass has to overwrite what backward reads, and backward what it returned before.",
        name,
    )


def is_stale(here: Mapping[str, Array], elsewhere: Mapping[str, Array]) -> bool:
    """Whether all gradients at one point are exactly those at another one, for the same cotangent."""
    same = all(np.allclose(here[name], elsewhere[name], rtol=1e-9, atol=0) for name in here)
    return same and any(gradient.any() for gradient in elsewhere.values())
