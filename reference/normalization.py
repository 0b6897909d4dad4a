"""Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2), layer normalisation (Ba, Kiros and Hinton 2016)."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class BatchStatistics(NamedTuple):
    """Mean and biased variance of each feature, both (C,)."""

    mean: Tensor
    variance: Tensor


def batch_statistics(inputs: Tensor) -> BatchStatistics:
    """Each column's mean and its variance divided by N, not N - 1."""
    mean = inputs.mean(dim=0)
    return BatchStatistics(mean, (inputs - mean).square().mean(dim=0))


def normalize(inputs: Tensor, statistics: BatchStatistics, eps: float) -> Tensor:
    """`(inputs - mean) / sqrt(variance + eps)`, (N, C)."""
    return (inputs - statistics.mean) / (statistics.variance + eps).sqrt()


def running_average(before: Tensor, batch: Tensor, momentum: float) -> Tensor:
    """`momentum * before + (1 - momentum) * batch`: the share of the past is `momentum` (PyTorch's is 1 - momentum)."""
    return momentum * before + (1 - momentum) * batch


def layer_norm(inputs: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """Each row normalised by its own mean and biased variance (equation 4 of the paper); inputs (B, h), rest (h,)."""
    mean = inputs.mean(dim=1, keepdim=True)
    variance = (inputs - mean).square().mean(dim=1, keepdim=True)
    return scale * (inputs - mean) / (variance + eps).sqrt() + shift
