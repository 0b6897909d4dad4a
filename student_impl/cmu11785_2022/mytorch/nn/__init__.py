"""Layers, activations, losses and normalization."""

from .activation import Identity, ReLU, Sigmoid, Tanh
from .batchnorm import BatchNorm1d
from .linear import Linear
from .loss import CrossEntropyLoss, MSELoss

__all__ = ["BatchNorm1d", "CrossEntropyLoss", "Identity", "Linear", "MSELoss", "ReLU", "Sigmoid", "Tanh"]
