"""Where a function is meant to live: inputs of which not every neighbour is one, and how to move within these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from graders.gradcheck.result import Array


class Domain(Protocol):
    """A part of all arrays of a shape. Steps of up to a quarter of a direction stay in it."""

    def contains(self, x: Array) -> bool:
        """Whether a function may be asked for these inputs."""

    def directions(self, x: Array, drawn: Array) -> Array:
        """Directions ``(count, *shape)`` along which x may be moved, made of drawn ones with entries from -1 to 1."""

    def nearest(self, x: Array) -> Array:
        """Inputs near x that are inside."""


@dataclass(frozen=True)
class Simplex:
    """Probabilities: positive, and along this axis they add up to 1. Each is moved in proportion to its size."""

    axis: int = -1

    def contains(self, x: Array) -> bool:
        """Whether all are positive and add up to 1, to within a few roundings of their dtype."""
        sums = x.astype(np.float64).sum(axis=self.axis)
        return bool((x > 0).all() and np.allclose(sums, 1.0, rtol=0.0, atol=8.0 * np.finfo(x.dtype).eps))

    def directions(self, x: Array, drawn: Array) -> Array:
        """What is given to one is taken from the others: entries of a direction add up to 0."""
        shares = x.astype(np.float64)
        mean = np.sum(shares * drawn, axis=_behind(self.axis), keepdims=True)
        return np.asarray(shares * (drawn - mean))

    def nearest(self, x: Array) -> Array:
        """The same shares of 1."""
        size = np.abs(x.astype(np.float64))
        return np.asarray((size / size.sum(axis=self.axis, keepdims=True)).astype(x.dtype))


@dataclass(frozen=True)
class Positive:
    """Numbers above 0, variances say; each is moved in proportion to its size."""

    def contains(self, x: Array) -> bool:
        """Whether all are above 0."""
        return bool((x > 0).all())

    def directions(self, x: Array, drawn: Array) -> Array:
        """No step goes beyond a quarter of the way to 0."""
        return np.asarray(x.astype(np.float64) * drawn)

    def nearest(self, x: Array) -> Array:
        """The numbers without their signs."""
        return np.asarray(np.abs(x))


@dataclass(frozen=True)
class Fraction:
    """Numbers between 0 and 1, each a probability by itself; each is moved in proportion to its way to the nearer."""

    def contains(self, x: Array) -> bool:
        """Whether all are between 0 and 1."""
        return bool(((x > 0) & (x < 1)).all())

    def directions(self, x: Array, drawn: Array) -> Array:
        """No step goes beyond a quarter of the way to 0 or 1."""
        shares = x.astype(np.float64)
        return np.asarray(np.minimum(shares, 1 - shares) * drawn)

    def nearest(self, x: Array) -> Array:
        """The numbers without their signs, those above 1 as much below it."""
        size = np.abs(x)
        return np.asarray(np.where(size < 1, size, 1 / np.maximum(size, 1)).astype(x.dtype))


def _behind(axis: int) -> int:
    """The axis of an array where a first one is put before the others."""
    return axis if axis < 0 else axis + 1
