"""ai702's conventions, held against the formulas of its handout written out in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.homeworks.ai702 import oracle as between
from graders.judging.expected import Answer
from tests import ai702 as oracle

SEEDS = st.integers(0, 2**32 - 1)
START = {"running_M": np.zeros((1, 3)), "running_V": np.ones((1, 3))}


def arrays(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.standard_normal(shape) for shape in shapes]


def same(found: Answer, wanted: np.ndarray | float) -> None:
    np.testing.assert_allclose(found.value, wanted, rtol=1e-9, atol=1e-9, strict=isinstance(wanted, np.ndarray))


@given(SEEDS, st.integers(1, 6))
def test_linear_divides_its_parameters_gradients_by_the_batch_and_the_inputs_not(seed: int, N: int) -> None:
    A, W, b, dLdZ = arrays(seed, (N, 3), (4, 3), (4, 1), (N, 4))
    found = oracle.linear(A=A, W=W, b=b, dLdZ=dLdZ)
    same(found.Z, A @ W.T + np.ones((N, 1)) @ b.T)
    same(found.dLdA, dLdZ @ W)
    same(found.dLdW, dLdZ.T @ A / N)
    same(found.dLdb, dLdZ.T @ np.ones((N, 1)) / N)


@given(SEEDS)
def test_activations_and_their_derivatives_are_the_handouts(seed: int) -> None:
    (Z,) = arrays(seed, (5, 3))
    sigmoid = 1 / (1 + np.exp(-Z))
    for name, A, dAdZ in (
        ("sigmoid", sigmoid, sigmoid - sigmoid**2),
        ("tanh", np.tanh(Z), 1 - np.tanh(Z) ** 2),
        ("relu", np.maximum(Z, 0), (Z > 0).astype(float)),
    ):
        found = getattr(oracle, name)(Z=Z)
        same(found.A, A)
        same(found.dAdZ, dAdZ)


def test_relu_has_derivative_zero_at_zero() -> None:
    assert oracle.relu(Z=np.zeros((2, 3))).dAdZ.value.tolist() == [[0.0] * 3] * 2


@given(SEEDS, st.integers(1, 6))
def test_mean_squared_error_is_halved(seed: int, N: int) -> None:
    A, Y = arrays(seed, (N, 3), (N, 3))
    found = oracle.mse(A=A, Y=Y)
    assert found.loss.value.shape == ()
    same(found.loss, float(((A - Y) ** 2).sum() / (2 * N * 3)))
    same(found.dLdA, (A - Y) / (N * 3))


@given(SEEDS, st.integers(1, 6))
def test_cross_entropy_averages_the_loss_and_not_its_gradient(seed: int, N: int) -> None:
    A, raw = arrays(seed, (N, 3), (N, 3))
    softmax, Y = (np.exp(x) / np.exp(x).sum(axis=1, keepdims=True) for x in (A, raw))
    found = oracle.cross_entropy(A=A, Y=Y)
    same(found.loss, float(-(Y * np.log(softmax)).sum() / N))
    same(found.dLdA, softmax - Y)


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 6))
def test_mlp_applies_relu_after_every_layer_and_divides_as_linear_does(seed: int, N: int) -> None:
    sizes = [2, 4, 3]
    A0, dLdA, *parameters = arrays(seed, (N, 2), (N, 3), (4, 2), (3, 4), (4, 1), (3, 1))
    W, b = parameters[:2], parameters[2:]
    A, Z = [A0], []
    for weight, bias in zip(W, b, strict=True):
        Z.append(A[-1] @ weight.T + bias.T)
        A.append(np.maximum(Z[-1], 0))
    found = between.mlp(A0=A0, W=W, b=b, dLdA=dLdA)
    upstream = dLdA
    for i in reversed(range(len(sizes) - 1)):
        same(found.dLdA[i + 1], upstream)
        dLdZ = upstream * (Z[i] > 0)
        same(found.A[i], A[i])
        same(found.Z[i], Z[i])
        same(found.dAdZ[i], (Z[i] > 0).astype(float))
        same(found.dLdZ[i], dLdZ)
        same(found.dLdW[i], dLdZ.T @ A[i] / N)
        same(found.dLdb[i], dLdZ.sum(axis=0)[:, None] / N)
        upstream = dLdZ @ W[i]
    same(found.dLdA[0], upstream)
    same(found.A[-1], A[-1])


@given(SEEDS, st.sampled_from([0.0, 0.9]))
def test_sgd_multiplies_the_rate_when_the_velocity_is_applied(seed: int, mu: float) -> None:
    W, *gradients = arrays(seed, (3, 2), (3, 2), (3, 2), (3, 2))
    rates = [0.1, 0.5, 0.003]
    found = oracle.momentum(w=W, g=gradients, lr=rates, momentum=mu)
    v = np.zeros_like(W)
    for step, (rate, dLdW) in enumerate(zip(rates, gradients, strict=True)):
        v = mu * v + dLdW
        W = W - rate * v
        same(found.v[step], v)
        same(found.w[step], W)


@given(SEEDS, st.integers(2, 8))
def test_batchnorm_follows_equations_58_to_66_and_sums_over_the_batch(seed: int, N: int) -> None:
    Z, BW, Bb, dLdBZ = arrays(seed, (N, 3), (1, 3), (1, 3), (N, 3))
    M, V = Z.mean(axis=0, keepdims=True), Z.var(axis=0, keepdims=True)
    NZ = (Z - M) / np.sqrt(V + 1e-8)
    dLdNZ = dLdBZ * BW
    dLdV = -0.5 * (dLdNZ * (Z - M) * (V + 1e-8) ** -1.5).sum(axis=0)
    dLdM = -(dLdNZ * (V + 1e-8) ** -0.5).sum(axis=0) - 2 / N * dLdV * (Z - M).sum(axis=0)
    dLdZ = dLdNZ * (V + 1e-8) ** -0.5 + dLdV * (2 / N * (Z - M)) + dLdM / N

    found = oracle.batchnorm(Z=Z, BW=BW, Bb=Bb, dLdBZ=dLdBZ)

    same(found.BZ, BW * NZ + Bb)
    same(found.dLdBW, (dLdBZ * NZ).sum(axis=0, keepdims=True))
    same(found.dLdBb, dLdBZ.sum(axis=0, keepdims=True))
    scale = np.abs(dLdNZ / np.sqrt(V + 1e-8)).max()
    np.testing.assert_allclose(found.dLdZ.value, dLdZ, rtol=1e-7, atol=1e-9 * scale)


@given(SEEDS, st.sampled_from([0.0, 0.5, 0.9]))
def test_running_statistics_start_from_zeros_and_ones_and_average_the_biased_variance(seed: int, alpha: float) -> None:
    batches = arrays(seed, (5, 3), (2, 3), (7, 3))
    found = oracle.batchnorm_state(Z=batches, alpha=alpha, BW=np.ones((1, 3)), Bb=np.zeros((1, 3)), **START)
    mean, variance = np.zeros((1, 3)), np.ones((1, 3))
    for step, batch in enumerate(batches):
        mean = alpha * mean + (1 - alpha) * batch.mean(axis=0)
        variance = alpha * variance + (1 - alpha) * ((batch - batch.mean(axis=0)) ** 2).sum(axis=0) / len(batch)
        same(found.running_M[step], mean)
        same(found.running_V[step], variance)


@given(SEEDS)
def test_batchnorm_eval_uses_the_running_statistics(seed: int) -> None:
    Z, BW, Bb, first, second = arrays(seed, (4, 3), (1, 3), (1, 3), (5, 3), (2, 3))
    found = oracle.batchnorm_evaluation(Z_seen=[first, second], alpha=0.5, Z=Z, BW=BW, Bb=Bb, **START)
    mean = 0.25 * first.mean(axis=0) + 0.5 * second.mean(axis=0)
    variance = 0.25 + 0.25 * first.var(axis=0) + 0.5 * second.var(axis=0)
    same(found.BZ, BW * (Z - mean) / np.sqrt(variance + 1e-8) + Bb)


@given(SEEDS, st.integers(1, 6))
def test_a_models_gradients_are_those_of_the_trace_of_all_its_layers(seed: int, N: int) -> None:
    A0, dLdA, W0, W1, b0, b1 = arrays(seed, (N, 2), (N, 2), (3, 2), (2, 3), (3, 1), (2, 1))
    found = oracle.mlp1(A0=A0, dLdA=dLdA, W0=W0, W1=W1, b0=b0, b1=b1)
    wanted = between.mlp(A0=A0, dLdA=dLdA, W=[W0, W1], b=[b0, b1])
    same(found.A2, wanted.A[-1].value)
    for i in range(2):
        same(getattr(found, f"dLdW{i}"), wanted.dLdW[i].value)
        same(getattr(found, f"dLdb{i}"), wanted.dLdb[i].value)


def test_the_oracle_says_what_it_computes_when_asked_for_something_else() -> None:
    with pytest.raises(AttributeError, match="the oracle computes loss, dLdA, not dLdZ"):
        oracle.mse(A=np.zeros((1, 2)), Y=np.ones((1, 2))).dLdZ  # noqa: B018
