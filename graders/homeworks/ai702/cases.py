"""The inputs of ai702's checks. Numbers of examples, features and outputs never coincide, so a wrong axis shows.

Regimes say what is special about the numbers: `plain`, `large` and `small` (a thousand times either way), `offset`
(far from zero), `single` (float32 arrays), `zeros` (some exact zeros).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, probabilities

SEEDS = st.integers(0, 2**32 - 1)
Sizes = st.SearchStrategy[int]
BATCHES = st.sampled_from([2, 5, 11, 16])
MLP_BATCHES = st.sampled_from([3, 5, 11, 16])
"""As large as no layer of the homework's MLPs is."""
BATCHNORM_BATCHES = st.sampled_from([5, 11, 16])
"""Two examples are always normalised to -1 and 1, and hardly any gradient is left: too little to see a mistake in."""
FEATURES = st.sampled_from([3, 6, 9])
OUTPUTS = st.sampled_from([4, 7, 10])
REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "large": {"scale": 1e3},
    "small": {"scale": 1e-3},
    "offset": {"offset": 10.0},
    "single": {"dtype": "float32"},
}


@dataclass(frozen=True)
class LinearCase(Case):
    """One linear layer: A (N, in), W (out, in), b (out, 1), dLdZ (N, out)."""

    N: int
    in_features: int
    out_features: int
    regime: str = "plain"

    @property
    def A(self) -> np.ndarray:
        """Its input."""
        return self.array("A", self.N, self.in_features, **REGIMES[self.regime])

    @property
    def W(self) -> np.ndarray:
        """Its weight."""
        return self.array("W", self.out_features, self.in_features, dtype=self.dtype)

    @property
    def b(self) -> np.ndarray:
        """Its bias, never zero."""
        return self.array("b", self.out_features, 1, dtype=self.dtype)

    @property
    def dLdZ(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("dLdZ", self.N, self.out_features, **REGIMES[self.regime])

    @property
    def dtype(self) -> str:
        """Of the parameters."""
        return "float32" if self.regime == "single" else "float64"


def plain(case: Any) -> Any:
    """The same case in its plain regime and in double precision: what finite differences can tell most about."""
    names = {field.name for field in dataclasses.fields(case)}
    return dataclasses.replace(case, **{k: v for k, v in (("regime", "plain"), ("dtype", "float64")) if k in names})


def linear_cases(batches: Sizes = BATCHES) -> st.SearchStrategy[LinearCase]:
    """Any linear layer."""
    return st.builds(LinearCase, SEEDS, batches, FEATURES, OUTPUTS, st.sampled_from(list(REGIMES)))


@dataclass(frozen=True)
class ActivationCase(Case):
    """Pre-activations Z (N, C) of both signs; in the regime `zeros` about a third of them are exactly zero."""

    N: int
    C: int
    regime: str = "plain"

    @property
    def Z(self) -> np.ndarray:
        """The input."""
        if self.regime == "zeros":
            drawn = self.random("Z").standard_normal((self.N, self.C))
            return self.keep("Z", np.where(self.random("zeros").random(drawn.shape) < 1 / 3, 0.0, drawn))
        return self.array("Z", self.N, self.C, **_ACTIVATION_REGIMES[self.regime])


_ACTIVATION_REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "wide": {"scale": 4.0},
    "small": {"scale": 1e-3},
    "single": {"dtype": "float32"},
    "zeros": {},
}


def activation_cases(batches: Sizes = BATCHES) -> st.SearchStrategy[ActivationCase]:
    """Any pre-activations of moderate size."""
    return st.builds(ActivationCase, SEEDS, batches, FEATURES, st.sampled_from(list(_ACTIVATION_REGIMES)))


@dataclass(frozen=True)
class LossCase(Case):
    """Outputs A (N, C) and targets of the same shape: real numbers, one-hot rows, or distributions."""

    N: int
    C: int
    targets: str = "one-hot"
    scale: float = 1.0
    dtype: str = "float64"

    @property
    def A(self) -> np.ndarray:
        """The model's output."""
        return self.array("A", self.N, self.C, scale=self.scale, dtype=self.dtype)

    @property
    def Y(self) -> np.ndarray:
        """The targets."""
        return self.keep("Y", self._drawn_targets("Y", self.N))

    @property
    def before(self) -> tuple[np.ndarray, np.ndarray]:
        """Outputs and targets of a larger batch."""
        outputs = self.array("A_before", self.N + 3, self.C)
        return outputs, self.keep("Y_before", self._drawn_targets("Y_before", self.N + 3))

    def _drawn_targets(self, name: str, count: int) -> np.ndarray:
        random = self.random(name)
        if self.targets == "one-hot":
            return np.eye(self.C, dtype=self.dtype)[random.integers(0, self.C, count)]
        if self.targets == "distribution":
            return probabilities(random.dirichlet(np.ones(self.C), count), dtype=self.dtype)
        return random.standard_normal((count, self.C)).astype(self.dtype)


def loss_cases(*targets: str, batches: Sizes = BATCHES) -> st.SearchStrategy[LossCase]:
    """Outputs of moderate size with targets of these kinds."""
    scales, dtypes = st.sampled_from([1.0, 3.0, 0.1]), st.sampled_from(["float64", "float64", "float32"])
    return st.builds(LossCase, SEEDS, batches, FEATURES | OUTPUTS, st.sampled_from(targets), scales, dtypes)


