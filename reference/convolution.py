"""Cross-correlation of images (N, H, W, C_in) with filters, channels last, as deep learning calls convolution.

Sizes and the transposed form are those of Dumoulin and Visin 2016, and of torch.nn.
"""

from __future__ import annotations

import torch
from torch import Tensor


def conv2d(images: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: tuple[int, int]) -> Tensor:
    """Images (N, H, W, C_in), weight (k_h, k_w, C_in, C_out), bias (C_out,) to (N, rows, columns, C_out).

    `padding` is the zeros above and below, left and right; rows = (H + 2 padding[0] - k_h) // stride + 1.
    """
    found = torch.nn.functional.conv2d(
        images.permute(0, 3, 1, 2).contiguous(),
        weight.permute(3, 2, 0, 1).contiguous(),
        bias,
        stride=stride,
        padding=padding,
    )
    return found.permute(0, 2, 3, 1)


def conv1d(sequences: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """(N, C_in, L) to (N, C_out, L'): cross-correlation with weight (C_out, C_in, K), bias (C_out,), zeros around."""
    images, kernels = sequences[:, :, None], weight[:, :, None]
    padded = torch.nn.functional.pad(images, (padding, padding))
    return torch.nn.functional.conv2d(padded, kernels, bias, (1, stride))[:, :, 0]


def conv_transpose2d(images: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """(N, C_in, H, W) to (N, C_out, H', W'), weight (C_in, C_out, K, K): a convolution's gradient in its input."""
    return torch.nn.functional.conv_transpose2d(images, weight, bias, stride, padding)


def conv_transpose1d(sequences: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """(N, C_in, L) to (N, C_out, L'), weight (C_in, C_out, K): a convolution's gradient in its input."""
    return conv_transpose2d_of(sequences[:, :, None], weight[:, :, None], bias, (1, stride), (0, padding))[:, :, 0]


def conv_transpose2d_of(
    images: Tensor, weight: Tensor, bias: Tensor, stride: tuple[int, int], padding: tuple[int, int]
) -> Tensor:
    """The same of images, with their own numbers for rows and columns."""
    return torch.nn.functional.conv_transpose2d(images, weight, bias, stride, padding)


def conv2d_channels_first(images: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
    """(N, C_in, H, W) to (N, C_out, H', W'), weight (C_out, C_in, K, K), as PyTorch has it."""
    return torch.nn.functional.conv2d(images, weight, bias, stride, padding)
