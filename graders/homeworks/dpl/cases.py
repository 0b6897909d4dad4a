"""The inputs of the checks that dpl2023 and dpl2025 share.

Numbers of neurons, classes and examples never coincide, so a wrong axis shows; everything is float32, as the
starter code's tensors are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, probabilities

SEEDS = st.integers(0, 2**32 - 1)
BATCHES = st.sampled_from([2, 5, 11, 16])
NEURONS = st.sampled_from([3, 7, 10])
SHAPES = st.sampled_from([(6, 3), (8, 7, 4), (6, 9, 7, 4), (4, 9, 3, 8, 6)])
"""Networks with none to three hidden layers; 2, 5, 11 and 16, the batches, are in none of them."""
DEEP_SHAPES = st.sampled_from([(8, 7, 4), (6, 9, 7, 4), (4, 9, 3, 8, 6), (6, 4, 4, 3)])
"""One has a square matrix of weights, whose transposition no shape shows."""
MOST_SPAN = 12.0
"""Between the sums that go into a softmax: no class is less probable than about exp(-12), 10^9 times the epsilon of
cross_entropy."""
REGIMES: dict[str, dict[str, Any]] = {
    "plain": {},
    "large": {"scale": 10.0},
    "small": {"scale": 1e-2},
    "offset": {"offset": 10.0},
}


@dataclass(frozen=True)
class ActivationCase(Case):
    """Z (neurons, N) in a regime; `far` and `spread` are for what has to be numerically stable."""

    neurons: int
    N: int
    regime: str = "plain"

    @property
    def Z(self) -> np.ndarray:
        """Pre-activations, (neurons, N)."""
        if self.regime == "far":
            return self.keep("Z", self._far())
        if self.regime == "spread":
            return self.array("Z", self.neurons, self.N, scale=1e3, dtype="float32")
        return self.array("Z", self.neurons, self.N, dtype="float32", **REGIMES[self.regime])

    def _far(self) -> np.ndarray:
        """Examples around 1000 and around -1000, in turns."""
        centre = np.where(np.arange(self.N) % 2, -1000.0, 1000.0)
        return (centre + self.random("Z").standard_normal((self.neurons, self.N))).astype(np.float32)


def activation_cases(*regimes: str, batches: st.SearchStrategy[int] = BATCHES) -> st.SearchStrategy[ActivationCase]:
    """Pre-activations in these regimes (all but the unstable ones if none are given)."""
    return st.builds(ActivationCase, SEEDS, NEURONS, batches, st.sampled_from(regimes or tuple(REGIMES)))


@dataclass(frozen=True)
class EntropyCase(Case):
    """Probabilities P and one-hot labels Y, both (classes, N)."""

    classes: int
    N: int

    @property
    def P(self) -> np.ndarray:
        """Probabilities: each column adds up to exactly 1."""
        weights = np.exp(self.random("P").standard_normal((self.classes, self.N)))
        return self.keep("P", probabilities(weights, axis=0, dtype="float32"))

    @property
    def Y(self) -> np.ndarray:
        """One-hot labels."""
        return self.keep("Y", one_hot(self.random("y").integers(self.classes, size=self.N), self.classes).T.copy())

    @property
    def certain(self) -> np.ndarray:
        """Probabilities of exactly 0 and 1, wrong for every second example."""
        y = self.Y.argmax(axis=0)
        guess = np.where(np.arange(self.N) % 2, y, (y + 1) % self.classes)
        return self.keep("certain", one_hot(guess, self.classes).T.copy())


def entropy_cases(batches: st.SearchStrategy[int] = BATCHES) -> st.SearchStrategy[EntropyCase]:
    """Predictions of three to ten classes."""
    return st.builds(EntropyCase, SEEDS, NEURONS, batches)


@dataclass(frozen=True)
class NetworkCase(Case):
    """A network's shape and N examples; X and Y have examples in columns, `rows` and `Y_rows` in rows."""

    shape: tuple[int, ...]
    N: int

    @property
    def X(self) -> np.ndarray:
        """Features, (n_in, N)."""
        return self.array("X", self.shape[0], self.N, dtype="float32")

    @property
    def X_rows(self) -> np.ndarray:
        """Features, (N, n_in)."""
        return self.keep("X_rows", self.X.T.copy())

    @property
    def y(self) -> np.ndarray:
        """Labels, (N,), of all classes as far as there are enough examples."""
        classes = self.shape[-1]
        return self.keep("y", self.random("y").permutation(np.arange(self.N) % classes).astype(np.int64))

    @property
    def Y(self) -> np.ndarray:
        """One-hot labels, (n_classes, N)."""
        return self.keep("Y", self.Y_rows.T.copy())

    @property
    def Y_rows(self) -> np.ndarray:
        """One-hot labels, (N, n_classes)."""
        return self.keep("Y_rows", one_hot(self.y, self.shape[-1]))

    @property
    def W(self) -> list[np.ndarray]:
        """The weights of each layer, (n_out, n_in), of a size that keeps activations as large as they are.

        Those of the last layer are smaller where any class would be as improbable as the epsilon of cross_entropy,
        which right code may add, take as the least probability, or not need at all.
        """
        pairs = zip(self.shape[:-1], self.shape[1:], strict=True)
        *hidden, last = [self._weights(f"W{place}", n_out, n_in) for place, (n_in, n_out) in enumerate(pairs)]
        while self._span([*hidden, last]) > MOST_SPAN:
            last = last / 2
        names = [f"W{place}" for place in range(len(hidden) + 1)]
        return [self.keep(name, weight) for name, weight in zip(names, [*hidden, last], strict=True)]

    def _weights(self, name: str, n_out: int, n_in: int) -> np.ndarray:
        drawn: np.ndarray = 1.4 / n_in**0.5 * self.random(name).standard_normal((n_out, n_in))
        return drawn.astype(np.float32)

    def _span(self, W: list[np.ndarray]) -> float:
        """Between the largest and the smallest sum that goes into one example's softmax, before the last bias."""
        values = self.X
        for weight, bias in zip(W[:-1], self.b, strict=False):
            values = np.maximum(weight @ values + bias, 0)
        return float(np.ptp(W[-1] @ values, axis=0).max())

    @property
    def b(self) -> list[np.ndarray]:
        """The biases of each layer, (n_out, 1), never zero."""
        return [self.array(f"b{i}", size, 1, scale=0.5, dtype="float32") for i, size in enumerate(self.shape[1:])]


def network_cases(
    shapes: st.SearchStrategy[tuple[int, ...]] = SHAPES, batches: st.SearchStrategy[int] = BATCHES
) -> st.SearchStrategy[NetworkCase]:
    """Networks of these shapes."""
    return st.builds(NetworkCase, SEEDS, shapes, batches)


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """(N, classes) float32: a 1 in each example's class."""
    found: np.ndarray = np.eye(classes, dtype=np.float32)[labels]
    return found
