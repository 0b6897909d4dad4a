"""Right parts of cs189, computed by its oracles: what its layers and its NeuralNetwork are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import StandIns, Student

from . import oracle


class Activation:
    """`activation(Z)`, `forward(Z)` and `backward(Z, dY)` of section 3."""

    name = ""

    def __call__(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        return self.forward(Z)

    def forward(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        return oracle.activation(name=self.name, Z=Z, dY=np.zeros_like(Z)).Y.value

    def backward(self, Z: np.ndarray, dY: np.ndarray) -> Any:
        """dZ, of Z's shape."""
        return oracle.activation(name=self.name, Z=Z, dY=dY).dZ.value


ACTIVATIONS = {
    f"neural_networks.activations.{cls}": type(cls, (Activation,), {"name": name})
    for name, cls in oracle.CLASSES.items()
}


class FullyConnected:
    """Section 3.2: `parameters`, `gradients` and `cache` are dicts; gradients are sums over the batch."""

    def __init__(self, n_out: int, activation: str, weight_init: str = "xavier_uniform") -> None:
        self.n_in, self.n_out = None, n_out
        self.function, self.weight_init = activation, weight_init
        self.parameters: dict[str, Any] = {}
        self.gradients: dict[str, Any] = {}
        self.cache: dict[str, Any] = {}

    def forward(self, X: np.ndarray) -> Any:
        """activation(XW + b), (N, n_out); the first call makes the parameters."""
        if not self.parameters:
            W, b = np.zeros((X.shape[1], self.n_out)), np.zeros((1, self.n_out))
            self.parameters, self.gradients = {"W": W, "b": b}, {"W": np.zeros_like(W), "b": np.zeros_like(b)}
        self.cache = {"X": X}
        return self._answer(np.zeros((len(X), self.n_out))).Y.value

    def backward(self, dLdY: np.ndarray) -> Any:
        """The gradient in X; those of the parameters go to `gradients`."""
        answer = self._answer(dLdY)
        self.gradients = {"W": answer.dW.value, "b": answer.db.value}
        return answer.dX.value

    def clear_gradients(self) -> None:
        """Forget what the last passes left behind."""
        self.cache = {}
        self.gradients = {name: np.zeros_like(value) for name, value in self.parameters.items()}

    def _answer(self, dLdY: np.ndarray) -> Any:
        W, b = self.parameters["W"], self.parameters["b"]
        name = {"identity": "linear"}.get(self.function, self.function)  # as it is called in some years
        return oracle.fully_connected(name=name, X=self.cache["X"], W=W, b=b, dLdY=dLdY)


class CrossEntropy:
    """Section 3.4."""

    def __init__(self, name: str = "cross_entropy") -> None:
        self.name = name

    def __call__(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """The mean over the batch."""
        return self.forward(Y, Y_hat)

    def forward(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """The mean over the batch."""
        return float(oracle.cross_entropy(Y=Y, Y_hat=Y_hat).loss.value)

    def backward(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """Its gradient in the probabilities."""
        return oracle.cross_entropy(Y=Y, Y_hat=Y_hat).slope.value


STAND_INS = ACTIVATIONS | {
    "neural_networks.layers.FullyConnected": FullyConnected,
    "neural_networks.losses.CrossEntropy": CrossEntropy,
}


def right_activation(student: Student, name: str) -> None:
    """Put a right one in the place of the submission's: what is marked is the layer around it."""
    part = f"neural_networks.activations.{oracle.CLASSES[name]}"
    student.replace_parts(StandIns({part: ACTIVATIONS[part]}))
