"""Pooling over windows of images, without padding: (N, H, W, C), or as PyTorch has them."""

from __future__ import annotations

import torch
from torch import Tensor


def max_pool2d(images: Tensor, kernel: tuple[int, int], stride: int) -> Tensor:
    """The maximum of each window in each channel; its gradient goes to one of the maxima."""
    return torch.nn.functional.max_pool2d(images.permute(0, 3, 1, 2), kernel, stride).permute(0, 2, 3, 1)


def average_pool2d(images: Tensor, kernel: tuple[int, int], stride: int) -> Tensor:
    """The average of each window in each channel."""
    return torch.nn.functional.avg_pool2d(images.permute(0, 3, 1, 2), kernel, stride).permute(0, 2, 3, 1)


def max_pool2d_channels_first(images: Tensor, kernel: int, stride: int) -> Tensor:
    """The same of (N, C, H, W), with square windows."""
    return torch.nn.functional.max_pool2d(images, kernel, stride)


def average_pool2d_channels_first(images: Tensor, kernel: int, stride: int) -> Tensor:
    """The same of (N, C, H, W), with square windows."""
    return torch.nn.functional.avg_pool2d(images, kernel, stride)
