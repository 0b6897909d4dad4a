"""Outputs that sit on a kink: found, left out of the cotangent, and checked against the subdifferential's hull.

At a kink the two one-sided derivatives along v differ, and a subgradient's projection on v lies between them:
for a ReLU at 0 any slope from 0 to 1, for tied maxima any split. That holds where the kink is convex or
concave. An output may also sum several kinks, of both signs, and then a right answer may lie outside. One kink
alone opens along u and v by c|a.u| and c|a.v|, so along u + v and u - v by their sum and their difference, in some
order: an output that doesn't is left unchecked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.extrapolation import middles
from graders.gradcheck.fans import Fan
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import KINK_NOISE, SAFETY, Steps

HULLS = 3
"""Inputs whose hull is checked, a backward pass each."""

BLUR = 100.0
"""An output this many times less well known than the median is better checked apart."""

BESIDE = 100.0
"""Where only a band of entries is moved, outputs may be known this many times less well than where all are."""

DROWNED = 0.05
"""Noise above this fraction of the outputs' spread is none that a function has."""

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
    """Leave out the outputs whose derivative along some direction could not be had, or far worse than usual."""
    drowned = _drowned(site)
    for fan in site.fans:
        if drowned:
            fan.give_up(np.ones(fan.estimate.value.shape, dtype=bool))
        here = resolved(site, fan, steps)
        if not here.all():
            _give_up(site, fan, here)
            site.unchecked |= ~resolved(site, fan, steps).all(axis=0)


def _drowned(site: Site) -> bool:
    """Whether what passes for noise is as large as the outputs: steps then skip over what the function does."""
    spread = site.output.std() if site.output.size > 1 else np.abs(site.output).max(initial=0.0)
    return bool(spread > 0 and np.sqrt(np.mean(site.sigma**2)) > DROWNED * spread)


def _give_up(site: Site, fan: Fan, here: Array) -> None:
    """Where most outputs aren't resolved along a direction, though not on a kink, the others were so by chance."""
    bad = ~here & ~_like_kinks(site, fan.second, fan.levels)
    lost = 2 * bad.sum(axis=-1, keepdims=True) > bad.shape[-1]
    if lost.any():
        fan.give_up(lost)


def resolved(site: Site, fan: Fan, steps: Steps) -> Array:
    """Which outputs' derivatives were had, ``(directions, outputs)``, and not far worse than usual for their noise."""
    error = fan.estimate.error + fan.estimate.noise
    finite = np.isfinite(error)
    squares = np.where(finite, fan.estimate.value, 0.0) ** 2
    size = np.sqrt(squares.sum(axis=-1) / np.maximum(finite.sum(axis=-1), 1))[:, None]
    usual = middles(fan.estimate.noise)
    if site.unequal:
        usual = np.maximum(usual, middles(fan.estimate.noise / site.sigma) * site.sigma)
    limit = np.maximum(4 * SAFETY * usual, steps.unresolved * size)
    if site.mixed:  # most outputs don't change at all, so what is usual says little
        natural = np.maximum(size, site.output.std())
        limit = np.maximum(
            limit, np.maximum(steps.loose * np.abs(fan.estimate.value), BESIDE * steps.unresolved * natural)
        )
    return np.asarray(finite & (error <= limit))


def unresolved(site: Site) -> Array:
    """The outputs that are left out though they aren't on a kink: steps along these directions met one nearby."""
    if not site.unchecked.any():
        return site.unchecked
    on_kink = np.zeros(site.output.shape, dtype=bool)
    for fan in site.fans:
        on_kink |= _on_kink(site, fan.second, fan.levels)
    return site.unchecked & ~on_kink


def blurred(site: Site) -> Array:
    """The few outputs known far less well than the others, which would hide a small error in those.

    They are checked with the first cotangent, and the others once more without them.
    """
    found = np.zeros(site.output.shape, dtype=bool)
    for fan in site.fans:
        error = fan.estimate.error + fan.estimate.noise
        found |= (error > BLUR * middles(error)).any(axis=0)
    few = np.count_nonzero(found) < 0.5 * np.count_nonzero(~site.unchecked)
    return found if few else np.zeros_like(found)


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
    return np.asarray(_like_kinks(site, second, levels).all(axis=0) & site.unchecked)


def _like_kinks(site: Site, second: Array, levels: tuple[int, ...]) -> Array:
    now, then = np.abs(second[-1]), np.abs(second[-2])
    heard = now > KINK_NOISE * site.sigma * 2.0 ** levels[-1]
    return np.asarray(heard & (np.abs(now - then) < 0.1 * then))


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


def _single(fan: Fan, noise: Array) -> Array:
    """Which outputs open as one kink does."""
    u, v, plus, minus = fan.second[-1]
    a, b, p, m = np.abs(fan.second[-1])
    close = noise + 1e-3 * (a + b)
    opens = (u * v > 0) & (plus * u > -noise * a) & (minus * u > -noise * a)
    adds_up = np.abs(np.maximum(p, m) - (a + b)) < close
    return np.asarray(opens & adds_up & (np.abs(np.minimum(p, m) - np.abs(a - b)) < close))


def _hull(site: Site, fan: Fan, rng: np.random.Generator) -> Hull | None:
    level = fan.levels[-1]
    kinked = _on_kink(site, fan.second[:, :2], fan.levels)
    chosen = kinked & _single(fan, KINK_NOISE * site.sigma * 2.0**level)
    if not chosen.any():
        return None
    central, half = fan.central[-1][0], np.abs(fan.second[-1][0]) / 2
    cotangent = np.abs(directions.signed(rng, chosen.shape)) * np.where(central < 0, -1.0, 1.0) * chosen
    middle = float(np.sum(np.where(chosen, cotangent * central, 0.0)))
    reach = (1 + SLACK) * float(np.sum(np.where(chosen, np.abs(cotangent) * half, 0.0)))
    reach += SAFETY * 2.0**level * float(np.linalg.norm(cotangent * site.sigma))
    return Hull(fan, cotangent, middle - reach, middle + reach)
