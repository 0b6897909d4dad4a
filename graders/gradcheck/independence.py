"""The table of all entries of a gradient where slices are independent: one entry of each is moved at once."""

from __future__ import annotations

import numpy as np

from graders.gradcheck import directions
from graders.gradcheck.located import Located, located
from graders.gradcheck.searching import Searcher
from graders.gradcheck.tolerances import SAFETY


def independent_table(search: Searcher, rng: np.random.Generator) -> Located | None:
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
    return located(search, indices, expected.reshape(len(cotangents), -1) / lengths)
