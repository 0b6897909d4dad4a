"""A drawn input: sizes, a regime and a seed, from which its arrays follow; small enough to print and to repeat."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

_WORD = 2**64 - 1


@dataclass(frozen=True)
class Case:
    """Base of all cases. A subclass adds sizes; its arrays are made by `array`, each from its own stream of the seed.

    A failing case is reported with its fields, and with every array that the check asked of it, by name.
    """

    seed: int

    def array(
        self, name: str, *shape: int, scale: float = 1.0, offset: float = 0.0, dtype: str = "float64"
    ) -> np.ndarray:
        """Normal entries times `scale` plus `offset`; the same name gives the same array."""
        arrays = self.arrays
        if name not in arrays:
            drawn = self.random(name).standard_normal(shape)
            arrays[name] = np.asarray(scale * drawn + offset).astype(dtype)
        return arrays[name]

    def keep(self, name: str, array: np.ndarray) -> np.ndarray:
        """An array that is not drawn by `array`, under a name; the first one kept stays."""
        return self.arrays.setdefault(name, array)

    def random(self, name: str) -> np.random.Generator:
        """The random stream of this name."""
        key = (self.seed << 32) + zlib.crc32(name.encode())
        words = np.array([key & _WORD, key >> 64], dtype=np.uint64)  # Philox takes longer over the number itself
        return np.random.Generator(np.random.Philox(key=words))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays made so far, by name."""
        made: dict[str, np.ndarray] = self.__dict__.setdefault("_arrays", {})
        return made

    def names(self) -> dict[int, str]:
        """The name of each array, by its id."""
        known: dict[int, str] = self.__dict__.setdefault("_names", {})
        if len(known) != len(self.arrays):  # an array that is kept is never replaced
            known.update({id(array): name for name, array in self.arrays.items()})
        return known

    def fields(self) -> dict[str, Any]:
        """Sizes, regime and seed."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "seed"}
        return {**own, "seed": self.seed}


def probabilities(weights: np.ndarray, axis: int = -1, dtype: str = "float64") -> np.ndarray:
    """Positive numbers in proportion to these, to a rounding, which along the axis add up to exactly 1.

    They are multiples of the least number that added to 1 still fits beside it: no sum of them is ever rounded, in
    whatever order it is taken, so that code may insist on 1.
    """
    bits = np.finfo(dtype).nmant + 1
    shares = weights.astype(np.float64)
    units = np.rint(shares / shares.sum(axis=axis, keepdims=True) * 2.0**bits).clip(min=1.0).astype(np.int64)
    largest = np.expand_dims(units.argmax(axis=axis), axis)
    missing = 2**bits - units.sum(axis=axis, keepdims=True)
    np.put_along_axis(units, largest, np.take_along_axis(units, largest, axis) + missing, axis)
    return np.asarray(units * 2.0**-bits, dtype=dtype)
