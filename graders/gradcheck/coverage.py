"""Which entries of a gradient were seen: another number there would have been an alarm.

An entry is seen in a projection whose tolerance is below half of what the entry adds to it, so that 0, twice the
number or the other sign would show; or below a small fraction of what all entries add that are moved with it, beside
which the entry's own number doesn't matter. Where a gradient is nothing but zeros, there is no such sum; it is seen
beside what the other inputs and entries add, so that a number that matters among those would have shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.gradcheck.bands import Reach
from graders.gradcheck.compare import Comparison, spread
from graders.gradcheck.fans import Fan
from graders.gradcheck.kinks import resolved, unresolved
from graders.gradcheck.pulling import Pulled
from graders.gradcheck.result import Array, Verdict
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import Steps

TWICE = 2.0
"""A number is off by this many tolerances before it is sure to be an alarm: the right one may be off by one already."""

NOISY_ZERO = 4.0
"""A gradient below this many times its noise is zero."""

Masks = dict[str, Array]


def seen(at: Pulled, comparison: Comparison, steps: Steps, reach: Mapping[str, Reach]) -> Masks:
    """The entries that one fan's projections have seen, by input."""
    fan = comparison.fan
    if comparison.verdict is Verdict.INCONCLUSIVE:
        return {name: np.zeros(v.shape[1:], dtype=bool) for name, v in fan.directions.items()}
    needed = TWICE * comparison.bound
    whole = needed <= steps.seen * np.maximum(comparison.terms, _beside(at, comparison, reach))
    if whole.any() and not at.site.mixed:  # there every direction moves every entry
        return {name: np.ones(v.shape[1:], dtype=bool) for name, v in fan.directions.items()}
    found = {}
    for name, v in fan.directions.items():
        mask = (v[whole.any(axis=0)] != 0).any(axis=0)
        for c, p in zip(*np.nonzero(~whole), strict=True):
            if mask.all():
                break
            mask |= np.abs(at.gradients[c][name] * v[p]) >= needed[c, p]
        found[name] = np.asarray(mask & ~_underflows(at, name, v))
    return found


def _underflows(at: Pulled, name: str, v: Array) -> Array:
    """The entries that add nothing to a projection though they aren't zero: too small for their product."""
    return np.asarray(np.any([(g[name] != 0) & (v[0] != 0) & (g[name] * v[0] == 0) for g in at.gradients], axis=0))


def _beside(at: Pulled, comparison: Comparison, reach: Mapping[str, Reach]) -> Array:
    """What other entries add to a projection of the same kind, where a gradient is zero; 0 where it isn't."""
    zero = comparison.terms <= NOISY_ZERO * comparison.backward
    if not zero.any():
        return np.zeros(zero.shape)
    sums = [max(_norm(g[name] * reach[name]) for name in reach) for g in at.gradients]
    others = np.array(sums) if any(sums) else np.full(len(sums), spread(at.site, at.cotangents))
    return np.where(zero, others[:, None], 0.0)


def _norm(x: Array) -> float:
    return float(np.sqrt(np.sum(x * x)))


def further_looks(site: Site, steps: Steps) -> list[Site]:
    """For outputs that not all directions resolve: each direction alone, with the outputs that it alone answers for."""
    missing = unresolved(site)
    if not missing.any():
        return []
    found = []
    for fan in site.fans:
        left = missing.copy()
        for p, here in enumerate(resolved(site, fan, steps)):
            some = left & here
            if some.any():
                found.append(_alone(site, fan, p, some))
                left &= ~here
    return found


def _alone(site: Site, fan: Fan, p: int, outputs: Array) -> Site:
    """A site of one direction that is checked in these outputs."""
    one = slice(p, p + 1)
    moves = {name: v[one] for name, v in fan.directions.items()}
    part = Fan(fan.names, moves, fan.levels, fan.central[:, one], fan.second[:, one], None, fan.estimate[one])
    return replace(site, fans=[part], certifies=False, beside=site, alone=True, unchecked=~outputs)


def left_out(site: Site, steps: Steps) -> list[tuple[Fan, Array]]:
    """For each fan the outputs, not on a kink, that none of its directions resolves."""
    missing = unresolved(site)
    if not missing.any():
        return []
    found = [(fan, missing & ~resolved(site, fan, steps).any(axis=0)) for fan in site.fans]
    return [(fan, some) for fan, some in found if some.any()]


def touching(fan: Fan, gradients: Mapping[str, Array]) -> Masks:
    """The entries on which outputs depend whose gradient this is; all that were moved, where it is zero.

    The outputs do change along the fan, so zeros everywhere are no answer.
    """
    moved = {name: (v != 0).any(axis=0) for name, v in fan.directions.items()}
    found = {name: moved[name] & (gradients[name] != 0) for name in moved}
    return found if any(mask.any() for mask in found.values()) else moved


def share(masks: Sequence[Array]) -> float:
    """Which part of some entries was seen."""
    return float(sum(np.count_nonzero(mask) for mask in masks) / max(sum(mask.size for mask in masks), 1))
