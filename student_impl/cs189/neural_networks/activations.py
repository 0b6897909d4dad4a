"""Activation functions, each with a forward and a backward pass."""

from abc import ABC, abstractmethod

import numpy as np


class Activation(ABC):
    """What all activations have in common."""

    def __call__(self, Z):
        return self.forward(Z)

    @abstractmethod
    def forward(self, Z):
        """The activation of Z."""

    @abstractmethod
    def backward(self, Z, dY):
        """The gradient of the loss in Z, from that in the activation's output."""


def initialize_activation(name):
    """The activation of this name, in small letters."""
    names = {
        "linear": Linear,
        "sigmoid": Sigmoid,
        "tanh": TanH,
        "arctan": ArcTan,
        "relu": ReLU,
        "softmax": SoftMax,
    }
    if name not in names:
        raise ValueError(f"no activation is called {name!r}: choose from {', '.join(names)}")
    return names[name]()


class Linear(Activation):
    """f(z) = z."""

    def forward(self, Z):
        return Z

    def backward(self, Z, dY):
        return dY


class Sigmoid(Activation):
    """f(z) = 1 / (1 + exp(-z))."""

    def forward(self, Z):
        decay = np.exp(-np.abs(Z))  # never above 1, so nothing overflows
        return np.where(Z >= 0, 1, decay) / (1 + decay)

    def backward(self, Z, dY):
        Y = self.forward(Z)
        return dY * Y * (1 - Y)


class TanH(Activation):
    """f(z) = tanh(z)."""

    def forward(self, Z):
        return np.tanh(Z)

    def backward(self, Z, dY):
        return dY * (1 - np.tanh(Z) ** 2)


class ArcTan(Activation):
    """f(z) = arctan(z)."""

    def forward(self, Z):
        return np.arctan(Z)

    def backward(self, Z, dY):
        return dY / (1 + Z**2)


class ReLU(Activation):
    """f(z) = max(z, 0)."""

    def forward(self, Z):
        # BEGIN SOLUTION
        return np.maximum(Z, 0)
        # END SOLUTION

    def backward(self, Z, dY):
        # BEGIN SOLUTION
        return dY * (Z > 0)
        # END SOLUTION


class SoftMax(Activation):
    """Each row (the last axis) becomes a distribution."""

    def forward(self, Z):
        # BEGIN SOLUTION
        weights = np.exp(Z - Z.max(axis=-1, keepdims=True))
        return weights / weights.sum(axis=-1, keepdims=True)
        # END SOLUTION

    def backward(self, Z, dY):
        # BEGIN SOLUTION
        # The Jacobian diag(p) - p p' is symmetric; times dY it needs no matrix.
        P = self.forward(Z)
        return P * (dY - (dY * P).sum(axis=-1, keepdims=True))
        # END SOLUTION
