"""Rotations, attention pooling and equivariant weights: closed forms in NumPy, invariance, finite differences."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.equivariance import attention_pool, equivariant_part, rotation, rotations
from tests.reference.drawn import drawn, equal

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(1, 5)
ORDERS = st.sampled_from([1, 2, 4])


@given(SEEDS, SIDES, st.integers(0, 3))
def test_rotation_is_numpys(seed: int, side: int, turns: int):
    (image,) = drawn(seed, (side, side))
    equal(rotation(side, turns) @ image.flatten(), torch.tensor(np.rot90(image.numpy(), turns).copy()).flatten())


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


@settings(max_examples=50)
@given(SEEDS, SIDES, SIDES)
def test_projected_weights_commute_with_the_group(seed: int, in_side: int, out_side: int):
    (W,) = drawn(seed, (out_side**2, in_side**2))
    rho_in, rho_out = rotations(in_side), rotations(out_side)
    found = equivariant_part(W, rho_in, rho_out)
    equal(equivariant_part(found, rho_in, rho_out), found)
    for turn, out in zip(rho_in, rho_out, strict=True):
        equal(out @ found, found @ turn)
