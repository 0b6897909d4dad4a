"""What each component of ai702 must compute: the oracles of `reference`, in this homework's shapes and conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import is_simulated, measured
from reference import activations as _activations
from reference import guards
from reference import losses as _losses
from reference import networks as _networks
from reference import normalization as _normalization
from reference import optimizers as _optimizers
from reference.autodiff import derivative, vjp
from reference.linear import linear as _linear

BATCHNORM_EPS = 1e-8
BATCHNORM_ALPHA = 0.9

Tensors = dict[str, Any]


@measured
def linear(A: Tensor, W: Tensor, b: Tensor, dLdZ: Tensor) -> Tensors:
    """Equations 1 and 3 to 5; dLdW and dLdb are divided by the batch size, dLdA is not. b and dLdb are (C_out, 1)."""
    Z, (dLdA, dLdW, dLdb) = vjp(lambda a, w, c: _linear(a, w, c.T), [A, W, b], dLdZ)
    return {"Z": Z, "dLdA": dLdA, "dLdW": dLdW / len(A), "dLdb": dLdb / len(A)}


def _activation(function: Any, Z: Tensor) -> Tensors:
    A, dAdZ = derivative(function, Z)
    return {"A": A, "dAdZ": dAdZ}


@measured
def identity(Z: Tensor) -> Tensors:
    """The input, and a derivative of ones."""
    return _activation(_activations.identity, Z)


@measured
def sigmoid(Z: Tensor) -> Tensors:
    """Equations 8 and 11."""
    return _activation(_activations.sigmoid, Z)


@measured
def tanh(Z: Tensor) -> Tensors:
    """Equations 14 and 16."""
    return _activation(_activations.tanh, Z)


@measured
def relu(Z: Tensor) -> Tensors:
    """Equations 18 and 20; the derivative at 0 is 0."""
    return _activation(_activations.relu, Z)


@measured
def mlp(A0: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], dLdA: Tensor) -> Tensors:
    """Equations 27 to 31, ReLU after every layer; W's and b's gradients are divided by the batch size."""
    trace = _networks.mlp(A0, W, [column[:, 0] for column in b], _activations.relu, dLdA)
    count = len(A0)
    return {
        "A": trace.inputs,
        "Z": trace.pre_activations,
        "dAdZ": trace.slopes,
        "dLdA": trace.input_gradients,
        "dLdZ": trace.pre_activation_gradients,
        "dLdW": [gradient / count for gradient in trace.weight_gradients],
        "dLdb": [gradient[:, None] / count for gradient in trace.bias_gradients],
    }


@measured
def mse(A: Tensor, Y: Tensor) -> Tensors:
    """Equations 34 and 35: half the mean squared error, and its gradient."""
    loss, (dLdA,) = vjp(lambda a: _losses.mean_squared_error(a, Y) / 2, [A], torch.ones((), dtype=A.dtype))
    return {"loss": loss, "dLdA": dLdA}


@measured
def cross_entropy(A: Tensor, Y: Tensor) -> Tensors:
    """Equations 42 and 43: the mean over the batch, and the gradient of the sum over the batch.

    The loss takes the handout's steps where they don't underflow: rounding the probabilities is part of its noise.
    """
    _, (dLdA,) = vjp(lambda a: _losses.cross_entropy(a, Y), [A], torch.ones((), dtype=A.dtype))
    probabilities = guards.softmax(A, dim=1)
    logarithms = torch.where(probabilities > 1e-30, guards.log(probabilities), guards.log_softmax(A, dim=1))
    return {"loss": -(Y * logarithms).sum() / len(A), "dLdA": dLdA * len(A)}


@measured
def sgd(
    W: Tensor,
    dLdW: Sequence[Tensor],
    rates: Sequence[float],
    momentum: float,
    sibling: Sequence[Tensor] = (),  # noqa: ARG001 - a mistake may use it
) -> Tensors:
    """Equations 44 to 49 for one parameter, whatever its shape: its value and its velocity after each step.

    `sibling` are the gradients of the same layer's other parameter.
    """
    steps = _optimizers.sgd(W, dLdW, rates, momentum)
    return {"W": [step.parameter for step in steps], "v": [step.velocity for step in steps]}


def _batch_statistics(Z: Tensor) -> _normalization.BatchStatistics:
    """Equations 50 and 51; where single precision is simulated to measure noise, the right formula that loses most."""
    if not is_simulated():
        return _normalization.batch_statistics(Z)
    mean = Z.mean(dim=0)
    return _normalization.BatchStatistics(mean, Z.square().mean(dim=0) - mean.square())


@measured
def batchnorm(Z: Tensor, BW: Tensor, Bb: Tensor, dLdBZ: Tensor) -> Tensors:
    """Equations 50 to 53 and 58 to 66, training mode; whatever belongs to a feature is (1, C)."""

    def forward(z: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        return scale * _normalization.normalize(z, _batch_statistics(z), BATCHNORM_EPS) + shift

    BZ, (dLdZ, dLdBW, dLdBb) = vjp(forward, [Z, BW, Bb], dLdBZ)
    return {"BZ": BZ, "dLdZ": dLdZ, "dLdBW": dLdBW, "dLdBb": dLdBb}


def _running_statistics(batches: Sequence[Tensor], alpha: float) -> list[_normalization.BatchStatistics]:
    """Equations 54 and 55: mean and variance after each batch, (1, C), from zeros and ones."""
    mean = torch.zeros_like(batches[0][:1])
    variance = torch.ones_like(mean)
    after = []
    for batch in batches:
        found = _batch_statistics(batch)
        mean = _normalization.running_average(mean, found.mean, alpha)
        variance = _normalization.running_average(variance, found.variance, alpha)
        after.append(_normalization.BatchStatistics(mean, variance))
    return after


def _evaluated(Z: Tensor, BW: Tensor, Bb: Tensor, statistics: _normalization.BatchStatistics) -> Tensor:
    """Equations 56 and 57, evaluation mode."""
    return BW * _normalization.normalize(Z, statistics, BATCHNORM_EPS) + Bb


@measured
def running_statistics(batches: Sequence[Tensor], alpha: float) -> Tensors:
    """Mean and variance after each training batch, (1, C)."""
    after = _running_statistics(batches, alpha)
    return {"mean": [found.mean for found in after], "variance": [found.variance for found in after]}


@measured
def batchnorm_eval_after(batches: Sequence[Tensor], alpha: float, Z: Tensor, BW: Tensor, Bb: Tensor) -> Tensors:
    """Evaluation mode after training on these batches, whose noise goes into the answer's."""
    return {"BZ": _evaluated(Z, BW, Bb, _running_statistics(batches, alpha)[-1])}
