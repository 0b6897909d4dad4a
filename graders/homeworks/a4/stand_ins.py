"""Right layers of a4, computed by its oracles: what the MLP is marked on."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import oracle


class Dense:
    """x Wᵀ + b: `weights` (m, d), or (d, m) where `transposed` says so, and `bias` (1, m); sums over the batch."""

    def __init__(self, input_size: int, output_size: int) -> None:
        self.transposed = False
        self.weights = np.zeros((output_size, input_size))
        self.bias = np.zeros((1, output_size))
        self.weights_grad: Any = None
        self.bias_grad: Any = None
        self.initialised = 0

    def __call__(self, x: np.ndarray) -> Any:
        """The output (N, m)."""
        return self.forward(x)

    def init_weights(self) -> None:
        """Counts how often it is called."""
        self.initialised += 1

    def forward(self, x: np.ndarray) -> Any:
        """The output (N, m) for x (N, d)."""
        self.x = x
        return self._answer(np.zeros((len(x), self.bias.shape[1]))).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x; those of the parameters overwrite `weights_grad` and `bias_grad`."""
        answer = self._answer(output_grad)
        self.weights_grad = self._turned(answer.W_grad.value)
        self.bias_grad = answer.b_grad.value
        return answer.input_grad.value

    def update(self, learning_rate: float) -> None:
        """One step of gradient descent."""
        self.weights = self.weights - learning_rate * self.weights_grad
        self.bias = self.bias - learning_rate * self.bias_grad

    def _answer(self, output_grad: np.ndarray) -> Any:
        W = self._turned(self.weights)
        return oracle.dense(x=self.x, W=W, b=self.bias, output_grad=output_grad, rate=0.0)

    def _turned(self, matrix: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(matrix.T) if self.transposed else matrix


class ReLULayer:
    """max(x, 0)."""

    def __call__(self, x: np.ndarray) -> Any:
        """The output, of x's shape."""
        return self.forward(x)

    def init_weights(self) -> None:
        """Nothing to draw."""

    def forward(self, x: np.ndarray) -> Any:
        """The output, of x's shape."""
        self.x = x
        return oracle.relu(x=x, output_grad=np.zeros_like(x)).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x."""
        return oracle.relu(x=self.x, output_grad=output_grad).input_grad.value

    def update(self, learning_rate: float) -> None:
        """Nothing to move."""


STAND_INS = {"q1.Dense": Dense, "q1.ReLULayer": ReLULayer}
