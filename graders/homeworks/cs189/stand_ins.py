"""Right parts of cs189, computed by its oracles: what its layers and its NeuralNetwork are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import Refused, StandIns, Student, numbers

from . import oracle


class Activation:
    """`activation(Z)`, `forward(Z)` and `backward(Z, dY)` of section 3, of a batch, a row or a number."""

    name = ""

    def __call__(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        return self.forward(Z)

    def forward(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        inputs = self._inputs(Z)
        return oracle.activation(name=self.name, Z=inputs, dY=np.zeros_like(inputs)).Y.value

    def backward(self, Z: np.ndarray, dY: np.ndarray) -> Any:
        """dZ, of Z's shape."""
        inputs = self._inputs(Z)
        return oracle.activation(name=self.name, Z=inputs, dY=numbers("dY", dY, *inputs.shape)).dZ.value

    def _inputs(self, Z: object) -> np.ndarray:
        inputs = numbers("Z", Z)
        if self.name == "softmax" and inputs.ndim == 0:
            raise Refused("Z is a number, but should have rows: each number's share depends on the others")
        return inputs


ACTIVATIONS = {
    f"neural_networks.activations.{cls}": type(cls, (Activation,), {"name": name})
    for name, cls in oracle.CLASSES.items()
}


class FullyConnected:
    """Section 3.2: `parameters`, `gradients` and `cache` are dicts; gradients are sums over the batch."""

    def __init__(self, n_out: int, activation: str, weight_init: str = "xavier_uniform") -> None:  # noqa: ARG002 - theirs has it
        self.n_in: int | None = None
        self.n_out = n_out
        self._function = activation
        self.parameters: dict[str, Any] = {}
        self.gradients: dict[str, Any] = {}
        self.cache: dict[str, Any] = {}

    def forward(self, X: np.ndarray) -> Any:
        """activation(XW + b), (N, n_out); the first call makes the parameters."""
        inputs = numbers("X", X, "batch_size", "n_in")
        if not self.parameters:
            self.n_in = inputs.shape[1]
            W, b = np.zeros((self.n_in, self.n_out)), np.zeros((1, self.n_out))
            self.parameters, self.gradients = {"W": W, "b": b}, {"W": np.zeros_like(W), "b": np.zeros_like(b)}
        W, b = self._parameters()
        inputs = numbers("X", X, "batch_size", len(W))
        self.cache = {"X": inputs, "Z": inputs @ W + b}
        return self._answer(inputs, np.zeros((len(inputs), W.shape[1]))).Y.value

    def backward(self, dLdY: np.ndarray) -> Any:
        """The gradient in X; those of the parameters go to `gradients`."""
        if "X" not in self.cache:
            raise Refused("cache has no X: forward comes first")
        W, _ = self._parameters()
        inputs = numbers('cache["X"]', self.cache["X"], "batch_size", len(W))
        answer = self._answer(inputs, numbers("dLdY", dLdY, len(inputs), W.shape[1]))
        self.gradients = {"W": answer.dW.value, "b": answer.db.value}
        return answer.dX.value

    def clear_gradients(self) -> None:
        """Forget what the last passes left behind."""
        self.cache = {}
        self.gradients = {name: np.zeros_like(value) for name, value in self.parameters.items()}

    def _parameters(self) -> tuple[np.ndarray, np.ndarray]:
        missing = [name for name in ("W", "b") if name not in self.parameters]
        if missing:
            raise Refused(f"parameters has no {missing[0]}")
        W = numbers('parameters["W"]', self.parameters["W"], "n_in", "n_out")
        b = numbers('parameters["b"]', self.parameters["b"])
        if b.size != W.shape[1] or b.ndim > 2:
            raise Refused(f'parameters["b"] has shape {b.shape}, but should be (1, {W.shape[1]})')
        return W, b.reshape(1, -1)

    def _answer(self, X: np.ndarray, dLdY: np.ndarray) -> Any:
        W, b = self._parameters()
        name = {"identity": "linear"}.get(self._function, self._function)  # as it is called in some years
        if name not in oracle.ACTIVATIONS:
            raise Refused(f"no activation is called {name!r}")
        return oracle.fully_connected(name=name, X=X, W=W, b=b, dLdY=dLdY)


class CrossEntropy:
    """Section 3.4."""

    def __init__(self, name: str = "cross_entropy") -> None:
        self.name = name

    def __call__(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """The mean over the batch."""
        return self.forward(Y, Y_hat)

    def forward(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """The mean over the batch."""
        return float(self._answer(Y, Y_hat).loss.value)

    def backward(self, Y: np.ndarray, Y_hat: np.ndarray) -> Any:
        """Its gradient in the probabilities."""
        return self._answer(Y, Y_hat).slope.value

    def _answer(self, Y: object, Y_hat: object) -> Any:
        target = numbers("Y", Y, "batch_size", "num_classes")
        return oracle.cross_entropy(Y=target, Y_hat=numbers("Y_hat", Y_hat, *target.shape))


STAND_INS = ACTIVATIONS | {
    "neural_networks.layers.FullyConnected": FullyConnected,
    "neural_networks.losses.CrossEntropy": CrossEntropy,
}


def right_activation(student: Student, name: str) -> None:
    """Put a right one in the place of the submission's: what is marked is the layer around it."""
    part = f"neural_networks.activations.{oracle.CLASSES[name]}"
    student.replace_parts(StandIns({part: ACTIVATIONS[part]}))
