"""Rotations of vectorised square images, attention pooling over a group's orbit, and equivariant weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Pooled(NamedTuple):
    """Attention over the orbit of each row: its weights (B, |G|) and the embedding g (B, k)."""

    alpha: Tensor
    g: Tensor


def rotation(side: int, quarter_turns: int) -> Tensor:
    """ρ(g), (side², side²): turns a vectorised image counter-clockwise by 90°, so many times."""
    pixels = torch.eye(side * side, dtype=torch.float64).reshape(side, side, -1)
    return torch.rot90(pixels, quarter_turns, (0, 1)).reshape(side * side, -1)


def rotations(side: int, order: int = 4) -> list[Tensor]:
    """The cyclic group of `order` 1, 2 or 4, the identity first."""
    return [rotation(side, turns) for turns in range(0, 4, 4 // order)]


def attention_pool(q: Tensor, h: Tensor, reps: Sequence[Tensor]) -> Pooled:
    """q (k,), h (B, k): α = softmax over i of qᵀ ρ(gᵢ) h, and g = Σ αᵢ ρ(gᵢ) h."""
    orbit = torch.einsum("imn,bn->bim", torch.stack(list(reps)), h)
    alpha = torch.softmax(orbit @ q, dim=1)
    return Pooled(alpha, (alpha.unsqueeze(2) * orbit).sum(dim=1))


def equivariant_part(W: Tensor, rho_in: Sequence[Tensor], rho_out: Sequence[Tensor]) -> Tensor:
    """The Reynolds operator on weights: the mean over the group of ρ₂(g) W ρ₁(g)⁻¹, for orthogonal ρ₁."""
    turned = [out @ W @ turn.T for out, turn in zip(rho_out, rho_in, strict=True)]
    return torch.stack(turned).mean(dim=0)
