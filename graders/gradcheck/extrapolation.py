"""Ridders' table on central differences, for every output coordinate at once.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982): a central
difference has an error series in h**2, so Neville's scheme extrapolates it to h = 0; two neighbouring entries
of the table that agree estimate the error. Here each output coordinate takes the entry that is best for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graders.gradcheck.result import Array
from graders.gradcheck.tolerances import AGREE, KINK_NOISE, KINK_SHRINK

CONTRADICTION = 4.0
"""Two entries of a table contradict each other when they are this many noise standard deviations apart."""

FLUKE = 0.3
"""Two rows may agree by chance; an output's error is taken to be at least this fraction of the others' in the same
entry of the table."""

SAMPLE = 200
"""As many values are enough for a median."""

MANY = 12
"""As many values have a median worth the name."""

STEADY = 4.0
"""Noise estimated at two steps may differ by this factor; from one step to the next, kinks fade by as much."""

ORDERS = 4
"""Columns of a one-sided table."""


@dataclass(frozen=True)
class Window:
    """The table's entry made of the levels ``first`` to ``last``."""

    first: int
    last: int
    divisor: float
    amplification: float
    shrink: float


@lru_cache(maxsize=256)
def windows(levels: tuple[int, ...]) -> tuple[tuple[Window, ...], ...]:
    """The columns of the table for these levels, coarse to fine: what each entry does to noise."""
    steps = [2.0**-level for level in levels]
    weights = [np.eye(len(levels))[j] for j in range(len(levels))]
    columns = []
    for order in range(1, len(levels)):
        column, new = [], []
        for j in range(len(levels) - order):
            divisor = (steps[j] / steps[j + order]) ** 2 - 1
            weight = weights[j + 1] + (weights[j + 1] - weights[j]) / divisor
            new.append(weight)
            amplification = float(np.sqrt(np.sum((weight / np.array(steps)) ** 2) / 2))
            shrink = KINK_SHRINK * steps[j + order] / steps[j]
            column.append(Window(j, j + order, divisor, amplification, shrink))
        columns.append(tuple(column))
        weights = new
    return tuple(columns)


@dataclass(frozen=True, eq=False)
class Estimate:
    """Derivatives with their estimated truncation error and rounding noise, all of one shape."""

    value: Array
    error: Array
    noise: Array

    def __getitem__(self, some: slice) -> Estimate:
        """The estimates for some of the directions."""
        return Estimate(self.value[some], self.error[some], self.noise[some])


NOTHING = Estimate(np.zeros(0), np.zeros(0), np.zeros(0))


def extrapolate(levels: tuple[int, ...], central: Array, second: Array, sigma: Array) -> Estimate:
    """Take for each coordinate the table entry with the smallest error and noise together.

    ``central`` and ``second`` have shape ``(len(levels), ..., outputs)``: the central difference and the
    absolute second difference over h, coarse level first. ``sigma`` ``(outputs,)`` is the noise of the
    forward pass. An entry whose second difference doesn't shrink straddles a kink and is not accepted: its
    error is infinite.
    """
    last = windows(levels)[0][-1]
    table = central
    finest = best = Estimate(table[-1], np.full(table[-1].shape, np.inf), np.broadcast_to(sigma, table[-1].shape))
    floors = [KINK_NOISE * sigma * 2.0**level for level in levels]
    for column in windows(levels):
        coarse, fine = table[:-1], table[1:]
        divisors = np.array([w.divisor for w in column]).reshape(-1, *([1] * (table.ndim - 1)))
        change = fine - coarse
        new = fine + change / divisors
        errors = np.abs(change) * (1 + 1 / divisors)
        for j, window in enumerate(column):
            noise = window.amplification * sigma
            kinked = second[window.last] > np.maximum(second[window.first] * window.shrink, floors[window.last])
            error = np.maximum(errors[j], _least(errors[j]))
            error = np.where(kinked, np.inf, error) if kinked.any() else error
            best = _better(best, new[j], error, noise)
            if window is last:
                finest = Estimate(new[j], error, np.broadcast_to(noise, error.shape))
        table = new
    return _consistent(best, finest) if len(levels) > 2 else best


