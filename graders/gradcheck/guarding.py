"""A gradient that is right but for a small number: one side of the code adds 1e-07, say, to what it divides by.

Where the forward pass takes log(x + e) and the backward pass 1 / x, got over expected is 1 + e / x in each entry; so
the e that every entry calls for is the same one, and round. The same holds behind a sigmoid or a softmax, with the
probability in place of x, and for 1 - x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from graders.gradcheck.result import Array, WrongEntry

Guard = tuple[float, str]
"""Its size, and where it is."""

SMALLEST, LARGEST = 1e-18, 1e-2
"""What passes for a guard."""

ENOUGH = 3
"""Entries that have to agree on one."""

CLOSE = 0.03
"""How well they agree, and how near to a number of one digit it is."""

SPREAD = 1.1
"""What the guard is added to differs by this factor at least: a common factor is another mistake."""

SHAPES: dict[str, Callable[[Array], Array]] = {
    "in the logarithm": lambda ratio: ratio - 1,
    "in the logarithm, in the backward pass alone": lambda ratio: 1 / ratio - 1,
    "in the division": lambda ratio: np.sqrt(np.abs(ratio)) - 1,
    "in the square root": lambda ratio: ratio**2 - 1,
}
"""How much larger the guard makes what it is added to, by got over expected."""


def guard(wrong: Sequence[WrongEntry], x: Array) -> Guard | None:
    """The size and the place of the guard but for which these entries are right; None if there is none."""
    some = [entry for entry in wrong if entry.expected and entry.got * entry.expected > 0]
    if len(some) < max(ENOUGH, len(wrong)):
        return None
    ratios = np.array([entry.got / entry.expected for entry in some])
    found = list(_fitting(_distances([entry.index for entry in some], x.astype(np.float64)), ratios))
    return min(found, key=_oddness, default=None)


def _fitting(choices: Iterator[Array], ratios: Array) -> Iterator[Guard]:
    for distances in choices:
        for place, growth in SHAPES.items():
            size = _common(distances, growth(ratios))
            if size is not None:
                yield size, place


def _oddness(found: Guard) -> int:
    """Powers of ten are what guards mostly are."""
    return not f"{found[0]:.0e}".startswith("1")


def _distances(indices: Sequence[tuple[int, ...]], x: Array) -> Iterator[Array]:
    """What a guard may have been added to for each entry, ``(entries, choices)``."""
    values = np.array([x[index] for index in indices])
    yield values[:, None]
    if ((values > 0) & (values < 1)).all():
        yield np.stack([values, 1 - values], axis=1)
    sigmoid = 1 / (1 + np.exp(-np.clip(values, -500, 500)))
    yield np.stack([sigmoid, 1 - sigmoid], axis=1)
    for axis in range(x.ndim) if x.ndim <= 2 else (x.ndim - 1,):
        lines = np.moveaxis(x, axis, -1)
        yield np.array([_softmax(lines[index[:axis] + index[axis + 1 :]]) for index in indices])


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


def _common(distances: Array, growth: Array) -> float | None:
    """The round number that, for each entry, one of its choices calls for."""
    calls = distances * growth[:, None]
    for size in (_rounded(call) for call in calls[0]):
        off = np.abs(calls / size - 1) if size else np.full(calls.shape, np.inf)
        added_to = distances[np.arange(len(calls)), off.argmin(axis=1)]
        if size and (off.min(axis=1) < CLOSE).all() and added_to.max() > SPREAD * added_to.min():
            return size
    return None


def _rounded(size: float) -> float | None:
    """The number of one digit that this is close to."""
    if not SMALLEST < size < LARGEST:
        return None
    found = float(f"{size:.0e}")
    return found if abs(size / found - 1) < CLOSE else None
