"""The inputs of question 5's checks: batch, inputs, hidden units and classes are never equally many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case

SEEDS = st.integers(0, 2**32 - 1)
BATCHES = st.sampled_from([2, 8, 13])
ONE = st.just(1)
INPUTS = st.sampled_from([3, 11])
HIDDEN = st.sampled_from([5, 7])
TEN = st.just(10)
"""As many classes as the data have: starter code in use writes np.eye(10) into backward."""
FEWER = st.sampled_from([4, 6])
RATES = st.sampled_from([0.5, 2.0])
REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "offset": {"offset": 10.0},
    "large": {"scale": 30.0},
    "flat": {"scale": 3e-3},
    "same class": {},
}
"""`flat`: the first layer's sums vary as little as epsilon's root, so that epsilon matters."""


@dataclass(frozen=True)
class MLPCase(Case):
    """A batch X (B, d) with labels (B,), parameters of a network with h hidden units and C classes, a rate."""

    B: int
    d: int
    h: int
    C: int
    regime: str = "plain"
    rate: float = 0.5

    @property
    def X(self) -> np.ndarray:
        """Its examples."""
        return self.array("X", self.B, self.d, **REGIMES[self.regime])

    @property
    def y(self) -> np.ndarray:
        """Classes from 0, one for each example; all the same in the regime of this name."""
        drawn = self.random("y").integers(0, self.C, self.B)
        return self.keep("y", np.full(self.B, drawn[0]) if self.regime == "same class" else drawn)

    @property
    def Y(self) -> np.ndarray:
        """The labels as one-hot rows."""
        return one_hot(self.y, self.C)

    @property
    def W(self) -> list[np.ndarray]:
        """W1 to W4, each with the bias in its last row; in the regime `flat` the first bias is as small as its sums."""
        drawn = self.random("W1").standard_normal((self.d + 1, self.h))
        if self.regime == "flat":
            drawn[-1] *= REGIMES["flat"]["scale"]
        first = self.keep("W1", drawn)
        shapes = (self.d + self.h + 1, self.h), (self.d + 2 * self.h + 1, self.h), (self.h + 1, self.C)
        others = [self.array(f"W{k}", *shape, scale=0.5) for k, shape in enumerate(shapes, 2)]
        return [first, *others]

    @property
    def gamma(self) -> list[np.ndarray]:
        """Three scales (h,), of both signs and never alike."""
        return [self.array(f"gamma{k}", self.h, scale=0.8, offset=0.7) for k in (1, 2, 3)]

    @property
    def beta(self) -> list[np.ndarray]:
        """Three shifts (h,)."""
        return [self.array(f"beta{k}", self.h, offset=0.3) for k in (1, 2, 3)]

    @property
    def parameters(self) -> dict[str, list[np.ndarray]]:
        """All of them."""
        return {"W": self.W, "gamma": self.gamma, "beta": self.beta}


def one_hot(y: np.ndarray, C: int) -> np.ndarray:
    """Labels (B,) as rows (B, C)."""
    rows: np.ndarray = np.eye(C)[y]
    return rows


def mlp_cases(
    batches: st.SearchStrategy[int] = BATCHES,
    regimes: tuple[str, ...] = tuple(REGIMES),
    classes: st.SearchStrategy[int] = TEN,
) -> st.SearchStrategy[MLPCase]:
    """Any network on any batch."""
    return st.builds(MLPCase, SEEDS, batches, INPUTS, HIDDEN, classes, st.sampled_from(regimes), RATES)
