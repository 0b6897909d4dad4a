"""What linear classifiers and nearest neighbours are tried with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case

SEEDS = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class ClassifierCase(Case):
    """Examples (N, D) of C classes, weights (D, C), a learning rate and a factor of regularisation."""

    N: int
    D: int
    C: int
    rate: float
    reg: float

    @property
    def W(self) -> np.ndarray:
        """Weights."""
        return self.array("W", self.D, self.C)

    @property
    def X(self) -> np.ndarray:
        """Examples."""
        return self.array("X", self.N, self.D)

    @property
    def y(self) -> np.ndarray:
        """Labels; those of the first two examples differ."""
        return self.keep("y", np.concatenate([[self.C - 1, 0], self.random("y").integers(0, self.C, self.N - 2)]))


def classifier_cases() -> st.SearchStrategy[ClassifierCase]:
    """Small ones."""
    number = st.sampled_from
    return st.builds(
        *(ClassifierCase, SEEDS, number((5, 9)), number((4, 7)), number((3, 6))),
        number((0.05, 0.3)),
        number((0.0, 0.4)),
    )


@dataclass(frozen=True)
class NeighbourCase(Case):
    """Examples to test and to train with, of D features, labels up to 4, and how many neighbours vote."""

    tests: int
    trains: int
    D: int = 4
    k: int = 1

    @property
    def X(self) -> np.ndarray:
        """(tests, D)."""
        return self.array("X", self.tests, self.D)

    @property
    def X_train(self) -> np.ndarray:
        """(trains, D)."""
        return self.array("X_train", self.trains, self.D)

    @property
    def y_train(self) -> np.ndarray:
        """Labels."""
        return self.keep("y_train", self.random("y_train").integers(0, 5, self.trains))

    @property
    def dists(self) -> np.ndarray:
        """Distances, all different in a row."""
        ranks = self.random("dists").permuted(np.tile(np.arange(self.trains), (self.tests, 1)), axis=1)
        return self.keep("dists", 0.5 + 0.25 * ranks)

    @property
    def tied(self) -> tuple[int, int]:
        """Two labels, in any order."""
        one, other = self.random("tied").permutation(5)[:2]
        return int(one), int(other)


def neighbour_cases() -> st.SearchStrategy[NeighbourCase]:
    """Small ones."""
    number = st.sampled_from
    return st.builds(NeighbourCase, SEEDS, number((1, 3, 6)), number((8, 11)), number((2, 4)), number((1, 3, 5)))
