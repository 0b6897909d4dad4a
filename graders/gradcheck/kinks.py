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
    fans = [fan for fan in site.fans if len(fan) > 1 and on_kink(site, fan).any()][:HULLS]
    if not fans:
        return []
    crossed = [_crossed(fan) for fan in fans]
    points = [p for fan, cross in zip(fans, crossed, strict=True) for p in cross.points(site.base, fan.levels[-1:])]
    rows = problem.evaluate(points).reshape(len(fans), 4, -1)
    found = []
    for fan, cross, some in zip(fans, crossed, rows, strict=True):
        cross.record(fan.levels[-1:], some, site.output)
        hull = _hull(site, fan, cross, rng)
        if hull is not None:
            found.append(hull)
    return found


def on_kink(site: Site, fan: Fan) -> Array:
    """The outputs whose second difference over h stays the same down to the finest step, in every direction."""
    now, then = np.abs(fan.second[-1]), np.abs(fan.second[-2])
    heard = now > KINK_NOISE * site.sigma * 2.0 ** fan.levels[-1]
    return np.asarray((heard & (np.abs(now - then) < 0.1 * then)).all(axis=0) & site.unchecked)


def _crossed(fan: Fan) -> Fan:
    """The sum and the difference of a fan's first two directions."""
    return Fan(fan.names, {name: np.stack([v[0] + v[1], v[0] - v[1]]) for name, v in fan.directions.items()})


def _openings(fan: Fan, cross: Fan, noise: Array) -> tuple[Array, Array]:
    """Which outputs open as one kink does, and which at least as a convex or a concave function does."""
    u, v = fan.second[-1][0], fan.second[-1][1]
    plus, minus = cross.second[-1]
    a, b, p, m = (np.abs(x) for x in (u, v, plus, minus))
    close = noise + 1e-3 * (a + b)
    same_sign = (np.sign(fan.second[-1]) == np.sign(u)).all(axis=0)
    single = (np.abs(np.maximum(p, m) - (a + b)) < close) & (np.abs(np.minimum(p, m) - np.abs(a - b)) < close)
    opens = (plus * u > -noise * a) & (minus * u > -noise * a) & (np.maximum(p, m) < a + b + close)
    return same_sign & single, same_sign & opens


def _hull(site: Site, fan: Fan, cross: Fan, rng: np.random.Generator) -> Hull | None:
    level = fan.levels[-1]
    noise = KINK_NOISE * site.sigma * 2.0**level
    single, convex = _openings(fan, cross, noise)
    kinked = on_kink(site, fan)
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
