"""Right layers of a4, computed by its oracles: what the MLP is marked on."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import Refused, numbers

from . import oracle


class Dense:
    """x Wᵀ + b: `weights` (m, d) as it starts, or (d, m) if they are set so, and `bias` (1, m); sums over the batch."""

    def __init__(self, input_size: int, output_size: int) -> None:
        self.inputs: Any = None
        self.input_size = input_size
        self.output_size = output_size
        self.weights = np.zeros((output_size, input_size))
        self.bias = np.zeros((1, output_size))
        self.weights_grad: Any = None
        self.bias_grad: Any = None
        self._initialised = 0

    def __call__(self, x: np.ndarray) -> Any:
        """The output (N, m)."""
        return self.forward(x)

    def init_weights(self) -> None:
        """Counts how often it is called."""
        self._initialised += 1

    def forward(self, x: np.ndarray) -> Any:
        """The output (N, m) for x (N, d)."""
        W, _ = self._parameters()
        self.inputs = numbers("x", x, "n", W.shape[1])
        return self._answer(self.inputs, np.zeros((len(self.inputs), len(W)))).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x; those of the parameters overwrite `weights_grad` and `bias_grad`."""
        W, _ = self._parameters()
        inputs = _inputs(self.inputs)
        answer = self._answer(inputs, numbers("output_grad", output_grad, len(inputs), len(W)))
        self.weights_grad = self._turned(answer.W_grad.value)
        self.bias_grad = answer.b_grad.value
        return answer.input_grad.value

    def update(self, learning_rate: float) -> None:
        """One step of gradient descent."""
        if self.weights_grad is None or self.bias_grad is None:
            raise Refused("there are no gradients yet: backward comes first")
        rate = numbers("learning_rate", learning_rate)
        self.weights = numbers("weights", self.weights) - rate * numbers("weights_grad", self.weights_grad)
        self.bias = numbers("bias", self.bias) - rate * numbers("bias_grad", self.bias_grad)

    def _parameters(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights (m, d) and bias (1, m)."""
        W = self._turned(numbers("weights", self.weights, "m", "d"))
        return W, numbers("bias", self.bias, 1, len(W))

    def _answer(self, x: np.ndarray, output_grad: np.ndarray) -> Any:
        W, b = self._parameters()
        return oracle.dense(x=x, W=W, b=b, output_grad=output_grad, rate=0.0)

    def _turned(self, matrix: np.ndarray) -> np.ndarray:
        """To (m, d) from the layout of `weights`, or back."""
        transposed = (
            np.shape(self.weights) == (self.input_size, self.output_size) != (self.output_size, self.input_size)
        )
        return np.ascontiguousarray(matrix.T) if transposed else matrix


class ReLULayer:
    """max(x, 0)."""

    def __init__(self) -> None:
        self.inputs: Any = None

    def __call__(self, x: np.ndarray) -> Any:
        """The output, of x's shape."""
        return self.forward(x)

    def init_weights(self) -> None:
        """Nothing to draw."""

    def forward(self, x: np.ndarray) -> Any:
        """The output, of x's shape."""
        self.inputs = numbers("x", x)
        return oracle.relu(x=self.inputs, output_grad=np.zeros_like(self.inputs)).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x."""
        inputs = _inputs(self.inputs)
        return oracle.relu(x=inputs, output_grad=numbers("output_grad", output_grad, *inputs.shape)).input_grad.value

    def update(self, learning_rate: float) -> None:
        """Nothing to move."""


def _inputs(kept: object) -> np.ndarray:
    """What forward kept."""
    if kept is None:
        raise Refused("backward comes after forward")
    return numbers("inputs", kept)


STAND_INS = {"q1.Dense": Dense, "q1.ReLULayer": ReLULayer}
