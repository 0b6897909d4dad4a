"""The affine map of a linear (fully connected, dense) layer, as PyTorch's torch.nn.Linear has it."""

from __future__ import annotations

from torch import Tensor


def linear(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """`inputs @ weight.T + bias`: inputs (N, C_in), weight (C_out, C_in), bias (C_out,) to (N, C_out)."""
    return inputs @ weight.T + bias
