"""A drawn run of an optimiser: the layers' sizes, how many steps, its options, and a regime for the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.checking.cases import Case

MOST_LAYERS = 3
Size = tuple[str, int]
GRADIENTS: Mapping[str, float] = {"plain": 1.0, "large": 1e3, "small": 1e-4, "tiny": 1e-8, "single": 1.0, "zeros": 1.0}
"""How large gradients are in each regime; in `zeros` a third of the entries are exactly zero, `single` is float32.

Where they are `tiny`, it shows what an epsilon is added to.
"""
USUAL = ("plain", "large", "small", "single", "zeros")


@dataclass(frozen=True)
class OptimizerCase(Case):
    """One case: for each layer its sizes, and which of the alternative shapes it has."""

    layers: tuple[tuple[Size, ...], ...] = ()
    steps: int = 1
    options: tuple[tuple[str, float], ...] = ()
    regime: str = "plain"

    @property
    def dtype(self) -> str:
        """Of its arrays."""
        return "float32" if self.regime == "single" else "float64"

    def fields(self) -> dict[str, Any]:
        """Each option by its name, how many layers and steps there are, regime and seed."""
        shown = {"layers": len(self.layers), "steps": self.steps}
        return {**dict(self.options), **shown, "regime": self.regime, "seed": self.seed}

    def parameter(self, name: str, layer: int, shape: Sequence[int]) -> np.ndarray:
        """A parameter before the first step."""
        return self.array(f"{name}{layer}", *shape, dtype=self.dtype)

    def gradient(self, name: str, layer: int, step: int, shape: Sequence[int]) -> np.ndarray:
        """Its gradient in one step: another one in each."""
        called = f"d{name}{layer}_{step}"
        if self.regime != "zeros":
            return self.array(called, *shape, scale=GRADIENTS[self.regime], dtype=self.dtype)
        some = self.random(f"{called} zeros").random(tuple(shape)) > 1 / 3
        return self.keep(called, np.where(some, self.random(called).standard_normal(tuple(shape)), 0.0))
