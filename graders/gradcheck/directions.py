"""Where to look: scales, random directions and cotangents, ulp moves, planted near-ties and near-kinks."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from graders.gradcheck.result import Array

FEW = 4
"""Random signs can't be trusted to differ between two cotangents of so few entries."""

TINY = 1e-150
"""Smaller sizes are reckoned beside the largest number."""

LARGEST_OFFSET = 1e5
"""An input's spread is trusted down to this fraction of its size; below, it is taken for rounding."""


def scale_of(x: Array) -> float:
    """How far an input reaches: its spread, so that a large offset doesn't hide it; 1 where it has none."""
    if x.size == 0:
        return 1.0
    values = x.astype(np.float64, copy=False).reshape(-1)
    centred = values - values.sum() / values.size
    spread = math.sqrt(np.dot(centred, centred) / values.size)
    size = math.sqrt(np.dot(values, values) / values.size)
    if size < TINY and values.any():  # whose squares are no numbers
        peak = float(np.abs(values).max())
        return scale_of(values / peak) * float(2.0 ** round(math.log2(peak)))
    scale = max(spread, size / LARGEST_OFFSET) if spread > 1e-12 * size else size
    return float(2.0 ** round(math.log2(scale))) if math.isfinite(scale) and scale > 0 else 1.0


def signed(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random entries bounded away from zero, of either sign: no entry escapes and none dominates."""
    draw = rng.random(shape) - 0.5
    return np.asarray(draw + np.copysign(0.5, draw))


def cotangents(count: int, outputs: int, rng: np.random.Generator) -> Array:
    """Random upstream gradients ``(count, outputs)``; where outputs are few, the second has the opposite signs."""
    found = signed(rng, (count, outputs))
    if outputs <= FEW and count > 1:
        found[1] = np.copysign(found[1], -found[0])
    return found


def moved_by_an_ulp(x: Array, draws: int, rng: np.random.Generator) -> Array:
    """Move every entry to a floating-point neighbour, up or down, ``(draws, *shape)``."""
    eps = x.dtype.type(np.finfo(x.dtype).eps)
    signs = rng.integers(2, size=(draws, *x.shape), dtype=np.int8) * x.dtype.type(2) - x.dtype.type(1)
    return np.asarray(x + (x * eps) * signs)


def nudged(x: Array, distance: float | Array, rng: np.random.Generator) -> Array:
    """Move every entry by this distance, give or take, off any kink it sits on."""
    return np.asarray((x + distance * signed(rng, x.shape)).astype(x.dtype))


def planted(x: Array, reach: float | Array, near: tuple[float, float], rng: np.random.Generator) -> Array:
    """Put near-kinks and near-ties into an input: entries just off zero, and pairs of neighbours just apart.

    Entries keep out of zero's way when the input doesn't straddle it, so that a large offset or a positive
    input stays what it is. Where only some entries are moved, by their own reach, the others stay.
    """
    if isinstance(reach, float):
        return _planted(x, reach, near, rng)
    some = reach > 0
    alike = np.where(some, x, np.median(x[some]).astype(x.dtype))
    return np.where(some, _planted(alike, float(reach.max()), near, rng), x)


def _planted(x: Array, scale: float, near: tuple[float, float], rng: np.random.Generator) -> Array:
    result = x.copy()
    if x.size < 2:
        return result
    _plant_ties(result, scale, near, rng)
    if x.min() < 0 < x.max():
        _plant_kinks(result, scale, near, rng)
    return result


def _distances(n: int, near: tuple[float, float], scale: float, rng: np.random.Generator) -> Array:
    low, high = np.log(near)
    return np.asarray(scale * np.exp(low + (high - low) * rng.random(n)))


def _plant_kinks(x: Array, scale: float, near: tuple[float, float], rng: np.random.Generator) -> None:
    """Set every eighth entry, at least four, to just above or just below zero."""
    n = min(max(x.size // 8, 4), x.size // 2)
    where = rng.choice(x.size, n, replace=False)
    signs = np.where(np.arange(n) % 2, -1.0, 1.0)
    x.reshape(-1)[where] = signs * _distances(n, near, scale, rng)


def _plant_ties(x: Array, scale: float, near: tuple[float, float], rng: np.random.Generator) -> None:
    """Set neighbours of large entries to nearly their value: it is the largest that a maximum looks at."""
    flat = x.reshape(-1)
    n = max(x.size // 6, 1)
    largest = np.argpartition(flat, x.size - 2 * n)[-2 * n :] if x.size > 2 * n else np.arange(x.size)
    chosen = largest[rng.permutation(largest.size)[:n]]
    axes = [axis for axis in range(x.ndim) if x.shape[axis] > 1]
    axes = axes[-2:] if x.ndim > 2 and rng.random() < 0.75 else axes
    along = np.array(axes)[rng.integers(len(axes), size=chosen.size)]
    stride = np.array([int(np.prod(x.shape[axis + 1 :])) for axis in range(x.ndim)])[along]
    length = np.array(x.shape)[along]
    position = chosen // stride % length
    forwards = (position % 2 == 0) & (position + 1 < length)
    distances = _distances(chosen.size, near, scale, rng) * (1 - 2 * rng.integers(2, size=chosen.size))
    flat[chosen + np.where(forwards, stride, -stride)] = flat[chosen] + distances


def groups_of(names: tuple[str, ...], most: int) -> list[tuple[str, ...]]:
    """Split many inputs into at most ``most`` groups whose members are moved together."""
    if len(names) <= most:
        return [(name,) for name in names]
    return [names[k::most] for k in range(most)]


def moved_point(base: Mapping[str, Array], direction: Mapping[str, Array], step: float) -> dict[str, Array]:
    """The point ``base + step * direction``, each input in its own dtype."""
    point = dict(base)
    for name, v in direction.items():
        x = base[name]
        moved = x + step * v
        point[name] = moved if moved.dtype == x.dtype else moved.astype(x.dtype)
    return point
