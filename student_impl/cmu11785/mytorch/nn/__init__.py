"""Layers, activations, losses and normalization."""

from .activation import GELU, Identity, ReLU, Sigmoid, Softmax, Swish, Tanh
from .batchnorm import BatchNorm1d
from .linear import Linear
from .loss import CrossEntropyLoss, MSELoss

__all__ = [
    "GELU",
    "BatchNorm1d",
    "CrossEntropyLoss",
    "Identity",
    "Linear",
    "MSELoss",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Swish",
    "Tanh",
]
