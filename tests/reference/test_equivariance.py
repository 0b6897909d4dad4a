"""Attention pooling over rotations: the closed form in NumPy, invariance, finite differences."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.equivariance import attention_pool
from tests.reference.drawn import drawn, equal

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(1, 5)
ORDERS = st.sampled_from([1, 2, 4])


def rotations(side: int, order: int = 4) -> list[torch.Tensor]:
    """The cyclic group of `order` 1, 2 or 4 on vectorised square images, (side², side²) each, the identity first."""
    pixels = torch.eye(side * side, dtype=torch.float64).reshape(side, side, -1)
    return [torch.rot90(pixels, turns, (0, 1)).reshape(side * side, -1) for turns in range(0, 4, 4 // order)]


@settings(max_examples=50)
@given(SEEDS, SIDES, ORDERS, st.integers(1, 4))
def test_attention_pool_is_the_closed_form(seed: int, side: int, order: int, B: int):
    q, h = drawn(seed, (side**2,), (B, side**2))
    found = attention_pool(q, h, rotations(side, order))
    for row, alpha, g in zip(h.numpy(), found.alpha, found.g, strict=True):
        turns = range(0, 4, 4 // order)
        orbit = [np.rot90(row.reshape(side, side), turn).flatten() for turn in turns]
        powers = np.array([np.exp(q.numpy() @ turned) for turned in orbit])
        equal(alpha, torch.tensor(powers / powers.sum()))
        equal(g, torch.tensor(sum(p * turned for p, turned in zip(powers, orbit, strict=True)) / powers.sum()))


@settings(max_examples=50)
@given(SEEDS, SIDES, ORDERS)
def test_the_embedding_is_invariant(seed: int, side: int, order: int):
    q, h = drawn(seed, (side**2,), (3, side**2))
    reps = rotations(side, order)
    for rho in reps:
        equal(attention_pool(q, h @ rho.T, reps).g, attention_pool(q, h, reps).g)


def test_gradients_are_those_of_finite_differences():
    q, h = (tensor.requires_grad_() for tensor in drawn(3, (9,), (2, 9)))
    assert torch.autograd.gradcheck(lambda q, h: attention_pool(q, h, rotations(3)).g, (q, h))
