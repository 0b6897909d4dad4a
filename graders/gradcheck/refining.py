"""Which further steps a fan needs, until its rows agree or nothing more can be had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graders.gradcheck.extrapolation import Estimate
from graders.gradcheck.fans import Fan
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import AGREE, KINK_NOISE, Steps

Wanted = Sequence[tuple[Fan, tuple[int, ...]]]
"""Fans, each with the steps that it is to be evaluated at."""

UNHEARD = 1e-2
"""A derivative is heard when it is this many times its noise, the other way round, in some output."""

STRAIGHT = 0.1
"""Second differences are this small, relative to first ones, along what passes for a straight line."""

SAME = 1e-3
"""Two steps far beyond an input's own scale agree when their differences do to this fraction."""


def next_levels(site: Site, fan: Fan, steps: Steps) -> tuple[int, ...]:
    """The steps that this fan still needs; none once its rows agree, or nothing more can be had."""
    estimate = fan.estimate
    if site.first != steps.first:
        return ()
    if site.settled(estimate, steps).all():
        return _coarser(site, fan, steps)
    stages = [steps.smooth, steps.smoother, steps.kink, steps.finer]
    for stage in stages[2:] if _mostly_kinked(site, fan, estimate) else stages:
        if stage[-1] not in fan.levels:
            return _new(stage, fan)
    return next((s for s in steps.finest if s[-1] not in fan.levels and _worth(site, fan, s[-1])), ())


def _coarser(site: Site, fan: Fan, steps: Steps) -> tuple[int, ...]:
    """Larger steps, where noise is what limits the derivative; far larger ones where it isn't heard at all."""
    estimate = fan.estimate
    if fan.at_its_scale:
        return ()
    if fan.levels == steps.first:
        _, rounding, size = site.sizes(estimate)
        limited = (rounding > steps.coarsen * size).any()
        return steps.coarser if limited else ()
    beyond = fan.levels == (*sorted(steps.coarser), *steps.first)
    return steps.coarsest if beyond and _unheard(fan) else ()


def _worth(site: Site, fan: Fan, level: int) -> bool:
    """Whether a derivative would be heard at so fine a step, and isn't one on either side of a kink."""
    bad = fan.estimate.error > AGREE * fan.estimate.noise
    now, then = np.abs(fan.second[-1])[bad], np.abs(fan.second[-2])[bad]
    on_kink = np.count_nonzero(np.abs(now - then) < 0.1 * then)
    there = np.where(np.isfinite(fan.central[-1]), fan.central[-1], np.inf)
    heard = (np.abs(there)[bad] > (site.sigma * 2.0**level)[np.nonzero(bad)[-1]]).any()
    return bool(heard and 2 * on_kink <= now.size)


def _new(stage: tuple[int, ...], fan: Fan) -> tuple[int, ...]:
    return tuple(level for level in stage if level not in fan.levels)


def _mostly_kinked(site: Site, fan: Fan, estimate: Estimate) -> bool:
    """Whether the outputs whose rows disagree behave as at a kink, not as a curve.

    A curve's second difference over h shrinks by the ratio of the steps. It stays where both steps cross a
    kink, and vanishes at once where only the coarser one does.
    """
    coarse, fine = fan.levels[-2], fan.levels[-1]
    bad = estimate.error > AGREE * estimate.noise
    before: Array = np.abs(fan.second[-2])
    after: Array = np.abs(fan.second[-1])
    heard = bad & (before > KINK_NOISE * site.sigma * 2.0**coarse)
    ratio = after[heard] / before[heard] * 2.0 ** (fine - coarse)
    kinked = int(np.count_nonzero((ratio < 0.6) | (ratio > 1.6))) + int(np.count_nonzero(~np.isfinite(fan.second[-1])))
    return 2 * kinked > int(np.count_nonzero(bad))


