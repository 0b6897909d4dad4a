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


def rms_norm(inputs: Tensor, scale: Tensor, eps: float) -> Tensor:
    """Each row over the root of its mean square, times `scale` (C,); no mean is subtracted (Zhang, Sennrich, 2019)."""
    return scale * inputs / (inputs.square().mean(dim=-1, keepdim=True) + eps).sqrt()


def group_norm(inputs: Tensor, scale: Tensor, shift: Tensor, groups: int, eps: float) -> Tensor:
    """(N, C, ...) normalised over each group of channels with all positions; scale, shift (C,) (Wu and He, 2018)."""
    grouped = inputs.reshape(len(inputs), groups, -1)
    mean = grouped.mean(dim=-1, keepdim=True)
    variance = grouped.var(dim=-1, unbiased=False, keepdim=True)
    normal = ((grouped - mean) / (variance + eps).sqrt()).reshape(inputs.shape)
    channels = (1, -1, *[1] * (inputs.ndim - 2))
    return scale.reshape(channels) * normal + shift.reshape(channels)
