"""A base point and the fans of directions around it: what to evaluate next, and what the answers say so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from graders.gradcheck import directions, noise
from graders.gradcheck.domains import Domain
from graders.gradcheck.extrapolation import MANY, NOTHING, Estimate, extrapolate, underestimate
from graders.gradcheck.problem import Point, Problem
from graders.gradcheck.result import Array
from graders.gradcheck.tolerances import AGREE, KINK_NOISE, SINGLE, Steps


@dataclass(eq=False)
class Fan:
    """Directions in one input, or in a group of inputs moved together, and their tables so far.

    ``directions[name]`` is ``(P, *shape)``; ``central`` and ``second`` are ``(levels, P, outputs)``: central
    differences, and second differences over the step.
    """

    names: tuple[str, ...]
    directions: dict[str, Array]
    levels: tuple[int, ...] = ()
    central: Array = field(default_factory=lambda: np.zeros(0))
    second: Array = field(default_factory=lambda: np.zeros(0))
    estimate: Estimate = NOTHING

    def __len__(self) -> int:
        """How many directions."""
        return len(self.directions[self.names[0]])

    def points(self, base: Point, levels: Sequence[int]) -> list[dict[str, Array]]:
        """The points on both sides of ``base``, for every direction, level and sign."""
        moves = [{name: v[k] for name, v in self.directions.items()} for k in range(len(self))]
        steps = [sign * 2.0**-level for level in levels for sign in (1, -1)]
        return [directions.moved_point(base, move, step) for move in moves for step in steps]

    def record(self, levels: Sequence[int], rows: Array, centre: Array) -> None:
        """Take in the outputs at ``points``."""
        pairs = rows.reshape(len(self), len(levels), 2, -1).transpose(2, 1, 0, 3)
        scale = np.array([2.0**level for level in levels]).reshape(-1, 1, 1)
        central = (pairs[0] - pairs[1]) * (scale / 2)
        second = ((pairs[0] - centre) + (pairs[1] - centre)) * scale
        if not self.levels:
            self.levels, self.central, self.second = tuple(levels), central, second
            return
        everything = (*self.levels, *levels)
        order = np.argsort(everything)
        self.levels = tuple(everything[k] for k in order)
        self.central = np.concatenate([self.central, central])[order]
        self.second = np.concatenate([self.second, second])[order]

    def keep(self, count: int) -> None:
        """Forget all but the first ``count`` directions."""
        self.directions = {name: v[:count] for name, v in self.directions.items()}
        self.central, self.second = self.central[:, :count], self.second[:, :count]
        self.estimate = self.estimate[:count]


Wanted = Sequence[tuple[Fan, tuple[int, ...]]]
"""Fans, each with the steps that it is to be evaluated at."""


@dataclass(eq=False)
class Site:
    """A base point, its output and noise, and its fans; one that doesn't certify can only raise an alarm."""

    base: dict[str, Array]
    fans: list[Fan]
    first: tuple[int, ...]
    moved: list[dict[str, Array]]
    certifies: bool = True
    output: Array = field(default_factory=lambda: np.zeros(0))
    sigma: Array = field(default_factory=lambda: np.zeros(0))
    unchecked: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def fan_of(self, name: str) -> Fan:
        """The fan that moves this input."""
        return next(fan for fan in self.fans if name in fan.names)

    def opening(self) -> list[dict[str, Array]]:
        """The points of the first round: the base, its neighbours an ulp away, and every fan's first steps."""
        points = [self.base, *self.moved]
        for fan in self.fans:
            points += fan.points(self.base, self.first)
        return points

    def open(self, rows: Array, eps: float) -> None:
        """Take in the outputs at ``opening``."""
        self.output = rows[0]
        start = 1 + len(self.moved)
        self.sigma = noise.forward_noise(rows[0], rows[1:start], eps)
        self.unchecked = np.zeros(self.output.shape, dtype=bool)
        for fan in self.fans:
            end = start + 2 * len(self.first) * len(fan)
            self.record(fan, self.first, rows[start:end])
            start = end

    def shortfall(self) -> float:
        """By how much moving inputs by an ulp showed less noise than the tables do."""
        with np.errstate(invalid="ignore", over="ignore"):
            return max(underestimate(fan.levels, fan.central, self.sigma) for fan in self.fans)

    def doubt_unsettled(self, steps: Steps) -> None:
        """Count the errors of a direction in which rows never came to agree many times over.

        An estimate that two rows make of their own error can be trusted once they converge, not before. In float32
        a scalar with kinks nearby never does: chance agreement is all there is.
        """
        for fan in self.fans:
            some = np.where(self.unchecked, 0.0, [fan.estimate.error, fan.estimate.noise, fan.estimate.value])
            settled = _settled(_rms(some[0]), _rms(some[1]), _rms(some[2]), steps)[:, None]
            if steps.eps == SINGLE.eps and self.output.size < MANY and steps.kink[-1] in fan.levels:
                settled &= False
            if not settled.all():
                error = np.where(settled, fan.estimate.error, steps.unsettled * fan.estimate.error)
                fan.estimate = Estimate(fan.estimate.value, error, fan.estimate.noise)

    def raise_noise(self, factor: float) -> None:
        """Extrapolate again with more noise."""
        if factor == 1.0:
            return
        self.sigma = self.sigma * factor
        with np.errstate(invalid="ignore", over="ignore"):
            for fan in self.fans:
                fan.estimate = _finite(extrapolate(fan.levels, fan.central, np.abs(fan.second), self.sigma))

    def record(self, fan: Fan, levels: Sequence[int], rows: Array) -> None:
        """Take in the outputs of one fan and extrapolate."""
        with np.errstate(invalid="ignore", over="ignore"):
            fan.record(levels, rows, self.output)
            found = extrapolate(fan.levels, fan.central, np.abs(fan.second), self.sigma)
        fan.estimate = _finite(found)


