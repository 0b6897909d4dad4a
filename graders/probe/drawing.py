"""Draws what a check starts from: inputs, labels, parameters near what the constructor gave them."""

from __future__ import annotations

import numpy as np

from graders import UsageError
from graders.probe.request import Labels, Shape

Array = np.ndarray
SPREAD = 0.5
"""By how much parameters are moved from their first values, so that none is zero, or equal to another."""


class Drawing:
    """Random arrays of one dtype, from one seed; `positive` ones lie between 0.1 and 0.9."""

    def __init__(self, seed: int, dtype: str) -> None:
        self._rng = np.random.default_rng(seed)
        self._dtype = np.dtype(dtype)

    def input(self, shape: Shape, *, positive: bool = False) -> Array:
        """Standard normal numbers, or probabilities."""
        drawn = self._rng.uniform(0.1, 0.9, shape) if positive else self._rng.standard_normal(shape)
        return np.asarray(drawn, dtype=self._dtype)

    def parameter(self, shape: Shape, start: Array | None = None) -> Array:
        """A parameter's value, near the one that it has."""
        drawn = SPREAD * self._rng.standard_normal(shape)
        return np.asarray(drawn if start is None else start + drawn, dtype=self._dtype)

    def labels(self, kind: Labels, shape: Shape) -> Array:
        """True classes for predictions of this shape: `(N, C)` one-hot, or `(N,)` whole numbers."""
        if len(shape) < 2:
            raise UsageError(f"labels are drawn for predictions (N, C), but the first --input is {shape}")
        classes = self._rng.integers(0, shape[-1], shape[:-1])
        return np.eye(shape[-1], dtype=self._dtype)[classes] if kind == "one-hot" else classes
