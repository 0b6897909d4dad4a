"""Attention of sequences (Vaswani et al., 2017)."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def scaled_dot_product(Q: Tensor, K: Tensor, V: Tensor, hidden: Tensor | None = None) -> Tensor:
    """softmax(Q Kᵀ / sqrt(D)) V, equation 1: Q (N, L, D), K (N, S, D), V (N, S, E) to (N, L, E).

    Where `hidden` (L, S) is True, a query doesn't see that key.
    """
    scores = Q @ K.transpose(1, 2) / math.sqrt(Q.shape[-1])
    if hidden is not None:
        scores = scores.masked_fill(hidden, -torch.inf)
    return torch.softmax(scores, dim=-1) @ V


def multi_head(X: Tensor, W_in: Tensor, b_in: Tensor, W_out: Tensor, b_out: Tensor, heads: int) -> Tensor:
    """Self-attention of X (N, L, D): queries, keys, values by W_in (3D, D), joined by W_out (D, D); section 3.2.2."""
    N, L, D = X.shape
    parts = (X @ W_in.T + b_in).reshape(N, L, 3, heads, D // heads).permute(2, 0, 3, 1, 4)
    Q, K, V = (part.reshape(N * heads, L, D // heads) for part in parts)
    joined = scaled_dot_product(Q, K, V).reshape(N, heads, L, D // heads).transpose(1, 2).reshape(N, L, D)
    return joined @ W_out.T + b_out
