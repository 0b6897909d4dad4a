"""Layer normalisation and the dense residual perceptron: torch's own, closed forms, finite differences."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from reference.autodiff import gradient, vjp
from reference.dense_residual import append_ones, dense_residual
from reference.normalization import layer_norm
from tests.reference.drawn import drawn, equal

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 6)
EPS = 1e-5


@settings(max_examples=50)
@given(SEEDS, SIZES, st.integers(2, 6), st.sampled_from([1.0, 3e-3]))
def test_layer_norm_is_torchs(seed: int, B: int, h: int, scale: float):
    z, gamma, beta = drawn(seed, (B, h), (h,), (h,))
    equal(layer_norm(scale * z, gamma, beta, EPS), torch.nn.functional.layer_norm(scale * z, (h,), gamma, beta, EPS))


@settings(max_examples=50)
@given(SEEDS, SIZES, st.integers(2, 6))
def test_layer_norms_gradients_are_the_closed_form(seed: int, B: int, h: int):
    z, gamma, beta, upstream = drawn(seed, (B, h), (h,), (h,), (B, h))
    _, (dz, dgamma, dbeta) = vjp(lambda *args: layer_norm(*args, EPS), [z, gamma, beta], upstream)
    sigma = (z.var(dim=1, unbiased=False, keepdim=True) + EPS).sqrt()
    hat = (z - z.mean(dim=1, keepdim=True)) / sigma
    scaled = gamma * upstream
    means = scaled.mean(dim=1, keepdim=True), (scaled * hat).mean(dim=1, keepdim=True)
    equal(dz, (scaled - means[0] - hat * means[1]) / sigma, rtol=1e-7)
    equal(dgamma, (upstream * hat).sum(dim=0))
    equal(dbeta, upstream.sum(dim=0))


def test_a_gamma_outside_the_brackets_is_right_only_where_all_are_equal():
    z, gamma, beta, upstream = drawn(1, (3, 5), (5,), (5,), (3, 5))

    def outside(scale: Tensor) -> Tensor:
        sigma = (z.var(dim=1, unbiased=False, keepdim=True) + EPS).sqrt()
        hat = (z - z.mean(dim=1, keepdim=True)) / sigma
        means = upstream.mean(dim=1, keepdim=True), (upstream * hat).mean(dim=1, keepdim=True)
        return scale / sigma * (upstream - means[0] - hat * means[1])

    def right(scale: Tensor) -> Tensor:
        return vjp(lambda *args: layer_norm(*args, EPS), [z, scale, beta], upstream)[1][0]

    equal(outside(torch.full_like(gamma, 1.7)), right(torch.full_like(gamma, 1.7)))
    assert not torch.allclose(outside(gamma), right(gamma), rtol=0.1)


def _parameters(seed: int, d: int, h: int, C: int) -> tuple[list[Tensor], list[tuple[Tensor, Tensor]]]:
    W = drawn(seed, (d + 1, h), (d + h + 1, h), (d + 2 * h + 1, h), (h + 1, C))
    shifts = drawn(seed + 1, *6 * [(h,)])
    return W, list(zip(shifts[:3], shifts[3:], strict=True))


def _handout(X: Tensor, W: list[Tensor], norms: list[tuple[Tensor, Tensor]]) -> Tensor:
    """The handout's equations, line by line."""

    def norm(z: Tensor, k: int) -> Tensor:
        return torch.nn.functional.layer_norm(z, z.shape[1:], *norms[k], EPS) if norms else z

    H1 = norm(append_ones(X) @ W[0], 0).clamp(min=0)
    H2 = norm(append_ones(torch.hstack([X, H1])) @ W[1] + H1, 1).clamp(min=0)
    H3 = norm(append_ones(torch.hstack([X, H1, H2])) @ W[2] + H2, 2).clamp(min=0)
    Z4 = append_ones(H3) @ W[3]
    return Z4 - Z4.exp().sum(dim=1, keepdim=True).log()


@settings(max_examples=30)
@given(SEEDS, SIZES, SIZES, st.integers(2, 6), st.integers(2, 5), st.booleans())
def test_the_network_is_the_handouts(seed: int, B: int, d: int, h: int, C: int, with_norms: bool):
    W, norms = _parameters(seed, d, h, C)
    (X,) = drawn(seed + 2, (B, d))
    equal(dense_residual(X, W, norms if with_norms else [], EPS), _handout(X, W, norms if with_norms else []))


def test_the_networks_gradients_are_the_slopes_of_its_loss():
    W, norms = _parameters(3, 4, 5, 3)
    (X,) = drawn(5, (6, 4))
    leaves = [tensor.requires_grad_() for tensor in [*W, *(t for pair in norms for t in pair)]]

    def loss(*values: Tensor) -> Tensor:
        pairs = list(zip(values[4::2], values[5::2], strict=True))
        return -dense_residual(X, values[:4], pairs, EPS)[:, 1].mean()

    assert torch.autograd.gradcheck(loss, leaves, eps=1e-7, atol=1e-6)
    assert all(slope.abs().max() > 0 for slope in gradient(loss(*leaves), leaves))


def test_the_column_of_ones_is_the_last():
    assert append_ones(torch.tensor([[2.0, 3.0]])).tolist() == [[2.0, 3.0, 1.0]]
