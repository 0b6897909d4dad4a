"""Runs in the worker: layers that are right, of the student's own classes, so that an MLP of them is marked alone.

They subclass the student's layers because an MLP may ask `isinstance(layer, Dense)`; nothing of those is called.
"""
# mypy: ignore-errors
# ruff: noqa: D102 - a module that only the worker knows; its methods are those of the handout

import sys

import numpy as np

q1 = sys.modules.get("q1")
if q1 is None:
    raise ModuleNotFoundError("there is no q1.py", name="q1")


class StandInDense(q1.Dense):
    """A dense layer with these parameters: weights (m, d), or (d, m) if `transposed`, and bias (1, m)."""

    def __init__(self, weights, bias, transposed):
        self.transposed = transposed
        self.weights = np.array(weights.T if transposed else weights)
        self.bias = np.array(bias)
        self.weights_grad = None
        self.bias_grad = None
        self.initialised = 0

    def __call__(self, x):
        return self.forward(x)

    def init_weights(self):
        self.initialised += 1

    def _matrix(self):
        return self.weights.T if self.transposed else self.weights

    def forward(self, x):
        self.x = x
        return x @ self._matrix().T + self.bias

    def backward(self, output_grad):
        gradient = output_grad.T @ self.x
        self.weights_grad = gradient.T if self.transposed else gradient
        self.bias_grad = output_grad.sum(axis=0, keepdims=True)
        return output_grad @ self._matrix()

    def update(self, learning_rate):
        self.weights = self.weights - learning_rate * self.weights_grad
        self.bias = self.bias - learning_rate * self.bias_grad


class StandInReLU(q1.ReLULayer):
    """max(x, 0)."""

    def __init__(self):
        pass

    def __call__(self, x):
        return self.forward(x)

    def init_weights(self):
        pass

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, output_grad):
        return output_grad * (self.x > 0)

    def update(self, learning_rate):
        pass


sys.modules["gradmark_layers"] = sys.modules["__main__"]
