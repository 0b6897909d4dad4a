"""After an alarm: which entries of a gradient are wrong, what was returned and what it should be.

Cheapest first: one wrong entry is spelled out by the bits of its index; a table of all entries is made where it
fits, moving one feature in all samples at once where samples turn out to be independent; else the slices along
each axis narrow the entries down, and a sample of them is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graders.gradcheck.compare import Gradients
from graders.gradcheck.fans import Fan
from graders.gradcheck.independence import independent_table
from graders.gradcheck.located import Located, located
from graders.gradcheck.problem import Problem
from graders.gradcheck.result import Array
from graders.gradcheck.searching import Searcher, working_levels
from graders.gradcheck.sites import Site
from graders.gradcheck.tolerances import MAX_LOCALISE


def suspects(
    problem: Problem, site: Site, fan: Fan, cotangents: Array, gradients: Sequence[Gradients], tolerance: float
) -> tuple[str, ...]:
    """Which inputs of a group are to blame for its mismatch: each moved alone along the group's direction."""
    if len(fan.names) == 1:
        return fan.names
    cotangents = np.where(site.unchecked, 0.0, cotangents)
    levels, error = working_levels(site, fan, cotangents)
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
    fan: Fan,
    name: str,
    cotangents: Array,
    gradients: Sequence[Gradients],
    rng: np.random.Generator,
    budget: int = MAX_LOCALISE,
) -> Located | None:
    """Find the wrong entries of the gradient of ``name`` within ``budget`` evaluations."""
    cotangents = np.where(site.unchecked, 0.0, cotangents)
    rows = np.stack([g[name].reshape(-1) for g in gradients])
    levels, error = working_levels(site, fan, cotangents)
    search = Searcher(problem, site, name, cotangents, rows, fan.directions[name][0], levels, error, budget)
    moved = np.flatnonzero(search.direction)
    if moved.size * search.price <= search.left:
        return _examine(search, moved)
    index = _single(search)
    if index is not None:
        return _examine(search, np.array([index]))
    table = independent_table(search, rng) if moved.size == search.direction.size else None
    if table is not None:
        return table
    candidates = _candidates(search)
    most = max(search.left // search.price, 0)
    if candidates.size > most:
        candidates = np.sort(rng.choice(candidates, most, replace=False))
    return _examine(search, candidates) if candidates.size else None


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
    return index if index < size and search.direction.reshape(-1)[index] else None


def _only(direction: Array, index: int) -> Array:
    move = np.zeros(direction.shape)
    move.reshape(-1)[index] = direction.reshape(-1)[index]
    return move


def _examine(search: Searcher, indices: Array) -> Located:
    """Compare these entries one by one."""
    moves = [_only(search.direction, int(i)) for i in indices]
    lengths = search.direction.reshape(-1)[indices]
    expected = search.cotangents @ search.derivatives(moves).T / lengths
    return located(search, indices, expected)


def _candidates(search: Searcher) -> Array:
    """The entries whose slice along every axis mismatches; all of them when the slices can't be afforded."""
    shape = search.direction.shape
    everything = np.flatnonzero(search.direction)
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
    keep &= search.direction != 0
    return np.flatnonzero(keep) if keep.any() else everything
