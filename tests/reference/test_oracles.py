"""Every forward computation of `reference` against PyTorch's own module, and its gradients against `gradcheck`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from reference import activations, losses
from reference.autodiff import derivative, gradient, record_vjp_calls, vjp
from reference.linear import linear
from reference.normalization import BatchStatistics, batch_statistics, normalize
from tests.reference.drawn import drawn, equal

SIZES = st.integers(1, 6)
SEEDS = st.integers(0, 2**32 - 1)
ACTIVATIONS = [
    (activations.identity, nn.Identity()),
    (activations.sigmoid, nn.Sigmoid()),
    (activations.tanh, nn.Tanh()),
    (activations.relu, nn.ReLU()),
]


@given(SEEDS, SIZES, SIZES, SIZES)
def test_linear_is_what_torch_computes_forward_and_backward(seed: int, N: int, C_in: int, C_out: int) -> None:
    A, W, b, cotangent = drawn(seed, (N, C_in), (C_out, C_in), (C_out,), (N, C_out))
    layer = nn.Linear(C_in, C_out, dtype=torch.float64)
    layer.load_state_dict({"weight": W, "bias": b})
    A_leaf = A.clone().requires_grad_()
    layer(A_leaf).backward(cotangent)

    Z, gradients = vjp(linear, [A, W, b], cotangent)

    equal(Z, layer(A))
    for ours, theirs in zip(gradients, [A_leaf.grad, layer.weight.grad, layer.bias.grad], strict=True):
        equal(ours, theirs)


@pytest.mark.parametrize(("ours", "theirs"), ACTIVATIONS, ids=["identity", "sigmoid", "tanh", "relu"])
@given(seed=SEEDS, N=SIZES, C=SIZES, scale=st.sampled_from([1e-6, 1.0, 1000.0]))
def test_an_activation_is_what_torch_computes(
    ours: Callable[[Tensor], Tensor], theirs: nn.Module, seed: int, N: int, C: int, scale: float
) -> None:
    (Z,) = drawn(seed, (N, C))
    leaf = (scale * Z).requires_grad_()
    theirs(leaf).sum().backward()

    A, dAdZ = derivative(ours, scale * Z)

    equal(A, theirs(scale * Z))
    equal(dAdZ, leaf.grad)


def test_relu_has_derivative_zero_at_zero() -> None:
    _, slope = derivative(activations.relu, torch.tensor([0.0, -0.0, 1e-300, -1e-300], dtype=torch.float64))
    assert slope.tolist() == [0.0, 0.0, 1.0, 0.0]


@given(SEEDS, SIZES, SIZES)
def test_mean_squared_error_is_what_torch_computes(seed: int, N: int, C: int) -> None:
    A, Y = drawn(seed, (N, C), (N, C))
    leaf = A.clone().requires_grad_()
    nn.MSELoss()(leaf, Y).backward()

    loss, (dLdA,) = vjp(lambda a: losses.mean_squared_error(a, Y), [A], torch.ones((), dtype=torch.float64))

    equal(loss, nn.MSELoss()(A, Y))
    equal(dLdA, leaf.grad)


@given(SEEDS, SIZES, SIZES, st.sampled_from([1.0, 1000.0]))
def test_cross_entropy_with_soft_labels_is_what_torch_computes(seed: int, N: int, C: int, scale: float) -> None:
    A, raw = drawn(seed, (N, C), (N, C))
    A, Y = scale * A, raw.softmax(dim=1)
    leaf = A.clone().requires_grad_()
    nn.CrossEntropyLoss()(leaf, Y).backward()

    loss, (dLdA,) = vjp(lambda a: losses.cross_entropy(a, Y), [A], torch.ones((), dtype=torch.float64))

    equal(loss, nn.CrossEntropyLoss()(A, Y))
    equal(dLdA, leaf.grad)


@given(SEEDS, SIZES, SIZES)
def test_cross_entropy_with_one_hot_rows_is_that_of_class_indices(seed: int, N: int, C: int) -> None:
    (A,) = drawn(seed, (N, C))
    labels = torch.arange(N) % C
    equal(losses.cross_entropy(A, torch.eye(C, dtype=torch.float64)[labels]), nn.CrossEntropyLoss()(A, labels))


def batch_norm(inputs: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    return scale * normalize(inputs, batch_statistics(inputs), 1e-8) + shift


@given(SEEDS, st.integers(2, 8), SIZES, st.sampled_from([1e-3, 1.0, 1e3]))
def test_batch_norm_in_training_is_what_torch_computes_forward_and_backward(
    seed: int, N: int, C: int, spread: float
) -> None:
    Z, scale, shift, cotangent = drawn(seed, (N, C), (C,), (C,), (N, C))
    Z = spread * Z
    layer = nn.BatchNorm1d(C, eps=1e-8, dtype=torch.float64)
    layer.load_state_dict({"weight": scale, "bias": shift}, strict=False)
    leaf = Z.clone().requires_grad_()
    output = layer(leaf)
    output.backward(cotangent)

    BZ, gradients = vjp(batch_norm, [Z, scale, shift], cotangent)

    equal(BZ, output.detach())
    for ours, theirs in zip(gradients, [leaf.grad, layer.weight.grad, layer.bias.grad], strict=True):
        equal(ours, theirs, rtol=1e-6)


@given(SEEDS, SIZES, SIZES)
def test_batch_norm_in_eval_mode_is_what_torch_computes(seed: int, N: int, C: int) -> None:
    Z, scale, shift, mean, log_variance = drawn(seed, (N, C), (C,), (C,), (C,), (C,))
    layer = nn.BatchNorm1d(C, dtype=torch.float64).eval()
    state = {"weight": scale, "bias": shift, "running_mean": mean, "running_var": log_variance.exp()}
    layer.load_state_dict(state, strict=False)

    statistics = BatchStatistics(mean, log_variance.exp())
    equal(scale * normalize(Z, statistics, layer.eps) + shift, layer(Z).detach())


@given(SEEDS, SIZES, SIZES)
def test_batch_statistics_are_the_biased_ones(seed: int, N: int, C: int) -> None:
    (Z,) = drawn(seed, (N, C))
    found = batch_statistics(Z)
    equal(found.mean, Z.mean(dim=0))
    equal(found.variance, Z.var(dim=0, correction=0))


ORACLES = {
    "linear": (linear, [(4, 3), (2, 3), (2,)]),
    "identity": (activations.identity, [(3, 2)]),
    "sigmoid": (activations.sigmoid, [(3, 2)]),
    "tanh": (activations.tanh, [(3, 2)]),
    "relu": (activations.relu, [(3, 2)]),
    "mean_squared_error": (losses.mean_squared_error, [(3, 2), (3, 2)]),
    "cross_entropy": (lambda a, raw: losses.cross_entropy(a, raw.softmax(dim=1)), [(3, 4), (3, 4)]),
    "batch_norm": (batch_norm, [(5, 2), (2,), (2,)]),
}


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("seed", [0, 1])
def test_autograd_of_every_oracle_agrees_with_finite_differences(name: str, seed: int) -> None:
    oracle, shapes = ORACLES[name]
    inputs = [tensor.requires_grad_() for tensor in drawn(seed, *shapes)]
    assert torch.autograd.gradcheck(oracle, inputs)


@settings(max_examples=20)
@given(SEEDS, st.sampled_from(list(ORACLES)))
def test_vjp_is_autograd_with_a_cotangent(seed: int, name: str) -> None:
    oracle, shapes = ORACLES[name]
    inputs = drawn(seed, *shapes)
    (cotangent,) = drawn(seed + 1, oracle(*inputs).shape)
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    expected = torch.autograd.grad(oracle(*leaves), leaves, cotangent)

    output, gradients = vjp(oracle, inputs, cotangent)

    assert not output.requires_grad
    equal(output, oracle(*inputs))
    for ours, theirs in zip(gradients, expected, strict=True):
        equal(ours, theirs)


def test_vjp_gives_zeros_for_an_input_without_influence() -> None:
    used, unused = drawn(0, (2, 3), (4,))
    _, (first, second) = vjp(lambda a, b: a * 2, [used, unused], torch.ones(2, 3, dtype=torch.float64))
    assert torch.equal(first, torch.full((2, 3), 2.0, dtype=torch.float64))
    assert torch.equal(second, torch.zeros(4, dtype=torch.float64))
    constant, (nothing,) = vjp(lambda a: torch.ones(2, dtype=torch.float64), [used], torch.ones(2, dtype=torch.float64))
    assert constant.tolist() == [1.0, 1.0]
    assert torch.equal(nothing, torch.zeros(2, 3, dtype=torch.float64))


def test_vjp_leaves_its_inputs_alone() -> None:
    (inputs,) = drawn(0, (2, 3))
    before = inputs.clone()
    vjp(activations.tanh, [inputs], torch.ones(2, 3, dtype=torch.float64))
    assert not inputs.requires_grad
    assert inputs.grad is None
    assert torch.equal(inputs, before)


def test_gradient_gives_zeros_for_a_leaf_that_was_not_used() -> None:
    used, unused = (tensor.requires_grad_() for tensor in drawn(0, (2,), (3,)))
    first, second = gradient(used.square().sum(), [used, unused])
    equal(first, 2 * used.detach())
    assert second.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ORACLES)
def test_an_oracle_computes_in_the_dtype_of_its_inputs(name: str, dtype: torch.dtype) -> None:
    oracle, shapes = ORACLES[name]
    assert oracle(*[tensor.to(dtype) for tensor in drawn(0, *shapes)]).dtype is dtype


def test_whoever_overhears_is_told_of_every_call_within() -> None:
    (inputs,) = drawn(0, (3, 2))
    with record_vjp_calls() as outer:
        derivative(activations.tanh, inputs)
        with record_vjp_calls() as inner:
            derivative(activations.sigmoid, inputs)
    derivative(activations.relu, inputs)
    assert [call.function for call in outer] == [activations.tanh, activations.sigmoid]
    assert [call.function for call in inner] == [activations.sigmoid]
