"""After an alarm: which entries of a gradient are wrong, what was returned and what it should be.

Cheapest first: one wrong entry is spelled out by the bits of its index; a table of all entries is made where it
fits, moving one feature in all samples at once where samples turn out to be independent; else the slices along
each axis narrow the entries down, and a sample of them is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.compare import Gradients
from graders.gradcheck.extrapolation import windows
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array, WrongEntry
from graders.gradcheck.sites import Fan, Site
from graders.gradcheck.tolerances import MAX_LOCALISE, SAFETY

SHOWN = 10
"""Wrong entries listed in a result."""


@dataclass(frozen=True)
class Located:
    """The wrong entries, worst first, and the relative error of every entry looked at (NaN elsewhere)."""

    wrong: tuple[WrongEntry, ...]
    wrong_count: int
    examined: int
    ratio: float | None
    relative_error: Array


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


def suspects(
    problem: Problem, site: Site, fan: Fan, cotangents: Array, gradients: Sequence[Gradients], tolerance: float
) -> tuple[str, ...]:
    """Which inputs of a group are to blame for its mismatch: each moved alone along the group's direction."""
    if len(fan.names) == 1:
        return fan.names
    cotangents = np.where(site.unchecked, 0.0, cotangents)
    levels, error = _working_levels(site, fan, cotangents)
    found = []
    for name in fan.names:
        rows = np.stack([g[name].reshape(-1) for g in gradients])
        search = Searcher(problem, site, name, cotangents, rows, fan.directions[name][0], levels, error, 0)
        if np.abs(search.mismatches([search.direction])).max() > tolerance + search.rounding + 3 * error:
            found.append(name)
    return tuple(found) or fan.names


def localise(
    problem: Problem,
    site: Site,
    name: str,
    cotangents: Array,
    gradients: Sequence[Gradients],
    rng: np.random.Generator,
    budget: int = MAX_LOCALISE,
) -> Located | None:
    """Find the wrong entries of the gradient of ``name`` within ``budget`` evaluations."""
    fan = site.fan_of(name)
    cotangents = np.where(site.unchecked, 0.0, cotangents)
    rows = np.stack([g[name].reshape(-1) for g in gradients])
    levels, error = _working_levels(site, fan, cotangents)
    search = Searcher(problem, site, name, cotangents, rows, fan.directions[name][0], levels, error, budget)
    size = search.direction.size
    if size * search.price <= search.left:
        return _examine(search, np.arange(size))
    index = _single(search)
    if index is not None:
        return _examine(search, np.array([index]))
    table = _independent_table(search, rng)
    if table is not None:
        return table
    candidates = _candidates(search)
    most = max(search.left // search.price, 0)
    if candidates.size > most:
        candidates = np.sort(rng.choice(candidates, most, replace=False))
    return _examine(search, candidates) if candidates.size else None


def _amplification(levels: tuple[int, ...]) -> float:
    if len(levels) == 1:
        return float(2.0 ** levels[0] / np.sqrt(2))
    return windows(levels)[0][0].amplification


def _working_levels(site: Site, fan: Fan, cotangents: Array) -> tuple[tuple[int, ...], float]:
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


def _single(search: Searcher) -> int | None:
    """The flat index of the one wrong entry, or None: each bit of it decides whether half the entries mismatch."""
    size = search.direction.size
    bits = int(size - 1).bit_length()
    if (bits + 2) * search.price > search.left:
        return None
    flat = np.arange(size)
    moves = [search.direction * ((flat >> bit) & 1).reshape(search.direction.shape) for bit in range(bits)]
    found = search.mismatches([search.direction, *moves])
    whole, parts = found[:, :1], found[:, 1:]
    slack = np.maximum(search.rounding + 3 * search.error, 1e-3 * np.abs(whole))
    ones, zeros = np.abs(parts - whole) <= slack, np.abs(parts) <= slack
    if not (ones.all(axis=0) ^ zeros.all(axis=0)).all() or not (np.abs(whole) > slack).any():
        return None
    index = int(np.sum(ones.all(axis=0) << np.arange(bits)))
    return index if index < size else None


def _only(direction: Array, index: int) -> Array:
    move = np.zeros(direction.shape)
    move.reshape(-1)[index] = direction.reshape(-1)[index]
    return move


def _examine(search: Searcher, indices: Array) -> Located:
    """Compare these entries one by one."""
    moves = [_only(search.direction, int(i)) for i in indices]
    lengths = search.direction.reshape(-1)[indices]
    expected = search.cotangents @ search.derivatives(moves).T / lengths
    return _located(search, indices, expected)


def _located(search: Searcher, indices: Array, expected: Array) -> Located:
    """Build the answer from the expected gradients ``(cotangents, indices)`` of the entries looked at."""
    shape = search.direction.shape
    got = search.gradients[:, indices]
    lengths = np.abs(search.direction.reshape(-1)[indices])
    share = search.error / np.sqrt(search.direction.size)
    tolerance = (search.rounding + 3 * share) / lengths
    off = np.abs(got - expected)
    wrong = np.flatnonzero((off > tolerance).any(axis=0))
    if wrong.size == 0 and indices.size == 1:
        wrong = np.array([0])
    worst = wrong[np.argsort(-off[:, wrong].max(axis=0), kind="stable")]
    rows = off[:, worst].argmax(axis=0)
    entries = tuple(
        WrongEntry(_index(indices[k], shape), float(got[c, k]), float(expected[c, k]))
        for c, k in zip(rows[:SHOWN], worst[:SHOWN], strict=True)
    )
    errors = np.full(search.direction.size, np.nan)
    relative = off.max(axis=0) / np.maximum(np.abs(expected).max(axis=0), np.finfo(float).tiny)
    errors[indices] = np.where((off > tolerance).any(axis=0), np.minimum(relative, 1e300), 0.0)
    return Located(
        entries,
        int(wrong.size),
        int(indices.size),
        _common_ratio(got[:, wrong], expected[:, wrong]),
        errors.reshape(shape),
    )


def _index(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(flat), shape))


