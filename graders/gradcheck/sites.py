"""A base point and the fans of directions around it, and what the answers say so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graders.gradcheck import directions, noise
from graders.gradcheck.bands import Reach
from graders.gradcheck.domains import Domain
from graders.gradcheck.extrapolation import MANY, Estimate, rms, underestimate
from graders.gradcheck.fans import Fan
from graders.gradcheck.result import Array
from graders.gradcheck.tolerances import AGREE, SINGLE, Steps

UNEQUAL = 1e3
"""Outputs are told apart by their noise where it differs by this factor."""

HOPELESS = 1e60
"""The error of an estimate that is worth nothing; its square is still a number."""


@dataclass(eq=False)
class Site:
    """A base point, its output and noise, and its fans; one that doesn't certify can only raise an alarm.

    Several sites may share a base point: those of further bands take the first one's output and noise,
    and so does one whose only direction is looked at ``alone``. They are all ``mixed``. The
    outputs are ``unequal`` where some are far noisier than others.
    """

    base: dict[str, Array]
    fans: list[Fan]
    first: tuple[int, ...]
    moved: list[dict[str, Array]]
    certifies: bool = True
    beside: Site | None = None
    alone: bool = False
    mixed: bool = False
    unequal: bool = False
    rounding: float = 0.0
    output: Array = field(default_factory=lambda: np.zeros(0))
    sigma: Array = field(default_factory=lambda: np.zeros(0))
    unchecked: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def opening(self) -> list[dict[str, Array]]:
        """The points of the first round: the base, its neighbours an ulp away, and every fan's first steps."""
        points = [] if self.beside else [self.base, *self.moved]
        for fan in self.fans:
            points += fan.points(self.base, self.first)
        return points

    def open(self, rows: Array, eps: float, grain: float | Array) -> None:
        """Take in the outputs at ``opening``."""
        if self.beside:
            start, self.output, self.sigma = 0, self.beside.output, self.beside.sigma
        else:
            start, self.output = 1 + len(self.moved), rows[0]
            finite = np.isfinite(rows[1:start]).all(axis=1)
            self.moved = [point for point, there in zip(self.moved, finite, strict=True) if there]
            self.sigma = noise.forward_noise(rows[0], rows[1:start][finite], eps, grain)
        self.unequal = bool(self.sigma.max(initial=0.0) > UNEQUAL * self.sigma.min(initial=np.inf))
        self.rounding = eps if self.unequal else 0.0
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
        a scalar with kinks nearby never does: chance agreement is all there is. A look at some of the entries has no
        other outputs to go by.
        """
        for fan in self.fans:
            settled = self.settled(self._checked(fan.estimate), steps)[:, None]
            if steps.eps == SINGLE.eps and self.output.size < MANY and steps.kink[-1] in fan.levels:
                settled &= False
            if not settled.all():
                doubt = HOPELESS if self.beside else steps.unsettled * fan.estimate.error
                error = np.where(settled, fan.estimate.error, doubt)
                fan.estimate = Estimate(fan.estimate.value, error, fan.estimate.noise)

    def _checked(self, estimate: Estimate) -> Estimate:
        """The estimates of the outputs that aren't left out, and zeros for the others."""
        if not self.unchecked.any():
            return estimate
        return Estimate(*np.where(self.unchecked, 0.0, [estimate.value, estimate.error, estimate.noise]))

    def settled(self, estimate: Estimate, steps: Steps) -> Array:
        """Along which directions, ``(directions,)``, rows agree to within the noise or as well as can be wanted."""
        error, rounding, size = self.sizes(estimate)
        return np.asarray(error <= np.maximum(AGREE * rounding, steps.resolved * size))

    def sizes(self, estimate: Estimate) -> tuple[Array, Array, Array]:
        """Error, noise and value along each direction, over all outputs; each by its own noise where that differs."""
        if not self.unequal:
            return estimate.sizes
        unit = self.sigma / self.sigma.max()
        return rms(estimate.error / unit), rms(estimate.noise / unit), rms(estimate.value / unit)

    def raise_noise(self, factor: float) -> None:
        """Extrapolate again with more noise."""
        if factor == 1.0:
            return
        self.sigma = self.sigma * factor
        for fan in self.fans:
            fan.extrapolate(self.sigma, self.rounding)

    def record(self, fan: Fan, levels: Sequence[int], rows: Array) -> None:
        """Take in the outputs of one fan and extrapolate."""
        with np.errstate(invalid="ignore", over="ignore"):
            fan.record(levels, rows, self.output)
        fan.extrapolate(self.sigma, self.rounding)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws the directions of sites: which inputs are moved together, where they have to stay, and random numbers."""

    groups: Sequence[tuple[str, ...]]
    domains: Mapping[str, Domain]
    rng: np.random.Generator

    def site(
        self, base: Mapping[str, Array], reach: Mapping[str, Reach], count: int, first: tuple[int, ...], draws: int
    ) -> Site:
        """A site with ``count`` directions for every group of inputs, and ``draws`` ulp moves of all of them."""
        fans = self._fans(base, reach, count)
        neighbours = {
            name: directions.moved_by_an_ulp(base[name], draws, self.rng) for group in self.groups for name in group
        }
        moved = [{**base, **{name: x[k] for name, x in neighbours.items()}} for k in range(draws)]
        return Site(dict(base), fans, first, moved)

    def beside(self, main: Site, reach: Mapping[str, Reach], count: int, first: tuple[int, ...]) -> Site:
        """A site at the same point that moves some inputs, or some of their entries."""
        return Site(main.base, self._fans(main.base, reach, count), first, main.moved, beside=main, mixed=True)

    def _fans(self, base: Mapping[str, Array], reach: Mapping[str, Reach], count: int) -> list[Fan]:
        groups = [tuple(name for name in group if name in reach) for group in self.groups]
        return [
            Fan(group, {name: self._directions(name, base[name], reach[name], count) for name in group})
            for group in groups
            if group
        ]

    def _directions(self, name: str, x: Array, reach: Reach, count: int) -> Array:
        drawn = directions.signed(self.rng, (count, *x.shape))
        return self.domains[name].directions(x, drawn) if name in self.domains else np.asarray(reach * drawn)