def _consistent(best: Estimate, finest: Estimate) -> Estimate:
    """Where the finest two rows contradict the best entry, take them: coarse rows agreed by chance, across a kink."""
    off = np.abs(best.value - finest.value)
    contradicted = off > CONTRADICTION * finest.noise + finest.error + best.error
    if not contradicted.any():
        return best
    return Estimate(
        np.where(contradicted, finest.value, best.value),
        np.where(contradicted, finest.error, best.error),
        np.where(contradicted, finest.noise, best.noise),
    )


def _least(error: Array) -> float:
    """The least error that any output is believed to have, in view of the others'."""
    flat = error.reshape(-1)
    if flat.size < MANY:
        return float(flat.max(initial=0.0))
    least = middle(flat[:: max(flat.size // SAMPLE, 1)])
    return FLUKE * least if np.isfinite(least) else 0.0


def middles(x: Array) -> Array:
    """The medians along the last axis, which stays, in a fraction of NumPy's time; what is not a number comes last."""
    half = x.shape[-1] // 2
    if x.shape[-1] % 2:
        return np.partition(x, half, axis=-1)[..., half : half + 1]
    both = np.partition(x, (half - 1, half), axis=-1)[..., half - 1 : half + 1]
    return np.asarray(both.sum(axis=-1, keepdims=True) / 2)


def middle(flat: Array) -> float:
    """The median of some numbers."""
    return float(middles(flat)[0])


def one_sided(levels: tuple[int, ...], slopes: Array, sigma: Array) -> Estimate:
    """Extrapolate differences to one side, ``(len(levels), ..., outputs)``, whose error series is in h itself.

    For points beside which the function is defined on that side only.
    """
    steps = [2.0**-level for level in levels]
    weights = [np.eye(len(levels))[j] / h for j, h in enumerate(steps)]
    table = list(slopes)
    best = Estimate(slopes[-1], np.full(slopes[-1].shape, np.inf), np.broadcast_to(sigma, slopes[-1].shape))
    for order in range(1, min(len(levels), ORDERS)):
        new, combined = [], []
        for j in range(len(table) - 1):
            divisor = steps[j] / steps[j + order] - 1
            change = table[j + 1] - table[j]
            new.append(table[j + 1] + change / divisor)
            combined.append(weights[j + 1] + (weights[j + 1] - weights[j]) / divisor)
            noise = float(np.sqrt(np.sum(combined[-1] ** 2) + np.sum(combined[-1]) ** 2)) * sigma
            best = _better(best, new[-1], np.abs(change) * (1 + 1 / divisor), noise)
        table, weights = new, combined
    return best


def underestimate(levels: tuple[int, ...], central: Array, sigma: Array) -> float:
    """By how much ``sigma`` falls short of the noise that the table itself shows; 1 if it doesn't.

    Moving inputs by an ulp can't show what a forward pass rounds away on purpose. Where noise rules, rows
    disagree by the same multiple of the noise expected of them at every step; a curve or a kink that still
    matters would make that multiple fall from step to step.
    """
    if len(levels) < 3:
        return 1.0
    ratios = []
    for window in windows(levels)[0][-2:]:
        off = np.abs(central[window.last] - central[window.first]) / (window.amplification * sigma)
        ratios.append(float(np.median(off) if off.size >= MANY else np.sqrt(np.mean(off**2))))
    steady = max(ratios) < STEADY * min(ratios)
    return max(ratios) if steady and AGREE < max(ratios) < np.inf else 1.0


def _better(best: Estimate, value: Array, error: Array, noise: Array) -> Estimate:
    take = error + noise < best.error + best.noise
    if take.all():
        return Estimate(value, error, np.broadcast_to(noise, value.shape))
    return Estimate(
        np.where(take, value, best.value),
        np.where(take, error, best.error),
        np.where(take, noise, best.noise),
    )
