"""Right parts of ai702, computed by its oracles: what the MLPs are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import StandIns, Student, numbers

from . import oracle


class Linear:
    """`Linear(in_features, out_features)`, equations 1 to 5: W (C_out, C_in), b (C_out, 1).

    `debug` keeps what the starter code's does.
    """

    def __init__(self, in_features: int, out_features: int, debug: bool = False) -> None:
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))
        self.debug = debug

    def forward(self, A: np.ndarray) -> Any:
        """Z (N, C_out) for A (N, C_in)."""
        W, _ = self._parameters()
        self.A = numbers("A", A, "N", W.shape[1])
        self.N = len(self.A)
        return self._answer(np.zeros((self.N, len(W)))).Z.value

    def backward(self, dLdZ: np.ndarray) -> Any:
        """dLdA (N, C_in) for dLdZ (N, C_out); keeps dLdW and dLdb, averaged over the batch."""
        W, _ = self._parameters()
        A = numbers("A", self.A, "N", W.shape[1])
        answer = self._answer(numbers("dLdZ", dLdZ, len(A), len(W)))
        self.dLdA, self.dLdW, self.dLdb = answer.dLdA.value, answer.dLdW.value, answer.dLdb.value
        if self.debug is True:
            self.dZdA, self.dZdW, self.dZdb = W.T, A, np.ones((len(A), 1))
        return self.dLdA

    def _parameters(self) -> tuple[np.ndarray, np.ndarray]:
        W = numbers("W", self.W, "C_out", "C_in")
        return W, numbers("b", self.b, len(W), 1)

    def _answer(self, dLdZ: np.ndarray) -> Any:
        W, b = self._parameters()
        return oracle.linear(A=numbers("A", self.A), W=W, b=b, dLdZ=dLdZ)


class ReLU:
    """`ReLU()`, equations 18 to 20."""

    def forward(self, Z: np.ndarray) -> Any:
        """A, of Z's shape."""
        answer = oracle.relu(Z=numbers("Z", Z))
        self.A, self.dAdZ = answer.A.value, answer.dAdZ.value
        return self.A

    def backward(self) -> Any:
        """dAdZ, of Z's shape."""
        return numbers("dAdZ", self.dAdZ)


STAND_INS = {"mytorch.nn.Linear": Linear, "mytorch.nn.ReLU": ReLU}


def right_parts(student: Student) -> None:
    """Put right ones in the place of the submission's: what is marked is what is made of them."""
    student.replace_parts(StandIns(STAND_INS))
