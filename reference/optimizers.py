"""Stochastic gradient descent, with and without momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Step(NamedTuple):
    """Parameter and velocity after one step, both of the parameter's shape."""

    parameter: Tensor
    velocity: Tensor


def sgd(parameter: Tensor, gradients: Sequence[Tensor], rates: Sequence[float], momentum: float) -> list[Step]:
    """Every step's result: v := momentum * v + g, then parameter := parameter - rate * v (PyTorch's convention)."""
    velocity = torch.zeros_like(parameter)
    steps = []
    for gradient, rate in zip(gradients, rates, strict=True):
        velocity = momentum * velocity + gradient
        parameter = parameter - rate * velocity
        steps.append(Step(parameter, velocity))
    return steps
