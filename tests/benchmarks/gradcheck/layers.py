"""NumPy layers with hand-written backward passes, as black boxes: what tests and benchmark check.

A layer is a ``forward(**inputs)`` and a ``backward(inputs, cotangent)``; nothing here knows the checker.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Inputs = dict[str, Array]
ForwardPass = Callable[..., Any]
BackwardPass = Callable[[Inputs, Array], Inputs]


@dataclass(frozen=True)
class Layer:
    """A function of named arrays with its backward pass, at some inputs."""

    name: str
    inputs: Inputs
    forward: ForwardPass
    backward: BackwardPass

    def at(self, **inputs: Array) -> Layer:
        """The same layer with some inputs replaced."""
        return replace(self, inputs={**self.inputs, **inputs})

    def cast(self, dtype: Any) -> Layer:
        """The same layer with all floating inputs in another precision."""
        cast = {k: x.astype(dtype) if x.dtype.kind == "f" else x for k, x in self.inputs.items()}
        return replace(self, inputs=cast)

    def wrong(self, name: str, backward: BackwardPass) -> Layer:
        """The same layer with another backward pass."""
        return replace(self, name=f"{self.name}: {name}", backward=backward)


def linear(rng: np.random.Generator, n: int = 32, c_in: int = 64, c_out: int = 32) -> Layer:
    """``X W + b``."""
    inputs = {
        "X": rng.standard_normal((n, c_in)),
        "W": rng.standard_normal((c_in, c_out)) / math.sqrt(c_in),
        "b": rng.standard_normal(c_out),
    }
    return Layer("linear", inputs, linear_forward, linear_backward)


def linear_forward(X: Array, W: Array, b: Array) -> Array:
    return np.asarray(X @ W + b)


def linear_backward(p: Inputs, g: Array) -> Inputs:
    return {"X": g @ p["W"].T, "W": p["X"].T @ g, "b": g.sum(axis=0)}


def batchnorm(rng: np.random.Generator, n: int = 64, c: int = 32) -> Layer:
    """Batch normalisation in training mode."""
    inputs = {
        "X": rng.standard_normal((n, c)),
        "gamma": 1 + 0.1 * rng.standard_normal(c),
        "beta": rng.standard_normal(c),
    }
    return Layer("batchnorm", inputs, batchnorm_forward, batchnorm_backward)


EPS = 1e-5


def batchnorm_forward(X: Array, gamma: Array, beta: Array) -> Array:
    mu = X.mean(axis=0)
    var = ((X - mu) ** 2).mean(axis=0)
    return np.asarray(gamma * (X - mu) / np.sqrt(var + X.dtype.type(EPS)) + beta)


def batchnorm_backward(p: Inputs, g: Array, eps: float = EPS, ddof: int = 0, mean_term: bool = True) -> Inputs:
    X, gamma = p["X"], p["gamma"]
    n = X.shape[0]
    centred = X - X.mean(axis=0)
    var = (centred**2).sum(axis=0) / (n - ddof)
    inverse = 1 / np.sqrt(var + X.dtype.type(eps))
    x_hat = centred * inverse
    dx_hat = g * gamma
    dX = dx_hat - x_hat * (dx_hat * x_hat).sum(axis=0) / (n - ddof)
    if mean_term:
        dX = dX - dx_hat.mean(axis=0)
    return {"X": dX * inverse, "gamma": (g * x_hat).sum(axis=0), "beta": g.sum(axis=0)}


def layernorm(rng: np.random.Generator, n: int = 64, c: int = 32) -> Layer:
    """Layer normalisation over the last axis."""
    inputs = {
        "X": rng.standard_normal((n, c)),
        "gamma": 1 + 0.1 * rng.standard_normal(c),
        "beta": rng.standard_normal(c),
    }
    return Layer("layernorm", inputs, layernorm_forward, layernorm_backward)


def layernorm_forward(X: Array, gamma: Array, beta: Array) -> Array:
    centred = X - X.mean(axis=-1, keepdims=True)
    var = (centred**2).mean(axis=-1, keepdims=True)
    return np.asarray(gamma * centred / np.sqrt(var + X.dtype.type(EPS)) + beta)


def layernorm_backward(p: Inputs, g: Array) -> Inputs:
    X, gamma = p["X"], p["gamma"]
    centred = X - X.mean(axis=-1, keepdims=True)
    inverse = 1 / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + X.dtype.type(EPS))
    x_hat = centred * inverse
    d = g * gamma
    dX = inverse * (d - d.mean(axis=-1, keepdims=True) - x_hat * (d * x_hat).mean(axis=-1, keepdims=True))
    return {"X": dX, "gamma": (g * x_hat).sum(axis=0), "beta": g.sum(axis=0)}


STRIDE, PAD = 2, 1


def conv2d(rng: np.random.Generator, n: int = 2, c: int = 3, size: int = 10, filters: int = 4) -> Layer:
    """Cross-correlation with 3x3 filters, stride 2, padding 1."""
    inputs = {
        "X": rng.standard_normal((n, c, size, size)),
        "W": rng.standard_normal((filters, c, 3, 3)) / 5,
        "b": rng.standard_normal(filters),
    }
    return Layer("conv2d", inputs, conv2d_forward, conv2d_backward)


def _padded_windows(X: Array, k: int) -> Array:
    padded = np.pad(X, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)))
    return np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))[:, :, ::STRIDE, ::STRIDE]


def conv2d_forward(X: Array, W: Array, b: Array) -> Array:
    patches = _padded_windows(X, W.shape[2])
    maps = np.tensordot(patches, W, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return np.asarray(maps + b[:, None, None])


def conv2d_backward(p: Inputs, g: Array, flipped: bool = False) -> Inputs:
    X, W = p["X"], p["W"]
    k = W.shape[2]
    kernel = W[:, :, ::-1, ::-1] if flipped else W
    dW = np.tensordot(g, _padded_windows(X, k), axes=([0, 2, 3], [0, 2, 3]))
    n, c, h, w = X.shape
    padded = np.zeros((n, c, h + 2 * PAD, w + 2 * PAD), dtype=X.dtype)
    spread = np.tensordot(g, kernel, axes=([1], [0]))
    for i in range(k):
        for j in range(k):
            rows = slice(i, i + STRIDE * g.shape[2], STRIDE)
            columns = slice(j, j + STRIDE * g.shape[3], STRIDE)
            padded[:, :, rows, columns] += spread[..., i, j].transpose(0, 3, 1, 2)
    return {"X": padded[:, :, PAD : PAD + h, PAD : PAD + w], "W": dW, "b": g.sum(axis=(0, 2, 3))}


def maxpool(rng: np.random.Generator, n: int = 2, c: int = 3, size: int = 10) -> Layer:
    """Max-pooling over 2x2 windows."""
    return Layer("maxpool", {"X": rng.standard_normal((n, c, size, size))}, maxpool_forward, maxpool_backward)


def _pool_windows(X: Array) -> Array:
    n, c, h, w = X.shape
    return X.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // 2, w // 2, 4)


def maxpool_forward(X: Array) -> Array:
    return np.asarray(_pool_windows(X).max(axis=-1))


def maxpool_backward(p: Inputs, g: Array, within: float = 0.0, split: bool = False) -> Inputs:
    X = p["X"]
    n, c, h, w = X.shape
    windows = _pool_windows(X)
    if within or split:
        share = (windows >= windows.max(axis=-1, keepdims=True) - within).astype(X.dtype)
        share /= share.sum(axis=-1, keepdims=True) if split else 1
    else:
        share = (np.arange(4) == windows.argmax(axis=-1)[..., None]).astype(X.dtype)
    d = share * g[..., None]
    return {"X": d.reshape(n, c, h // 2, w // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(X.shape)}


def relu(rng: np.random.Generator, shape: tuple[int, ...] = (16, 12)) -> Layer:
    """``max(X, 0)``."""
    return Layer("relu", {"X": rng.standard_normal(shape)}, relu_forward, relu_backward)


def relu_forward(X: Array) -> Array:
    return np.maximum(X, 0)


def relu_backward(p: Inputs, g: Array, at_zero: float = 0.0, leak: float = 0.0, threshold: float = 0.0) -> Inputs:
    X = p["X"]
    slope = np.where(threshold < X, 1.0, np.where(X - threshold == 0, at_zero, leak)).astype(X.dtype)
    return {"X": g * slope}


def tanh(rng: np.random.Generator, shape: tuple[int, ...] = (16, 12)) -> Layer:
    """Hyperbolic tangent."""
    return Layer(
        "tanh",
        {"X": rng.standard_normal(shape)},
        lambda X: np.tanh(X),
        lambda p, g: {"X": g * (1 - np.tanh(p["X"]) ** 2)},
    )


def sigmoid(rng: np.random.Generator, shape: tuple[int, ...] = (16, 12)) -> Layer:
    """Logistic function, in the form that doesn't overflow."""
    return Layer("sigmoid", {"X": rng.standard_normal(shape)}, sigmoid_forward, _sigmoid_backward)


