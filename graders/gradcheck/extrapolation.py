"""Ridders' table on central differences, for every output coordinate at once.

C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982): a central
difference has an error series in h**2, so Neville's scheme extrapolates it to h = 0; two neighbouring entries
of the table that agree estimate the error. Here each output coordinate takes the entry that is best for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

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

PART = 2**14
"""As many numbers of a row are extrapolated at once: what belongs to them fits into the processor's cache."""

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

    @cached_property
    def sizes(self) -> tuple[Array, Array, Array]:
        """Error, noise and value along each direction, over all outputs."""
        return rms(self.error), rms(self.noise), rms(self.value)


def rms(x: Array) -> Array:
    """Root mean squares over the outputs, ``(directions,)``."""
    return np.asarray(np.sqrt(np.einsum("po,po->p", x, x) / max(x.shape[-1], 1)))


NOTHING = Estimate(np.zeros(0), np.zeros(0), np.zeros(0))


def extrapolate(
    levels: tuple[int, ...], central: Array, second: Array, sigma: Array, unit: Array | float = 1.0
) -> Estimate:
    """Take for each coordinate the table entry with the smallest error and noise together.

    ``central`` and ``second`` have shape ``(len(levels), ..., outputs)``: the central difference and the
    absolute second difference over h, coarse level first. ``sigma`` ``(outputs,)`` is the noise of the
    forward pass. An entry whose second difference doesn't shrink straddles a kink and is not accepted: its
    error is infinite. Outputs of very different sizes have a ``unit`` each, in which their errors are alike.
    """
    if len(levels) == 2:
        return _of_two_rows(levels, central, second, sigma, unit)
    outputs = central.shape[-1]
    width = max(1, PART * outputs // max(central[0].size, 1))
    if width >= outputs:
        return _extrapolate(levels, central, second, sigma, unit)
    least = _least_errors(levels, central, unit)
    cuts = [slice(start, start + width) for start in range(0, outputs, width)]
    units = np.broadcast_to(unit, (outputs,))
    parts = [_extrapolate(levels, central[..., c], second[..., c], sigma[c], units[c], least) for c in cuts]
    return Estimate(*(np.concatenate([getattr(p, x) for p in parts], axis=-1) for x in ("value", "error", "noise")))


def _of_two_rows(levels: tuple[int, ...], central: Array, second: Array, sigma: Array, unit: Array | float) -> Estimate:
    """The one entry that there is, or the finer row where it isn't accepted."""
    ((window,),) = windows(levels)
    value, error = _step(window, *central)
    np.maximum(error, _least(error, unit) * unit, out=error)
    heard = second[1] > KINK_NOISE * sigma * 2.0 ** levels[1]
    if heard.any():
        np.putmask(error, heard & (second[1] > second[0] * window.shrink), np.inf)
    noise = np.broadcast_to(sigma * window.amplification, value.shape)
    bad = ~np.isfinite(error + noise)
    if not bad.any():
        return Estimate(value, error, noise)
    return Estimate(np.where(bad, central[1], value), np.where(bad, np.inf, error), np.where(bad, sigma, noise))


def _extrapolate(
    levels: tuple[int, ...],
    central: Array,
    second: Array,
    sigma: Array,
    unit: Array | float,
    least: Sequence[float] | None = None,
) -> Estimate:
    """The same for as many outputs as fit; for a part of them, given the least error of each entry of the table."""
    columns = windows(levels)
    amplification = np.array([1.0, *(window.amplification for column in columns for window in column)])
    noise = np.broadcast_to(sigma, central.shape[1:]).copy()
    heard = [now > KINK_NOISE * noise * 2.0**level for level, now in zip(levels, second, strict=True)]
    smooth = [not some.any() for some in heard]
    value, error, total = central[-1], np.full(noise.shape, np.inf), np.full(noise.shape, np.inf)
    table, chosen, number = list(central), np.zeros(noise.shape, dtype=np.uint8), 1
    for column in columns:
        for j, window in enumerate(column):
            table[j], off = _step(window, table[j], table[j + 1])
            np.maximum(off, (_least(off, unit) if least is None else least[number - 1]) * unit, out=off)
            if not smooth[window.last]:
                stays = second[window.last] > second[window.first] * window.shrink
                np.putmask(off, heard[window.last] & stays, np.inf)
            both = noise * window.amplification
            both += off
            better = both < total
            value = np.where(better, table[j], value)
            error = np.where(better, off, error)
            np.maximum(chosen, better * np.uint8(number), out=chosen)
            total = np.fmin(both, total)
            if number == len(columns[0]):
                finest = Estimate(table[j], off, noise * window.amplification)
            number += 1
    return _consistent(Estimate(value, error, amplification.take(chosen) * noise), finest)


def _step(window: Window, coarse: Array, fine: Array) -> tuple[Array, Array]:
    """The next entry of the table after two neighbours, and the error that their difference estimates."""
    change = fine - coarse
    value = change / window.divisor
    value += fine
    np.abs(change, out=change)
    change *= 1 + 1 / window.divisor
    return value, change


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


def _least_errors(levels: tuple[int, ...], central: Array, unit: Array | float) -> list[float]:
    """The least error of each entry of the table, from some of very many outputs."""
    flat = central.reshape(len(levels), -1)
    step = flat.shape[1] // SAMPLE
    units = np.broadcast_to(unit, central.shape[1:]).reshape(-1)[::step]
    table, found = list(flat[:, ::step]), []
    for column in windows(levels):
        for j, window in enumerate(column):
            table[j], error = _step(window, table[j], table[j + 1])
            found.append(_least(error, units))
    return found


def _least(error: Array, unit: Array | float) -> float:
    """The least error that any output is believed to have, in view of the others', in its unit."""
    flat = (error if isinstance(unit, float) else error / unit).reshape(-1)
    if flat.size < MANY:
        return float(flat.max(initial=0.0))
    least = middle(flat[:: max(flat.size // SAMPLE, 1)])
    return FLUKE * least if np.isfinite(least) else 0.0


def middles(x: Array) -> Array:
    """The medians along the last axis, which stays, in a fraction of NumPy's time; what is not a number comes last."""
    half = x.shape[-1] // 2
    if x.shape[-1] % 2:
        return np.partition(x, half, axis=-1)[..., half : half + 1]
    cut = np.partition(x, half, axis=-1)
    return np.asarray((cut[..., :half].max(axis=-1, keepdims=True) + cut[..., half : half + 1]) / 2)


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
