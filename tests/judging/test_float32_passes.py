"""Right NumPy code in float32 passes whatever is drawn, and a small mistake in it doesn't."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from graders.homeworks.cs189.components import CONV
from graders.judging.compare import compare
from graders.judging.expected import Answer
from tests import ai702

Arrays = dict[str, Any]
SCALES = {"plain": (1.0, 0.0), "large": (1e3, 0.0), "small": (1e-3, 0.0), "offset": (1.0, 10.0)}
SEEDS = range(40)


def linear(A: Any, W: Any, b: Any, dLdZ: Any) -> Arrays:
    N = np.float32(len(A))
    return {"Z": A @ W.T + b.T, "dLdA": dLdZ @ W, "dLdW": dLdZ.T @ A / N, "dLdb": dLdZ.sum(axis=0)[:, None] / N}


def sigmoid(Z: Any) -> Arrays:
    with np.errstate(over="ignore"):
        A = 1 / (1 + np.exp(-Z))
    return {"A": A, "dAdZ": A - A * A}


def tanh(Z: Any) -> Arrays:
    A = np.tanh(Z)
    return {"A": A, "dAdZ": 1 - A * A}


def mse(A: Any, Y: Any) -> Arrays:
    return {"loss": np.sum((A - Y) ** 2) / np.float32(2 * A.size), "dLdA": (A - Y) / np.float32(A.size)}


def batchnorm(Z: Any, BW: Any, Bb: Any, dLdBZ: Any) -> Arrays:
    N = np.float32(len(Z))
    mean = Z.sum(axis=0, keepdims=True) / N
    variance = ((Z - mean) ** 2).sum(axis=0, keepdims=True) / N
    root = np.sqrt(variance + np.float32(1e-8))
    norm = (Z - mean) / root
    slope = dLdBZ * BW
    back = (slope - slope.mean(axis=0) - norm * (slope * norm).mean(axis=0)) / root
    scale = (dLdBZ * norm).sum(axis=0, keepdims=True)
    return {"BZ": BW * norm + Bb, "dLdZ": back, "dLdBW": scale, "dLdBb": dLdBZ.sum(axis=0, keepdims=True)}


def cross_entropy(A: Any, Y: Any) -> Arrays:
    shifted = np.exp(A - A.max(axis=1, keepdims=True))
    p = shifted / shifted.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -np.sum(np.where(Y > 0, Y * np.log(p), 0)) / np.float32(len(A))
    return {"loss": loss, "dLdA": p - Y}


def conv(X: Any, W: Any, b: Any, dLdY: Any, **options: Any) -> Arrays:
    rows, columns, size = X.shape[1] - W.shape[0] + 1, X.shape[2] - W.shape[1] + 1, W.shape[0]
    Y = np.zeros((len(X), rows, columns, W.shape[3]), np.float32)
    for i in range(size):
        for j in range(W.shape[1]):
            Y += X[:, i : i + rows, j : j + columns] @ W[i, j]
    return {"Y": Y + b, "db": dLdY.sum(axis=(0, 1, 2))[None]}


def drawn(name: str, seed: int) -> Arrays:
    """Arguments of an oracle, in float32, whose sizes differ."""
    random = np.random.Generator(np.random.Philox(seed))
    scale, offset = SCALES[list(SCALES)[seed % len(SCALES)]]

    def array(*shape: int, by: float = scale, to: float = offset) -> np.ndarray:
        return (by * random.standard_normal(shape) + to).astype(np.float32)

    N, C, D = 3 + seed % 14, 2 + seed % 7, 3 + seed % 5
    labels = np.eye(C, dtype=np.float32)[random.integers(0, C, N)]
    match name:
        case "linear":
            return {"A": array(N, C), "W": array(D, C, by=1), "b": array(D, 1, by=1), "dLdZ": array(N, D)}
        case "sigmoid" | "tanh":
            return {"Z": array(N, C, by=3, to=0)}
        case "mse":
            return {"A": array(N, C), "Y": array(N, C)}
        case "batchnorm":
            return {"Z": array(N, C), "BW": array(1, C, by=1), "Bb": array(1, C, by=1), "dLdBZ": array(N, C)}
        case "cross_entropy":
            return {"A": array(N, C, by=5, to=0), "Y": labels}
    X, W = array(2, 7, 6, 3), array(3, 2, 3, 4, by=1)
    return {
        "X": X,
        "W": W,
        "b": array(1, 4, by=1),
        "dLdY": array(2, 5, 5, 4),
        "stride": 1,
        "pad": 0,
        "activation": "linear",
    }


ANSWERS: dict[str, tuple[Callable[..., Answer], Callable[..., Mapping[str, Any]]]] = {
    "linear": (ai702.linear, linear),
    "sigmoid": (ai702.sigmoid, sigmoid),
    "tanh": (ai702.tanh, tanh),
    "mse": (ai702.mse, mse),
    "batchnorm": (ai702.batchnorm, batchnorm),
    "cross_entropy": (ai702.cross_entropy, cross_entropy),
    "conv": (CONV.standard("conv").oracle.answer, conv),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_right_code_in_float32_passes(name: str, seed: int):
    oracle, own = ANSWERS[name]
    arguments = drawn(name, seed)
    answer = oracle(**arguments)
    for quantity, got in own(**arguments).items():
        assert np.asarray(got).dtype == np.float32
        assert compare(np.asarray(got), getattr(answer, quantity)).difference is None, quantity


@pytest.mark.parametrize("name", ANSWERS)
def test_an_error_of_a_thousandth_does_not_pass(name: str):
    oracle, own = ANSWERS[name]
    arguments = drawn(name, 0)
    answer = oracle(**arguments)
    for quantity, got in own(**arguments).items():
        assert compare(np.asarray(got) * np.float32(1.001), getattr(answer, quantity)).difference is not None, quantity