def sigmoid_forward(X: Array) -> Array:
    small = np.exp(-np.abs(X))
    return np.where(X >= 0, 1 / (1 + small), small / (1 + small))


def _sigmoid_backward(p: Inputs, g: Array) -> Inputs:
    return {"X": g * sigmoid_forward(p["X"]) * sigmoid_forward(-p["X"])}


_erf = np.vectorize(math.erf, otypes=[np.float64])


def gelu(rng: np.random.Generator, shape: tuple[int, ...] = (6, 5)) -> Layer:
    """GELU with the error function."""
    return Layer("gelu", {"X": rng.standard_normal(shape)}, gelu_forward, gelu_backward)


def gelu_forward(X: Array) -> Array:
    return np.asarray(X * 0.5 * (1 + _erf(X / math.sqrt(2))), dtype=X.dtype)


def gelu_backward(p: Inputs, g: Array) -> Inputs:
    X = p["X"]
    density = np.exp(-(X**2) / 2) / math.sqrt(2 * math.pi)
    return {"X": (g * (0.5 * (1 + _erf(X / math.sqrt(2))) + X * density)).astype(X.dtype)}


def gelu_tanh_backward(p: Inputs, g: Array) -> Inputs:
    """The derivative of the tanh approximation."""
    X = p["X"]
    k = math.sqrt(2 / math.pi)
    t = np.tanh(k * (X + 0.044715 * X**3))
    return {"X": g * (0.5 * (1 + t) + 0.5 * X * (1 - t**2) * k * (1 + 3 * 0.044715 * X**2))}


