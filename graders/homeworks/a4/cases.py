"""The inputs of a4's checks. Numbers of examples, inputs and outputs never coincide, so a wrong axis shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, probabilities

SEEDS = st.integers(0, 2**32 - 1)
Sizes = st.SearchStrategy[int]
Names = tuple[str, ...]
BATCHES = st.sampled_from([2, 5, 11, 16])
SEVERAL = st.sampled_from([3, 5, 11, 16])
ONE = st.just(1)
INPUTS = st.sampled_from([3, 6, 9])
OUTPUTS = st.sampled_from([4, 7, 10])
REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "large": {"scale": 1e3},
    "small": {"scale": 1e-3},
    "offset": {"offset": 10.0},
    "single": {"dtype": "float32"},
}


@dataclass(frozen=True)
class DenseCase(Case):
    """One dense layer: x (N, d), W (m, d), b (1, m), output_grad (N, m), and a learning rate."""

    N: int
    d: int
    m: int
    regime: str = "plain"
    rate: float = 0.25

    @property
    def x(self) -> np.ndarray:
        """Its input."""
        return self.array("x", self.N, self.d, **REGIMES[self.regime])

    @property
    def W(self) -> np.ndarray:
        """Its weights, (m, d)."""
        return self.array("W", self.m, self.d, dtype=self.dtype)

    @property
    def b(self) -> np.ndarray:
        """Its bias, (1, m), never zero."""
        return self.array("b", 1, self.m, dtype=self.dtype)

    @property
    def output_grad(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("output_grad", self.N, self.m, **REGIMES[self.regime])

    @property
    def dtype(self) -> str:
        """Of the parameters."""
        return "float32" if self.regime == "single" else "float64"


def dense_cases(batches: Sizes = BATCHES, regimes: Names = tuple(REGIMES)) -> st.SearchStrategy[DenseCase]:
    """Any dense layer."""
    rates = st.sampled_from([0.25, 0.01])
    return st.builds(DenseCase, SEEDS, batches, INPUTS, OUTPUTS, st.sampled_from(regimes), rates)


def square_cases() -> st.SearchStrategy[DenseCase]:
    """Dense layers with as many outputs as inputs: no shape says which way the weights lie."""
    return st.builds(lambda seed, N, d: DenseCase(seed, N, d, d), SEEDS, BATCHES, INPUTS)


@dataclass(frozen=True)
class ActivationCase(Case):
    """x (N, C) of both signs and an upstream gradient of its shape; with `zeros` a third of x is exactly zero."""

    N: int
    C: int
    regime: str = "plain"

    @property
    def x(self) -> np.ndarray:
        """The input."""
        if self.regime == "zeros":
            drawn = self.random("x").standard_normal((self.N, self.C))
            return self.keep("x", np.where(self.random("zeros").random(drawn.shape) < 1 / 3, 0.0, drawn))
        return self.array("x", self.N, self.C, **_ACTIVATION_REGIMES[self.regime])

    @property
    def output_grad(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("output_grad", self.N, self.C, dtype=self.x.dtype.name)


_ACTIVATION_REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "wide": {"scale": 4.0},
    "offset": {"offset": 3.0},
    "small": {"scale": 1e-3},
    "single": {"dtype": "float32"},
    "zeros": {},
    "huge": {"scale": 1e3},
}
ORDINARY = tuple(name for name in _ACTIVATION_REGIMES if name not in ("huge", "zeros"))


def activation_cases(
    batches: Sizes = BATCHES, regimes: tuple[str, ...] = ORDINARY
) -> st.SearchStrategy[ActivationCase]:
    """Any inputs of moderate size, none of them exactly zero."""
    return st.builds(ActivationCase, SEEDS, batches, INPUTS, st.sampled_from(regimes))


@dataclass(frozen=True)
class LossCase(Case):
    """Probabilities (N, C), none near zero, and the numbers of the right classes (N,)."""

    N: int
    C: int
    dtype: str = "float64"

    @property
    def prediction(self) -> np.ndarray:
        """Each row adds up to exactly 1."""
        powers = np.exp(self.random("prediction").uniform(-1.5, 1.5, (self.N, self.C)))
        return self.keep("prediction", probabilities(powers, dtype=self.dtype))

    @property
    def target(self) -> np.ndarray:
        """Whole numbers from 0 to C - 1."""
        return self.keep("target", self.random("target").integers(0, self.C, self.N))

    @property
    def chosen(self) -> np.ndarray:
        """The targets one-hot."""
        return np.asarray(np.eye(self.C)[self.target])


def loss_cases(
    batches: Sizes = BATCHES, dtypes: tuple[str, ...] = ("float64", "float32")
) -> st.SearchStrategy[LossCase]:
    """Any predictions; there are never as many classes as examples."""
    return st.builds(LossCase, SEEDS, batches, INPUTS, st.sampled_from(dtypes))


@dataclass(frozen=True)
class MLPCase(Case):
    """x (N, C_0) and the parameters of dense layers of these sizes, W[i] (C_i+1, C_i) and b[i] (1, C_i+1)."""

    N: int
    sizes: tuple[int, ...]
    rate: float = 0.25

    @property
    def x(self) -> np.ndarray:
        """The input."""
        return self.array("x", self.N, self.sizes[0])

    @property
    def W(self) -> list[np.ndarray]:
        """Each layer's weights, scaled so that values neither grow nor vanish."""
        pairs = zip(self.sizes[1:], self.sizes[:-1], strict=True)
        return [
            self.array(f"W{i}", rows, columns, scale=(2 / columns) ** 0.5) for i, (rows, columns) in enumerate(pairs)
        ]

    @property
    def b(self) -> list[np.ndarray]:
        """Each layer's bias, mostly positive, so that enough ReLUs are open."""
        return [self.array(f"b{i}", 1, rows, scale=0.3, offset=0.3) for i, rows in enumerate(self.sizes[1:])]

    @property
    def output_grad(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("output_grad", self.N, self.sizes[-1])


MLP_SIZES = ((6, 4), (6, 9, 4), (2, 8, 6, 4), (4, 7, 9, 6, 10))


def mlp_cases(batches: Sizes = SEVERAL) -> st.SearchStrategy[MLPCase]:
    """Networks of one to four dense layers."""
    return st.builds(MLPCase, SEEDS, batches, st.sampled_from(MLP_SIZES), st.sampled_from([0.25, 0.01]))
