"""Directions in some inputs, what was found along them so far, and the derivatives that this comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.extrapolation import NOTHING, Estimate, extrapolate, one_sided
from graders.gradcheck.problem import Point
from graders.gradcheck.result import Array


@dataclass(eq=False)
class Fan:
    """Directions in one input, or in a group of inputs moved together, and their tables so far.

    ``directions[name]`` is ``(P, *shape)``; ``central`` and ``second`` are ``(levels, P, outputs)``: central
    differences, and second differences over the step. ``sides`` ``(2, levels, P, outputs)``, the slopes to either
    side, are only kept where the function isn't finite on one of them. Larger steps were tried in vain where it is
    ``at_its_scale``.
    """

    names: tuple[str, ...]
    directions: dict[str, Array]
    levels: tuple[int, ...] = ()
    central: Array = field(default_factory=lambda: np.zeros(0))
    second: Array = field(default_factory=lambda: np.zeros(0))
    sides: Array | None = None
    estimate: Estimate = NOTHING
    at_its_scale: bool = False

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
        central = pairs[0] - pairs[1]
        central *= scale / 2
        second = pairs[0] - centre
        second += pairs[1] - centre
        second *= scale
        sides = None
        if self.sides is not None or not np.isfinite(second).all():
            sides = np.stack([(pairs[0] - centre) * scale, (centre - pairs[1]) * scale])
            self.sides = self._known_sides() if self.sides is None else self.sides
        if not self.levels:
            self.levels, self.central, self.second, self.sides = tuple(levels), central, second, sides
            return
        finer = levels[0] > self.levels[-1]
        order = slice(None) if finer else np.argsort((*self.levels, *levels))
        self.levels = tuple(sorted((*self.levels, *levels)))
        self.central = np.concatenate([self.central, central])[order]
        self.second = np.concatenate([self.second, second])[order]
        if self.sides is not None and sides is not None:
            self.sides = np.concatenate([self.sides, sides], axis=1)[:, order]

    def _known_sides(self) -> Array | None:
        return np.stack([self.central + self.second / 2, self.central - self.second / 2]) if self.levels else None

    def extrapolate(self, sigma: Array, rounding: float = 0.0) -> None:
        """What the tables say, for outputs with this noise: from both sides, or from the one that there is.

        ``rounding`` is the machine epsilon where an output may be far larger beside the inputs than at them, and so
        its rounding.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            unit = sigma / sigma.max() if rounding else 1.0
            self.estimate = _finite(extrapolate(self.levels, self.central, np.abs(self.second), sigma, unit))
            for this, other in ((0, 1), (1, 0)) if self.sides is not None else ():
                self._lean(this, other, sigma)

        if rounding:
            first = np.searchsorted(self.levels, 0)
            beside = rounding * np.maximum(np.abs(self.second[first]), np.abs(self.central[first]))
            noise = self.estimate.noise + np.where(np.isfinite(beside), beside, 0.0)
            self.estimate = Estimate(self.estimate.value, self.estimate.error, noise)

    def _lean(self, this: int, other: int, sigma: Array) -> None:
        """Take the slopes of one side where the other has none at the finest step."""
        assert self.sides is not None
        lean = np.isfinite(self.sides[this, -1]) & ~np.isfinite(self.sides[other, -1])
        lean &= ~np.isfinite(self.estimate.error)
        if not lean.any():
            return
        found = _finite(one_sided(self.levels, self.sides[this], sigma))
        both = self.estimate
        self.estimate = Estimate(
            np.where(lean, found.value, both.value),
            np.where(lean, found.error, both.error),
            np.where(lean, found.noise, both.noise),
        )

    def give_up(self, lost: Array) -> None:
        """Have these derivatives unresolved."""
        self.estimate = Estimate(self.estimate.value, np.where(lost, np.inf, self.estimate.error), self.estimate.noise)

    def keep(self, count: int) -> None:
        """Forget all but the first ``count`` directions."""
        self.directions = {name: v[:count] for name, v in self.directions.items()}
        self.central, self.second = self.central[:, :count], self.second[:, :count]
        self.sides = None if self.sides is None else self.sides[:, :, :count]
        self.estimate = self.estimate[:count]

    def forget(self, levels: Sequence[int]) -> None:
        """Forget what was found at these steps."""
        kept = [k for k, level in enumerate(self.levels) if level not in levels]
        self.levels = tuple(self.levels[k] for k in kept)
        self.central, self.second = self.central[kept], self.second[kept]
        self.sides = None if self.sides is None else self.sides[:, kept]


def _finite(estimate: Estimate) -> Estimate:
    """Give entries that are not numbers an infinite error."""
    bad = ~np.isfinite(estimate.value)
    if not bad.any():
        return estimate
    return Estimate(np.where(bad, 0.0, estimate.value), np.where(bad, np.inf, estimate.error), estimate.noise)
