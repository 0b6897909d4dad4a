"""Second opinions on cs189's oracles: the handout's equations in NumPy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

Arrays = dict[str, Any]


def _activated(name: str, Z: np.ndarray) -> np.ndarray:
    functions: dict[str, Any] = {
        "linear": lambda z: z,
        "sigmoid": lambda z: (1 + np.tanh(z / 2)) / 2,
        "tanh": np.tanh,
        "arctan": np.arctan,
        "relu": lambda z: np.maximum(z, 0),
        "softmax": _softmax,
    }
    found: np.ndarray = functions[name](Z)
    return found


def _softmax(Z: np.ndarray) -> np.ndarray:
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))
    found: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return found


def _pulled(name: str, Z: np.ndarray, dY: np.ndarray) -> np.ndarray:
    Y = _activated(name, Z)
    if name == "softmax":
        return np.asarray(Y * (dY - (dY * Y).sum(axis=-1, keepdims=True)))
    slopes: dict[str, np.ndarray] = {
        "linear": np.ones_like(Z),
        "sigmoid": np.exp(-np.abs(Z)) / (1 + np.exp(-np.abs(Z))) ** 2,
        "tanh": 1 - Y**2,
        "arctan": 1 / (1 + Z**2),
        "relu": (Z > 0).astype(float),
    }
    found: np.ndarray = dY * slopes[name]
    return found


def activation(name: str, Z: np.ndarray, dY: np.ndarray) -> Arrays:
    """Section 3; softmax's Jacobian is diag(p) - ppᵀ."""
    return {"Y": _activated(name, Z), "dZ": _pulled(name, Z, dY)}


def fully_connected(name: str, X: np.ndarray, W: np.ndarray, b: np.ndarray, dLdY: np.ndarray) -> Arrays:
    """Section 3.2."""
    Z = X @ W + b
    dZ = _pulled(name, Z, dLdY)
    return {"Y": _activated(name, Z), "dX": dZ @ W.T, "dW": X.T @ dZ, "db": dZ.sum(axis=0, keepdims=True)}


def cross_entropy(Y: np.ndarray, Y_hat: np.ndarray) -> Arrays:
    """Section 3.4."""
    return {"loss": -(Y * np.log(Y_hat)).sum() / len(Y), "slope": -Y / Y_hat / len(Y)}


def squared_error(Y: np.ndarray, Y_hat: np.ndarray, factor: float) -> Arrays:
    """The L2 loss of the package."""
    return {"loss": factor * ((Y_hat - Y) ** 2).sum(), "slope": 2 * factor * (Y_hat - Y)}


def network(X: np.ndarray, Y: np.ndarray, W: list[np.ndarray], b: list[np.ndarray], names: list[str]) -> Arrays:
    """Section 4: fully connected layers in a row, cross-entropy at the end."""
    values, sums = [X], []
    for weight, bias, name in zip(W, b, names, strict=True):
        sums.append(values[-1] @ weight + bias)
        values.append(_activated(name, sums[-1]))
    found = cross_entropy(Y, values[-1])
    slope = found["slope"]
    dW: list[np.ndarray] = []
    db: list[np.ndarray] = []
    for weight, name, value, Z in zip(W[::-1], names[::-1], values[-2::-1], sums[::-1], strict=True):
        dZ = _pulled(name, Z, slope)
        dW.insert(0, value.T @ dZ)
        db.insert(0, dZ.sum(axis=0, keepdims=True))
        slope = dZ @ weight.T
    return {"out": values[-1], "loss": found["loss"], "dW": dW, "db": db}


def _taps(image: tuple[int, int], kernel: tuple[int, int], stride: int) -> Iterator[tuple[int, int, slice, slice]]:
    """For each position in the kernel, the rows and columns that it meets in all windows."""
    for i, j in itertools.product(*map(range, kernel)):
        rows = slice(i, image[0] - kernel[0] + i + 1, stride)
        yield i, j, rows, slice(j, image[1] - kernel[1] + j + 1, stride)


def conv(
    name: str, X: np.ndarray, W: np.ndarray, b: np.ndarray, dLdY: np.ndarray, stride: int, padding: tuple[int, int]
) -> Arrays:
    """Equation 1, one position of the kernel at a time."""
    above, left = padding
    padded = np.pad(X, ((0, 0), (above, above), (left, left), (0, 0)))
    taps = list(_taps((padded.shape[1], padded.shape[2]), (W.shape[0], W.shape[1]), stride))
    Z = sum(padded[:, rows, columns] @ W[i, j] for i, j, rows, columns in taps) + b[0]
    dZ = _pulled(name, Z, dLdY)
    dX, dW = np.zeros_like(padded), np.zeros_like(W)
    for i, j, rows, columns in taps:
        dX[:, rows, columns] += dZ @ W[i, j].T
        dW[i, j] = np.tensordot(padded[:, rows, columns], dZ, axes=((0, 1, 2), (0, 1, 2)))
    inside = dX[:, above : above + X.shape[1], left : left + X.shape[2]]
    return {"Y": _activated(name, Z), "dX": inside, "dW": dW, "db": dZ.sum(axis=(0, 1, 2))[None]}


def pool(mode: str, X: np.ndarray, dLdY: np.ndarray, kernel: tuple[int, int], stride: int) -> Arrays:
    """The maximum or the average of each window, without ties."""
    taps = list(_taps((X.shape[1], X.shape[2]), (kernel[0], kernel[1]), stride))
    seen = np.stack([X[:, rows, columns] for _, _, rows, columns in taps])
    Y = seen.max(axis=0) if mode == "max" else seen.mean(axis=0)
    shares = (seen == Y).astype(float) if mode == "max" else np.full_like(seen, 1 / len(taps))
    dX = np.zeros_like(X)
    for share, (_, _, rows, columns) in zip(shares, taps, strict=True):
        dX[:, rows, columns] += share * dLdY
    return {"Y": Y, "dX": dX}


CLOSED_FORMS = {
    form.__name__: form for form in (activation, fully_connected, cross_entropy, squared_error, network, conv, pool)
}
