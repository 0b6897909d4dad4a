"""Activation functions, all elementwise: any shape to the same shape.

Formulas are those of PyTorch's documentation (torch.nn); GELU is Hendrycks and Gimpel's (2016).
"""

from __future__ import annotations

import math

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


def leaky_relu(inputs: Tensor, slope: float = 0.01) -> Tensor:
    """x where it is positive, else `slope` times x (Maas et al., 2013)."""
    return torch.where(inputs > 0, inputs, slope * inputs)


def elu(inputs: Tensor, alpha: float = 1.0) -> Tensor:
    """x where it is positive, else alpha (exp(x) - 1) (Clevert et al., 2016)."""
    return torch.where(inputs > 0, inputs, alpha * torch.expm1(inputs.clamp(max=0)))


def softplus(inputs: Tensor) -> Tensor:
    """log(1 + exp(x)), in a form that doesn't overflow."""
    return torch.logaddexp(inputs, torch.zeros_like(inputs))


def swish(inputs: Tensor, beta: float = 1.0) -> Tensor:
    """x times the sigmoid of beta x (Ramachandran et al., 2017); SiLU with beta 1."""
    return inputs * torch.sigmoid(beta * inputs)


def gelu(inputs: Tensor) -> Tensor:
    """x times the normal distribution's function at x (Hendrycks and Gimpel, 2016)."""
    return 0.5 * inputs * (1 + torch.erf(inputs / math.sqrt(2)))


def gelu_tanh(inputs: Tensor) -> Tensor:
    """The approximation of GELU by tanh, of the same paper."""
    return 0.5 * inputs * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inputs + 0.044715 * inputs**3)))