@dataclass(frozen=True)
class MLPCase(Case):
    """Parameters for an MLP of the sizes that the homework fixes, an input A0 and an upstream gradient dLdA."""

    N: int
    sizes: tuple[int, ...]
    regime: str = "plain"

    @property
    def A0(self) -> np.ndarray:
        """The input (N, C_0)."""
        return self.array("A0", self.N, self.sizes[0], **REGIMES[self.regime])

    @property
    def dLdA(self) -> np.ndarray:
        """The upstream gradient (N, C_l)."""
        return self.array("dLdA", self.N, self.sizes[-1], dtype=self.dtype)

    @property
    def W(self) -> list[np.ndarray]:
        """Each layer's weight, scaled so that values neither grow nor vanish."""
        pairs = zip(self.sizes[1:], self.sizes[:-1], strict=True)
        return [
            self.array(f"W{i}", rows, columns, scale=(2 / columns) ** 0.5, dtype=self.dtype)
            for i, (rows, columns) in enumerate(pairs)
        ]

    @property
    def b(self) -> list[np.ndarray]:
        """Each layer's bias: positive on the whole, so that enough ReLUs are open in every layer."""
        return [
            self.array(f"b{i}", rows, 1, scale=0.3, offset=0.3, dtype=self.dtype)
            for i, rows in enumerate(self.sizes[1:])
        ]

    @property
    def dtype(self) -> str:
        """Of the parameters."""
        return "float32" if self.regime == "single" else "float64"


def mlp_cases(*sizes: int, batches: Sizes = MLP_BATCHES) -> st.SearchStrategy[MLPCase]:
    """Any parameters for an MLP of these sizes."""
    return st.builds(MLPCase, SEEDS, batches, st.just(sizes), st.sampled_from(["plain", "small", "offset", "single"]))


@dataclass(frozen=True)
class SGDCase(Case):
    """A model of a few layers (each one's sizes), a learning rate, a momentum and gradients for some steps."""

    sizes: tuple[tuple[int, int], ...]
    steps: int
    rate: float
    momentum: float = 0.0

    def parameter(self, name: str, layer: int) -> np.ndarray:
        """`W` (out, in) or `b` (out, 1) of a layer."""
        return self.array(f"{name}{layer}", *self._shape(name, layer))

    def gradient(self, name: str, layer: int, step: int) -> np.ndarray:
        """The gradient of that parameter at a step."""
        return self.array(f"dLd{name}{layer} at step {step}", *self._shape(name, layer))

    def _shape(self, name: str, layer: int) -> tuple[int, int]:
        rows, columns = self.sizes[layer]
        return (rows, columns) if name == "W" else (rows, 1)


def sgd_cases(*, momentum: bool) -> st.SearchStrategy[SGDCase]:
    """One to three layers and two to five steps, with or without momentum."""
    sizes = st.lists(st.tuples(OUTPUTS, FEATURES), min_size=1, max_size=3).map(tuple)
    rates = st.sampled_from([0.1, 0.5, 0.003])
    momenta = st.sampled_from([0.9, 0.5]) if momentum else st.just(0.0)
    return st.builds(SGDCase, SEEDS, sizes, st.integers(2, 5), rates, momenta)


@dataclass(frozen=True)
class BatchNormCase(Case):
    """Batches Z (N, C) whose columns differ in mean and spread, parameters BW and Bb (1, C), a gradient dLdBZ."""

    N: int
    C: int
    alpha: float = 0.9
    spread: float = 1.0
    dtype: str = "float64"

    def batch(self, name: str = "Z", size: int | None = None) -> np.ndarray:
        """A batch; each name gives another. `spread` is the standard deviation of its columns, give or take."""
        random = self.random(name)
        centre = 2 * self.spread * random.standard_normal((1, self.C))
        width = self.spread * random.uniform(0.5, 2, (1, self.C))
        drawn = centre + width * random.standard_normal((size or self.N, self.C))
        return self.keep(name, drawn.astype(self.dtype))

    @property
    def BW(self) -> np.ndarray:
        """The scale, different in each feature."""
        return self.array("BW", 1, self.C, offset=1.0, scale=0.5, dtype=self.dtype)

    @property
    def Bb(self) -> np.ndarray:
        """The shift, never zero."""
        return self.array("Bb", 1, self.C, dtype=self.dtype)

    def dLdBZ(self, name: str = "dLdBZ", size: int | None = None) -> np.ndarray:
        """The upstream gradient for a batch of this size."""
        return self.array(name, size or self.N, self.C, dtype=self.dtype)


def batchnorm_cases(*spreads: float, batches: Sizes = BATCHNORM_BATCHES) -> st.SearchStrategy[BatchNormCase]:
    """Batches with columns of these spreads (1 and 100 if none are given)."""
    alphas = st.sampled_from([0.9, 0.5])
    dtypes = st.sampled_from(["float64", "float64", "float32"])
    return st.builds(BatchNormCase, SEEDS, batches, FEATURES, alphas, st.sampled_from(spreads or (1.0, 100.0)), dtypes)