def refine(problem: Problem, site: Site, steps: Steps, budget: int, rounds: int = 8) -> None:
    """Evaluate further steps where rows disagree, all fans in one round trip, until they agree or time is up."""
    for _ in range(rounds):
        wanted = _affordable(site, steps, budget - problem.forward_evaluations)
        if not wanted:
            return
        _evaluate(problem, site, wanted, steps)


def keep_one_direction(site: Site, steps: Steps) -> None:
    """Refine one direction of each fan at most."""
    for fan in site.fans:
        if next_levels(site, fan, steps):
            fan.keep(1)


def _affordable(site: Site, steps: Steps, left: int) -> Wanted:
    """The steps that each fan needs next, or only those over kinks, or none, as the budget allows.

    Fans forget directions where it doesn't allow all of them.
    """
    wanted = [(fan, levels) for fan in site.fans if (levels := next_levels(site, fan, steps))]
    if _least(wanted) > left - _reserve(wanted, steps):
        wanted = [(fan, _new(steps.kink, fan)) for fan, _ in wanted if steps.kink[-1] not in fan.levels]
    if _least(wanted) > left:
        return []
    _afford(wanted, left - _reserve(wanted, steps))
    return wanted


def _evaluate(problem: Problem, site: Site, wanted: Wanted, steps: Steps) -> None:
    for fan, levels in wanted:
        if levels == steps.coarsest:
            fan.keep(1)
    points = [point for fan, levels in wanted for point in fan.points(site.base, levels)]
    rows = problem.evaluate(points)
    start = 0
    for fan, levels in wanted:
        end = start + 2 * len(levels) * len(fan)
        unheard = _unheard(fan)
        site.record(fan, levels, rows[start:end])
        start = end
        if unheard and levels in (steps.coarser, steps.coarsest):
            _doubt_coarse(site, fan, steps)


def _unheard(fan: Fan) -> bool:
    """Whether no output changes by more than its noise."""
    return not (np.abs(fan.estimate.value) * UNHEARD > fan.estimate.noise).any()


def _doubt_coarse(site: Site, fan: Fan, steps: Steps) -> None:
    """Forget steps far beyond an input's own scale, unless what they hear is a straight line.

    A function that saturates, is on a kink as seen from afar, or loses its other inputs' digits, is none. Of the
    coarsest, two in a row have to say the same.
    """
    noise = site.sigma * (2.0 ** np.array(fan.levels)).reshape(-1, 1, 1)
    heard = np.abs(fan.central) > noise / UNHEARD
    straight = np.abs(fan.second) <= STRAIGHT * np.abs(fan.central)
    coarse = np.array([level < steps.first[0] for level in fan.levels])
    same = straight[:-1] & (np.abs(np.diff(fan.central, axis=0)) <= SAME * np.abs(fan.central[1:]))
    agrees = (heard[1:] & heard[:-1]).any(axis=(1, 2)) & (same | ~heard[:-1]).all(axis=(1, 2))
    if steps.coarsest[-1] in fan.levels:
        agreed = int(np.argmax(agrees)) if agrees.any() else len(fan.levels)
        fan.forget([level for level in fan.levels[:agreed] if level < steps.first[0]])
    elif (heard & ~straight)[coarse].any():
        fan.forget([level for level in fan.levels if level < steps.first[0]])
    fan.extrapolate(site.sigma, site.rounding)
    fan.at_its_scale = fan.levels[0] >= steps.first[0]


def _least(wanted: Wanted) -> int:
    """What the steps cost in one direction each."""
    return sum(2 * len(levels) for _, levels in wanted)


def _reserve(wanted: Wanted, steps: Steps) -> int:
    """What stepping over kinks would cost later, in one direction each, of those that are not at it yet."""
    return sum(2 * len(steps.kink) for _, levels in wanted if levels[-1] < steps.kink[-1])


def _afford(wanted: Wanted, left: int) -> None:
    """Forget directions when the budget can't refine them all; never an input's last one."""
    while sum(2 * len(levels) * len(fan) for fan, levels in wanted) > left:
        largest = max((fan for fan, _ in wanted), key=len)
        if len(largest) == 1:
            return
        largest.keep(len(largest) - 1)
