"""Differences along any direction in one input, after an alarm: at the steps that the alarm itself shows to work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graders.gradcheck.extrapolation import windows
from graders.gradcheck.fans import Fan
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import SAFETY


@dataclass
class Searcher:
    """Differences along any direction in one input, contracted with the cotangents of the alarm."""

    problem: Problem
    site: Site
    name: str
    cotangents: Array
    gradients: Array
    direction: Array
    levels: tuple[int, ...]
    error: float
    left: int

    @property
    def price(self) -> int:
        """Evaluations a direction."""
        return 2 * len(self.levels)

    @property
    def rounding(self) -> float:
        """The tolerance of a difference along a direction, from noise alone."""
        amplification = _amplification(self.levels)
        noise = amplification * np.linalg.norm(self.cotangents * self.site.sigma, axis=1).max()
        return SAFETY * float(noise)

    def derivatives(self, moves: Sequence[Array]) -> Array:
        """Derivatives of all outputs ``(moves, outputs)`` along each move of the input, in one round trip."""
        self.left -= self.price * len(moves)
        fan = Fan((self.name,), {self.name: np.stack(moves)})
        rows = self.problem.evaluate(fan.points(self.site.base, self.levels))
        fan.record(self.levels, rows, self.site.output)
        if len(self.levels) == 1:
            return np.asarray(fan.central[0])
        (window,) = windows(self.levels)[0]
        return np.asarray(fan.central[1] + (fan.central[1] - fan.central[0]) / window.divisor)

    def mismatches(self, moves: Sequence[Array]) -> Array:
        """``<gradient, move> - derivative`` for every cotangent, ``(cotangents, moves)``."""
        expected = self.cotangents @ self.derivatives(moves).T
        got = self.gradients @ np.stack([move.reshape(-1) for move in moves]).T
        return np.asarray(got - expected)


def _amplification(levels: tuple[int, ...]) -> float:
    if len(levels) == 1:
        return float(2.0 ** levels[0] / np.sqrt(2))
    return windows(levels)[0][0].amplification


def working_levels(site: Site, fan: Fan, cotangents: Array) -> tuple[tuple[int, ...], float]:
    """The step, or pair of steps, that reproduces the fan's own derivatives; one step if it does nearly as well."""
    best = np.where(site.unchecked, 0.0, fan.estimate.value[0])
    levels = fan.levels
    options: list[tuple[float, tuple[int, ...]]] = []
    central = fan.central[:, 0]
    for level, row in zip(levels, central, strict=True):
        options.append((_off(site, cotangents, row - best, (level,)), (level,)))
    for pair, (coarse, fine) in zip(pairwise(levels), pairwise(central), strict=True):
        (window,) = windows(pair)[0]
        options.append((_off(site, cotangents, fine + (fine - coarse) / window.divisor - best, pair), pair))
    singles = min(option for option in options if len(option[1]) == 1)
    error, chosen = min(options)
    size = float(np.abs(cotangents @ best).max())
    return (singles[1], singles[0]) if singles[0] < max(30 * error, 1e-8 * size) else (chosen, error)


def _off(site: Site, cotangents: Array, difference: Array, levels: tuple[int, ...]) -> float:
    squares = np.where(site.unchecked, 0.0, difference**2 + (_amplification(levels) * site.sigma) ** 2)
    total = float(np.sqrt((cotangents**2 @ squares).max()))
    return total if np.isfinite(total) else float("inf")
