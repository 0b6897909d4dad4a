"""Rows of a table (as torch.nn.Embedding), and dropout (Srivastava et al. 2014) with a given mask of any shape."""

from __future__ import annotations

from torch import Tensor


def embedding(ids: Tensor, weight: Tensor) -> Tensor:
    """The row of `weight` (V, D) for each of these whole numbers (N, T): (N, T, D)."""
    return weight[ids]


def dropout(inputs: Tensor, mask: Tensor, p: float) -> Tensor:
    """What the mask keeps, divided by the share that is kept: p is the share that is dropped (Srivastava et al., 2014).

    (Inverted dropout: evaluation changes nothing.)
    """
    return inputs * mask / (1 - p)


def dropout_keeping(inputs: Tensor, mask: Tensor, p: float) -> Tensor:
    """The same where p is the share that is kept."""
    return inputs * mask / p


def not_dropped(inputs: Tensor, p: float) -> Tensor:  # noqa: ARG001 - training's
    """The same in evaluation."""
    return inputs * 1
