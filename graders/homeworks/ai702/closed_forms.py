"""Second opinions on ai702's oracles: the handout's equations in NumPy, as they are printed or in a stable form."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from .components import EPS, MODELS

Arrays = dict[str, Any]
Stack = list[np.ndarray]


def linear(A: np.ndarray, W: np.ndarray, b: np.ndarray, dLdZ: np.ndarray) -> Arrays:
    """Equations 1 to 5."""
    N = len(A)
    return {"Z": A @ W.T + b.T, "dLdA": dLdZ @ W, "dLdW": dLdZ.T @ A / N, "dLdb": dLdZ.sum(axis=0)[:, None] / N}


def sigmoid(Z: np.ndarray) -> Arrays:
    """Equations 8 and 11, by exponentials that don't overflow."""
    small = np.exp(-np.abs(Z))
    return {"A": np.where(Z > 0, 1, small) / (1 + small), "dAdZ": small / (1 + small) ** 2}


def tanh(Z: np.ndarray) -> Arrays:
    """Equations 14 and 16."""
    return {"A": np.tanh(Z), "dAdZ": 1 - np.tanh(Z) ** 2}


def relu(Z: np.ndarray) -> Arrays:
    """Equations 18 and 20."""
    return {"A": np.maximum(Z, 0), "dAdZ": (Z > 0).astype(float)}


def mlp(A0: np.ndarray, dLdA: np.ndarray, **parameters: np.ndarray) -> Arrays:
    """Equations 21 to 31."""
    depth = len(parameters) // 2
    A, Z = [A0], []
    for i in range(depth):
        Z.append(A[-1] @ parameters[f"W{i}"].T + parameters[f"b{i}"].T)
        A.append(np.maximum(Z[-1], 0))
    found: Arrays = {f"A{depth}": A[-1]}
    for i in reversed(range(depth)):
        dLdZ = dLdA * (Z[i] > 0)
        found |= {f"dLdW{i}": dLdZ.T @ A[i] / len(A0), f"dLdb{i}": dLdZ.sum(axis=0)[:, None] / len(A0)}
        dLdA = dLdZ @ parameters[f"W{i}"]
    return found


def mse(A: np.ndarray, Y: np.ndarray) -> Arrays:
    """Equations 32 to 35."""
    return {"loss": ((A - Y) ** 2).sum() / (2 * A.size), "dLdA": (A - Y) / A.size}


def cross_entropy(A: np.ndarray, Y: np.ndarray) -> Arrays:
    """Equations 36 to 43."""
    shifted = A - A.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return {"loss": -(Y * logarithms).sum() / len(A), "dLdA": np.exp(logarithms) * Y.sum(axis=1, keepdims=True) - Y}


def sgd(w: np.ndarray, g: Stack, lr: float | list[float], momentum: float = 0.0, **_: Any) -> Arrays:
    """Equations 44 to 49."""
    v, values, velocities = np.zeros_like(w), [], []
    for slope, rate in zip(g, lr if isinstance(lr, list) else [lr] * len(g), strict=True):
        v = momentum * v + slope
        w = w - rate * v
        values.append(w)
        velocities.append(v)
    return {"w": values, "v": velocities}


def batchnorm(Z: np.ndarray, BW: np.ndarray, Bb: np.ndarray, dLdBZ: np.ndarray, alpha: float) -> Arrays:  # noqa: ARG001
    """Equations 50 to 53, and 58 to 66 in one line."""
    centred = Z - Z.mean(axis=0)
    scale = np.sqrt((centred**2).mean(axis=0) + EPS)
    NZ = centred / scale
    dNZ = dLdBZ * BW
    return {
        "BZ": BW * NZ + Bb,
        "dLdZ": (dNZ - dNZ.mean(axis=0) - NZ * (dNZ * NZ).mean(axis=0)) / scale,
        "dLdBW": (dLdBZ * NZ).sum(axis=0, keepdims=True),
        "dLdBb": dLdBZ.sum(axis=0, keepdims=True),
    }


def batchnorm_state(Z: Stack, running_M: np.ndarray, running_V: np.ndarray, alpha: float, **_: Any) -> Arrays:
    """Equations 54 and 55."""

    def after(start: np.ndarray, statistics: Stack) -> Stack:
        return list(itertools.accumulate(statistics, lambda v, new: alpha * v + (1 - alpha) * new, initial=start))[1:]

    return {"running_M": after(running_M, [z.mean(0) for z in Z]), "running_V": after(running_V, [z.var(0) for z in Z])}


def batchnorm_evaluation(Z: np.ndarray, BW: np.ndarray, Bb: np.ndarray, Z_seen: Stack, **others: Any) -> Arrays:
    """Equations 56 and 57."""
    found = batchnorm_state(Z_seen, **others)
    return {"BZ": BW * (Z - found["running_M"][-1]) / np.sqrt(found["running_V"][-1] + EPS) + Bb}


CLOSED_FORMS = {
    **{form.__name__: form for form in (linear, batchnorm, batchnorm_state, batchnorm_evaluation)},
    **{f"activations.{form.__name__}": form for form in (sigmoid, tanh, relu)},
    **{f"losses.{form.__name__}": form for form in (mse, cross_entropy)},
    **dict.fromkeys(MODELS, mlp),
    "sgd.plain": sgd,
    "sgd.momentum": sgd,
}