def _common_ratio(got: Array, expected: Array) -> float | None:
    """``got / expected``, when it is the same in every wrong entry."""
    if got.size == 0:
        return None
    large = np.abs(expected) > 1e-3 * np.abs(expected).max()
    if not large.any():
        return None
    ratios = got[large] / expected[large]
    middle = float(np.median(ratios))
    return middle if np.all(np.abs(ratios - middle) <= 1e-5 * max(abs(middle), 1e-3)) else None


def _independent_table(search: Searcher, rng: np.random.Generator) -> Located | None:
    """The table of all entries, by moving one entry of every independent slice at once; None if there are none."""
    shape, output_shape = search.direction.shape, search.problem.shape or ()
    for axis in range(len(shape)):
        rest = search.direction.size // shape[axis]
        for other in range(len(output_shape)):
            if shape[axis] != output_shape[other] or shape[axis] == 1 or rest * search.price + 2 > search.left:
                continue
            if _independent(search, axis, other, rng):
                return _table(search, axis, other)
    return None


def _independent(search: Searcher, axis: int, other: int, rng: np.random.Generator) -> bool:
    """Whether moving half of the slices along ``axis`` leaves the outputs in the other half of ``other`` alone."""
    n = search.direction.shape[axis]
    half = np.zeros(n, dtype=bool)
    half[rng.permutation(n)[: (n + 1) // 2]] = True
    mask = half.reshape([-1 if k == axis else 1 for k in range(search.direction.ndim)])
    search.left -= 1
    level = search.levels[0]
    point = directions.moved_point(search.site.base, {search.name: search.direction * mask}, 2.0**-level)
    change = np.abs(search.problem.evaluate([point])[0] - search.site.output)
    heard = (change > SAFETY * search.site.sigma).reshape(search.problem.shape or ())
    heard = np.moveaxis(heard, other, 0)
    return bool(heard[half].any() and not heard[~half].any())


def _table(search: Searcher, axis: int, other: int) -> Located:
    """All entries at once: the outputs of slice k answer for the entry that was moved in slice k."""
    shape = search.direction.shape
    n = shape[axis]
    flat = np.moveaxis(np.arange(search.direction.size).reshape(shape), axis, 0).reshape(n, -1)
    moves = []
    for column in flat.T:
        move = np.zeros(search.direction.size)
        move[column] = search.direction.reshape(-1)[column]
        moves.append(move.reshape(shape))
    derivatives = search.derivatives(moves).reshape(len(moves), *(search.problem.shape or ()))
    cotangents = search.cotangents.reshape(-1, *(search.problem.shape or ()))
    slices = np.moveaxis(derivatives, other + 1, 1).reshape(len(moves), n, -1)
    upstream = np.moveaxis(cotangents, other + 1, 1).reshape(len(cotangents), n, -1)
    expected = np.einsum("mno,cno->cnm", slices, upstream)
    indices = flat.reshape(-1)
    lengths = search.direction.reshape(-1)[indices]
    return _located(search, indices, expected.reshape(len(cotangents), -1) / lengths)


def _candidates(search: Searcher) -> Array:
    """The entries whose slice along every axis mismatches; all of them when the slices can't be afforded."""
    shape = search.direction.shape
    everything = np.arange(search.direction.size)
    if sum(shape) * search.price > 0.7 * search.left:
        return everything
    moves, labels = [], []
    for axis in range(len(shape)):
        for k in range(shape[axis]):
            mask = np.zeros(shape)
            mask[(slice(None),) * axis + (k,)] = 1
            moves.append(search.direction * mask)
            labels.append((axis, k))
    found = np.abs(search.mismatches(moves))
    wrong = np.asarray(found > search.rounding + 3 * search.error)
    keep = np.ones(shape, dtype=bool)
    for number, (axis, k) in enumerate(labels):
        if not wrong[:, number].any():
            keep[(slice(None),) * axis + (k,)] = False
    return np.flatnonzero(keep) if keep.any() else everything
