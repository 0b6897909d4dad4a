"""Outputs that sit on a kink: found, left out of the cotangent, and checked against the subdifferential's hull.

At a kink the two one-sided derivatives along v differ, and a subgradient's projection on v lies between them:
for a ReLU at 0 any slope from 0 to 1, for tied maxima any split. That holds where the kink is convex or
concave. An output may also sum kinks of both signs, and then a right answer may lie outside; so what opens along
u and v has to open along u + v and u - v as one kink does, or else the hull is widened or not used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Fan, Site
from graders.gradcheck.tolerances import KINK_NOISE, SAFETY, Steps

HULLS = 3
"""Inputs whose hull is checked, a backward pass each."""

SLACK = 0.02
"""The hull is widened by this fraction of its width, for the curvature on either side."""


@dataclass(frozen=True, eq=False)
class Hull:
    """The interval in which the gradient for ``cotangent``, projected on a fan's first direction, has to lie."""

    fan: Fan
    cotangent: Array
    low: float
    high: float


def mark_unresolved(site: Site, steps: Steps) -> None:
    """Leave out the outputs whose derivative along some direction could not be had."""
    for fan in site.fans:
        error = fan.estimate.error
        if not (error > 4 * SAFETY * fan.estimate.noise).any():
            continue
        finite = np.isfinite(error)
        squares = np.where(finite, fan.estimate.value, 0.0) ** 2
        size = np.sqrt(squares.sum(axis=-1) / np.maximum(finite.sum(axis=-1), 1))[:, None]
        limit = np.maximum(4 * SAFETY * fan.estimate.noise, steps.unresolved * size)
        site.unchecked |= (~finite | (error > limit)).any(axis=0)


def hulls(problem: Problem, site: Site, rng: np.random.Generator) -> list[Hull]:
    """The hull of each input that moves outputs which are exactly on a kink."""
    fans = [_upwards(fan) for fan in site.fans if _on_kink(site, fan.second, fan.levels).any()][:HULLS]
    if not fans:
        return []
    points = [point for fan in fans for point in fan.points(site.base, fan.levels)]
    rows = problem.evaluate(points).reshape(len(fans), 8 * 2, -1)
    found = []
    for fan, some in zip(fans, rows, strict=True):
        levels, fan.levels = fan.levels, ()
        fan.record(levels, some, site.output)
        hull = _hull(site, fan, rng)
        if hull is not None:
            found.append(hull)
    return found


def _on_kink(site: Site, second: Array, levels: tuple[int, ...]) -> Array:
    """The outputs whose second difference over h stays the same down to the finest step, in every direction."""
    now, then = np.abs(second[-1]), np.abs(second[-2])
    heard = now > KINK_NOISE * site.sigma * 2.0 ** levels[-1]
    return np.asarray((heard & (np.abs(now - then) < 0.1 * then)).all(axis=0) & site.unchecked)


def _upwards(fan: Fan) -> Fan:
    """Two directions ``u`` and ``v`` that raise every entry, their sum and their difference, at the finest steps.

    Raising tied values together leaves them the narrowest hull.
    """
    moves = {}
    for name, directions_ in fan.directions.items():
        u = np.abs(directions_[0])
        v = u.max(initial=0.0) + u.min(initial=np.inf) - u
        moves[name] = np.stack([u, v, u + v, u - v])
    return Fan(fan.names, moves, fan.levels[-2:])


def _openings(fan: Fan, noise: Array) -> tuple[Array, Array]:
    """Which outputs open as one kink does, and which at least as a convex or a concave function does."""
    u, v, plus, minus = fan.second[-1]
    a, b, p, m = np.abs(fan.second[-1])
    close = noise + 1e-3 * (a + b)
    single = (np.abs(np.maximum(p, m) - (a + b)) < close) & (np.abs(np.minimum(p, m) - np.abs(a - b)) < close)
    same_sign = (u * v > 0) & (plus * u > -noise * a) & (minus * u > -noise * a)
    return same_sign & single, same_sign & (np.maximum(p, m) < a + b + close)


def _hull(site: Site, fan: Fan, rng: np.random.Generator) -> Hull | None:
    level = fan.levels[-1]
    single, convex = _openings(fan, KINK_NOISE * site.sigma * 2.0**level)
    kinked = _on_kink(site, fan.second[:, :2], fan.levels)
    chosen = kinked & single if (kinked & single).any() else kinked & convex
    if not chosen.any():
        return None
    central, half = fan.central[-1][0], np.abs(fan.second[-1][0]) / 2
    cotangent = np.abs(directions.signed(rng, chosen.shape)) * np.where(central < 0, -1.0, 1.0) * chosen
    middle = float(np.sum(np.where(chosen, cotangent * central, 0.0)))
    reach = float(np.sum(np.where(chosen, np.abs(cotangent) * half, 0.0)))
    reach *= 1 + SLACK if (kinked & single).any() else 3
    reach += SAFETY * 2.0**level * float(np.linalg.norm(cotangent * site.sigma))
    return Hull(fan, cotangent, middle - reach, middle + reach)
