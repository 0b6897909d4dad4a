"""Activation functions, all elementwise: any shape to the same shape."""

from __future__ import annotations

import torch
from torch import Tensor


def identity(inputs: Tensor) -> Tensor:
    """The input itself."""
    return inputs * 1


def sigmoid(inputs: Tensor) -> Tensor:
    """The logistic function 1 / (1 + exp(-x))."""
    return torch.sigmoid(inputs)


def tanh(inputs: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return torch.tanh(inputs)


def relu(inputs: Tensor) -> Tensor:
    """max(x, 0), with derivative 0 at 0."""
    return torch.relu(inputs)
