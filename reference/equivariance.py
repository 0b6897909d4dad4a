"""Attention pooling over a group's orbit; the formula is the handout's of dpl2025, as `attention_pool` has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from reference import guards


class Pooled(NamedTuple):
    """Attention over the orbit of each row: its weights (B, |G|) and the embedding g (B, k)."""

    alpha: Tensor
    g: Tensor


def attention_pool(q: Tensor, h: Tensor, reps: Sequence[Tensor]) -> Pooled:
    """q (k,), h (B, k): α = softmax over i of qᵀ ρ(gᵢ) h, and g = Σ αᵢ ρ(gᵢ) h."""
    orbit = torch.einsum("imn,bn->bim", torch.stack(list(reps)), h)
    alpha = guards.softmax(orbit @ q, dim=1)
    return Pooled(alpha, (alpha.unsqueeze(2) * orbit).sum(dim=1))
