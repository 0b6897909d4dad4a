"""Second opinions on ai702's oracles: the handout's equations in NumPy, as they are printed or in a stable form."""

from __future__ import annotations

from typing import Any

import numpy as np

Arrays = dict[str, Any]
Stack = list[np.ndarray]
EPS = 1e-8


def linear(A: np.ndarray, W: np.ndarray, b: np.ndarray, dLdZ: np.ndarray) -> Arrays:
    """Equations 1 to 5."""
    N = len(A)
    return {
        "Z": A @ W.T + b.T,
        "dLdA": dLdZ @ W,
        "dLdW": dLdZ.T @ A / N,
        "dLdb": dLdZ.sum(axis=0)[:, None] / N,
    }


def identity(Z: np.ndarray) -> Arrays:
    """The input, and ones."""
    return {"A": Z, "dAdZ": np.ones_like(Z)}


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


def mlp(A0: np.ndarray, W: list[np.ndarray], b: list[np.ndarray], dLdA: np.ndarray) -> Arrays:
    """Equations 21 to 31."""
    A: Stack = [A0]
    Z: Stack = []
    for weight, bias in zip(W, b, strict=True):
        Z.append(A[-1] @ weight.T + bias.T)
        A.append(np.maximum(Z[-1], 0))
    dAdZ = [(z > 0).astype(float) for z in Z]
    dA: Stack = [dLdA]
    dZ: Stack = []
    for weight, slope in zip(reversed(W), reversed(dAdZ), strict=True):
        dZ.insert(0, dA[0] * slope)
        dA.insert(0, dZ[0] @ weight)
    N = len(A0)
    return {
        "A": A,
        "Z": Z,
        "dAdZ": dAdZ,
        "dLdA": dA,
        "dLdZ": dZ,
        "dLdW": [dz.T @ a / N for dz, a in zip(dZ, A[:-1], strict=True)],
        "dLdb": [dz.sum(axis=0)[:, None] / N for dz in dZ],
    }


def mse(A: np.ndarray, Y: np.ndarray) -> Arrays:
    """Equations 32 to 35."""
    return {"loss": ((A - Y) ** 2).sum() / (2 * A.size), "dLdA": (A - Y) / A.size}


def cross_entropy(A: np.ndarray, Y: np.ndarray) -> Arrays:
    """Equations 36 to 43."""
    shifted = A - A.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return {"loss": -(Y * logarithms).sum() / len(A), "dLdA": np.exp(logarithms) * Y.sum(axis=1, keepdims=True) - Y}


def sgd(
    W: np.ndarray,
    dLdW: list[np.ndarray],
    rates: list[float],
    momentum: float,
    sibling: list[np.ndarray] = [],  # noqa: ARG001, B006 - the oracle's argument
) -> Arrays:
    """Equations 44 to 49."""
    v, values, velocities = np.zeros_like(W), [], []
    for slope, rate in zip(dLdW, rates, strict=True):
        v = momentum * v + slope
        W = W - rate * v
        values.append(W)
        velocities.append(v)
    return {"W": values, "v": velocities}


def batchnorm(Z: np.ndarray, BW: np.ndarray, Bb: np.ndarray, dLdBZ: np.ndarray) -> Arrays:
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


def running_statistics(batches: list[np.ndarray], alpha: float) -> Arrays:
    """Equations 54 and 55, from zeros and ones."""
    mean, variance = np.zeros((1, batches[0].shape[1])), np.ones((1, batches[0].shape[1]))
    means, variances = [], []
    for Z in batches:
        mean = alpha * mean + (1 - alpha) * Z.mean(axis=0)
        variance = alpha * variance + (1 - alpha) * Z.var(axis=0)
        means.append(mean)
        variances.append(variance)
    return {"mean": means, "variance": variances}


def batchnorm_eval_after(
    batches: list[np.ndarray], alpha: float, Z: np.ndarray, BW: np.ndarray, Bb: np.ndarray
) -> Arrays:
    """Equations 56 and 57."""
    found = running_statistics(batches, alpha)
    return {"BZ": BW * (Z - found["mean"][-1]) / np.sqrt(found["variance"][-1] + EPS) + Bb}


CLOSED_FORMS = {
    form.__name__: form
    for form in (
        *(linear, identity, sigmoid, tanh, relu, mlp, mse, cross_entropy, sgd),
        *(batchnorm, running_statistics, batchnorm_eval_after),
    )
}