def softmax(rng: np.random.Generator, n: int = 16, c: int = 10) -> Layer:
    """Softmax over the last axis."""
    return Layer("softmax", {"Z": rng.standard_normal((n, c))}, softmax_forward, softmax_backward)


def softmax_forward(Z: Array) -> Array:
    e = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def softmax_backward(p: Inputs, g: Array) -> Inputs:
    A = softmax_forward(p["Z"])
    return {"Z": A * (g - (g * A).sum(axis=-1, keepdims=True))}


def cross_entropy(rng: np.random.Generator, n: int = 64, c: int = 10) -> Layer:
    """Mean softmax cross-entropy with integer labels: a scalar."""
    inputs = {"Z": rng.standard_normal((n, c)), "labels": rng.integers(c, size=n)}
    return Layer("cross_entropy", inputs, cross_entropy_forward, cross_entropy_backward)


def cross_entropy_forward(Z: Array, labels: Array) -> Any:
    shifted = Z - Z.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(Z)), labels].mean()


def cross_entropy_eps_forward(Z: Array, labels: Array) -> Any:
    """With the ``log(p + 1e-8)`` of many handouts."""
    return -np.log(softmax_forward(Z)[np.arange(len(Z)), labels] + 1e-8).mean()


def cross_entropy_backward(p: Inputs, g: Array, less: int = 0) -> Inputs:
    Z, labels = p["Z"], p["labels"]
    d = softmax_forward(Z)
    d[np.arange(len(Z)), labels] -= 1
    return {"Z": (d / (len(Z) - less) * g).astype(Z.dtype)}


def mse(rng: np.random.Generator, n: int = 16, c: int = 6) -> Layer:
    """Mean squared error: a scalar."""
    inputs = {"A": rng.standard_normal((n, c)), "Y": rng.standard_normal((n, c))}
    return Layer("mse", inputs, lambda A, Y: ((A - Y) ** 2).mean(), _mse_backward)


def _mse_backward(p: Inputs, g: Array) -> Inputs:
    d = 2 * (p["A"] - p["Y"]) / p["A"].size * g
    return {"A": d, "Y": -d}


def mlp(rng: np.random.Generator, n: int = 10, c: int = 12, hidden: int = 16, out: int = 5) -> Layer:
    """Linear, ReLU, linear."""
    inputs = {
        "X": rng.standard_normal((n, c)),
        "W1": rng.standard_normal((c, hidden)) / 3,
        "W2": rng.standard_normal((hidden, out)) / 4,
    }
    return Layer("mlp", inputs, mlp_forward, mlp_backward)


def mlp_forward(X: Array, W1: Array, W2: Array) -> Array:
    return np.asarray(np.maximum(X @ W1, 0) @ W2)


def mlp_backward(p: Inputs, g: Array) -> Inputs:
    Z = p["X"] @ p["W1"]
    dZ = (g @ p["W2"].T) * (Z > 0)
    return {"X": dZ @ p["W1"].T, "W1": p["X"].T @ dZ, "W2": np.maximum(Z, 0).T @ g}
