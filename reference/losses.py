"""Losses over a batch: predictions and targets (N, C) to one number, as in torch.nn."""

from __future__ import annotations

from torch import Tensor

from reference import guards


def mean_squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """The mean over all N * C entries of the squared difference; a scalar."""
    return (prediction - target).square().mean()


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """The mean over the batch of -sum(target * log softmax(logits)); targets are distributions (N, C). A scalar."""
    return -(target * guards.log_softmax(logits, dim=1)).sum(dim=1).mean()