def _finite(estimate: Estimate) -> Estimate:
    """Give entries that are not numbers an infinite error."""
    bad = ~np.isfinite(estimate.value)
    if not bad.any():
        return estimate
    return Estimate(np.where(bad, 0.0, estimate.value), np.where(bad, np.inf, estimate.error), estimate.noise)


def make_site(
    base: Mapping[str, Array],
    scales: Mapping[str, float],
    groups: Sequence[tuple[str, ...]],
    count: int,
    first: tuple[int, ...],
    draws: int,
    rng: np.random.Generator,
    certifies: bool = True,
    domains: Mapping[str, Domain] = MappingProxyType({}),
) -> Site:
    """Draw ``count`` directions for every group of inputs, and ``draws`` ulp moves of all of them."""

    def directions_in(name: str) -> Array:
        drawn = directions.signed(rng, (count, *base[name].shape))
        return domains[name].directions(base[name], drawn) if name in domains else scales[name] * drawn

    fans = [Fan(group, {name: directions_in(name) for name in group}) for group in groups]
    neighbours = {name: directions.moved_by_an_ulp(base[name], draws, rng) for group in groups for name in group}
    moved = [{**base, **{name: x[k] for name, x in neighbours.items()}} for k in range(draws)]
    return Site(dict(base), fans, first, moved, certifies)


def next_levels(site: Site, fan: Fan, steps: Steps) -> tuple[int, ...]:
    """The steps that this fan still needs; none once its rows agree, or nothing more can be had."""
    estimate = fan.estimate
    if site.first != steps.first:
        return ()
    error, rounding, size = _rms(estimate.error), _rms(estimate.noise), _rms(estimate.value)
    if _settled(error, rounding, size, steps).all():
        limited = fan.levels == steps.first and (rounding > steps.coarsen * size).any()
        return steps.coarser if limited else ()
    stages = [steps.smooth, steps.smoother, steps.kink, steps.finer]
    for stage in stages[2:] if _mostly_kinked(site, fan, estimate) else stages:
        if stage[-1] not in fan.levels:
            return _new(stage, fan)
    return ()


def _new(stage: tuple[int, ...], fan: Fan) -> tuple[int, ...]:
    return tuple(level for level in stage if level not in fan.levels)


def _settled(error: Array, rounding: Array, size: Array, steps: Steps) -> Array:
    return np.asarray(error <= np.maximum(AGREE * rounding, steps.resolved * size))


def _rms(x: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("po,po->p", x, x) / max(x.shape[-1], 1)))


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
    kinked = int(np.count_nonzero((ratio < 0.6) | (ratio > 1.6)))
    return 2 * kinked > int(np.count_nonzero(bad))


def refine(problem: Problem, site: Site, steps: Steps, budget: int, rounds: int = 4) -> None:
    """Evaluate further steps where rows disagree, all fans in one round trip, until they agree or time is up."""
    for _ in range(rounds):
        wanted = _affordable(site, steps, budget - problem.forward_evaluations)
        if not wanted:
            return
        _evaluate(problem, site, wanted)


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


def _evaluate(problem: Problem, site: Site, wanted: Wanted) -> None:
    points = [point for fan, levels in wanted for point in fan.points(site.base, levels)]
    rows = problem.evaluate(points)
    start = 0
    for fan, levels in wanted:
        end = start + 2 * len(levels) * len(fan)
        site.record(fan, levels, rows[start:end])
        start = end


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
