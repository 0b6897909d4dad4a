"""Right parts of cs189 that components don't make by themselves: what its layers and its NeuralNetwork are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import Refused, StandIns, Student, numbers
from graders.checking.components import families

from .components import ACTIVATIONS, COMPONENTS, activation

_LAYER = COMPONENTS["fully_connected"].standard("fully_connected")


class Activation:
    """`activation(Z)`, `forward(Z)` and `backward(Z, dY)` of section 3, of a batch, a row or a number."""

    name = ""

    def __call__(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        return self.forward(Z)

    def forward(self, Z: np.ndarray) -> Any:
        """Y, of Z's shape."""
        return self._answer("Y", Z, np.zeros(np.shape(numbers("Z", Z))))

    def backward(self, Z: np.ndarray, dY: np.ndarray) -> Any:
        """dZ, of Z's shape."""
        return self._answer("dZ", Z, dY)

    def _answer(self, quantity: str, Z: object, dY: object) -> Any:
        inputs = numbers("Z", Z)
        if self.name == "softmax" and inputs.ndim == 0:
            raise Refused("Z is a number, but should have rows: each number's share depends on the others")
        slopes = numbers("dY", dY, *inputs.shape)
        rows = (-1, inputs.shape[-1]) if inputs.ndim else (1, 1)  # each is worked on alone
        standard = activation(self.name, families.SMOOTH).standard(self.name)
        answer = standard.oracle.answer(Z=inputs.reshape(rows), dY=slopes.reshape(rows))
        return getattr(answer, quantity).value.reshape(inputs.shape)


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
            self.parameters = {"W": np.zeros((self.n_in, self.n_out)), "b": np.zeros((1, self.n_out))}
            self.clear_gradients()
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
        if name not in ACTIVATIONS:
            raise Refused(f"no activation is called {name!r}")
        return _LAYER.oracle.answer(X=X, W=W, b=b, dLdY=dLdY, activation=name)


STAND_INS = {
    **{
        f"neural_networks.activations.{cls}": type(cls, (Activation,), {"name": name})
        for name, cls in ACTIVATIONS.items()
    },
    "neural_networks.layers.FullyConnected": FullyConnected,
}


def replace_activation(student: Student, name: str) -> None:
    """Put a right one in place of the submission's."""
    part = f"neural_networks.activations.{ACTIVATIONS[name]}"
    student.replace_parts(StandIns({part: STAND_INS[part]}))
