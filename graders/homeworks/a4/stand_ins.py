"""Right layers of a4, computed by its components' oracles: what the MLP is marked on."""

from __future__ import annotations

from typing import Any

import numpy as np

from graders.checking import Refused, numbers

from .components import DENSE, RELU

_DENSE, _RELU = DENSE.standard("dense"), RELU.standard("relu")


class Layer:
    """What both have: an object can be called, and may have nothing to draw or to move."""

    inputs: Any = None

    def __call__(self, x: np.ndarray) -> Any:
        """The output."""
        return self.forward(x)  # type: ignore[attr-defined]

    def init_weights(self) -> None:
        """Nothing to draw."""

    def update(self, learning_rate: float) -> None:
        """Nothing to move."""

    def _kept(self) -> np.ndarray:
        """What forward kept."""
        if self.inputs is None:
            raise Refused("backward comes after forward")
        return numbers("inputs", self.inputs)


class Dense(Layer):
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

    def init_weights(self) -> None:
        """Counts how often it is called."""
        self._initialised += 1

    def forward(self, x: np.ndarray) -> Any:
        """The output (N, m) for x (N, d)."""
        W = self._weights()
        self.inputs = numbers("x", x, "n", W.shape[1])
        return self._answer(self.inputs, np.zeros((len(self.inputs), len(W)))).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x; those of the parameters overwrite `weights_grad` and `bias_grad`."""
        inputs = self._kept()
        answer = self._answer(inputs, numbers("output_grad", output_grad, len(inputs), len(self._weights())))
        self.weights_grad = self._turned(answer.weights_grad.value)
        self.bias_grad = answer.bias_grad.value
        return answer.input_grad.value

    def update(self, learning_rate: float) -> None:
        """One step of gradient descent."""
        if self.weights_grad is None or self.bias_grad is None:
            raise Refused("there are no gradients yet: backward comes first")
        rate = numbers("learning_rate", learning_rate)
        self.weights = numbers("weights", self.weights) - rate * numbers("weights_grad", self.weights_grad)
        self.bias = numbers("bias", self.bias) - rate * numbers("bias_grad", self.bias_grad)

    def _weights(self) -> np.ndarray:
        """(m, d)."""
        return self._turned(numbers("weights", self.weights, "m", "d"))

    def _answer(self, x: np.ndarray, output_grad: np.ndarray) -> Any:
        W = self._weights()
        bias = numbers("bias", self.bias, 1, len(W))
        return _DENSE.oracle.answer(x=x, weights=W, bias=bias, output_grad=output_grad)

    def _turned(self, matrix: np.ndarray) -> np.ndarray:
        """To (m, d) from the layout of `weights`, or back."""
        usual = (self.output_size, self.input_size)
        return np.ascontiguousarray(matrix.T) if np.shape(self.weights) == usual[::-1] != usual else matrix


class ReLULayer(Layer):
    """max(x, 0)."""

    def __init__(self) -> None:
        self.inputs: Any = None

    def forward(self, x: np.ndarray) -> Any:
        """The output, of x's shape."""
        self.inputs = numbers("x", x)
        return _RELU.oracle.answer(x=self.inputs, output_grad=np.zeros_like(self.inputs)).outputs.value

    def backward(self, output_grad: np.ndarray) -> Any:
        """The gradient in x."""
        inputs = self._kept()
        return _RELU.oracle.answer(
            x=inputs, output_grad=numbers("output_grad", output_grad, *inputs.shape)
        ).input_grad.value


STAND_INS = {"q1.Dense": Dense, "q1.ReLULayer": ReLULayer}
