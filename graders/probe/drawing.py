"""Draws what a check starts from: inputs, labels, whole numbers, parameters near what the constructor gave them."""

from __future__ import annotations

import math

import numpy as np

from graders.probe.forms import Form
from graders.probe.request import Shape

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

    def form(self, form: Form) -> Array:
        """Labels or whole numbers: every value that they may have where there are entries enough, in no order."""
        match form.kind:
            case "one-hot":
                rest = tuple(length for k, length in enumerate(form.shape) if k != form.axis % len(form.shape))
                hot = np.eye(form.values, dtype=self._dtype)[self._spread(rest, form.values)]
                return np.moveaxis(hot, -1, form.axis)
            case "binary":
                return self._spread(form.shape, 2).astype(self._dtype)
            case "signs":
                return (2 * self._spread(form.shape, 2) - 1).astype(self._dtype)
            case "mask":
                return self._mask(form.shape)
            case "lengths":
                return 1 + self._spread(form.shape, form.values)
        return self._spread(form.shape, form.values)

    def _mask(self, shape: Shape) -> Array:
        """True and False, and in each row something that is not masked."""
        drawn = self._spread(shape, 2).astype(bool)
        if shape:
            place = self._rng.integers(0, shape[-1], (*shape[:-1], 1))
            np.put_along_axis(drawn, place, True, axis=-1)
        return drawn

    def _spread(self, shape: Shape, values: int) -> Array:
        """Whole numbers below `values`: the greatest and the least among them, and one twice, where there is room."""
        size = math.prod(shape)
        drawn = self._rng.integers(0, values, size)
        if size > 1:
            drawn[:2] = values - 1, 0
        if size > 2 and len(set(drawn.tolist())) == size:
            drawn[2] = drawn[self._rng.integers(0, 2)]
        return self._rng.permutation(drawn).reshape(shape)
