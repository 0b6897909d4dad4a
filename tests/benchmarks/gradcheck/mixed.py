"""Scenarios in which one array holds numbers of very different sizes: outliers, masks, sixteen orders of magnitude."""

from __future__ import annotations

import numpy as np

from tests.benchmarks.gradcheck import layers
from tests.benchmarks.gradcheck.layers import Array, Inputs, Layer
from tests.benchmarks.gradcheck.scenarios import Make

ORDERS = (-8.0, 8.0)


def _orders(rng: np.random.Generator, shape: tuple[int, ...], low: float = ORDERS[0], high: float = ORDERS[1]) -> Array:
    """Numbers of either sign whose sizes are spread over orders of magnitude."""
    return np.asarray(10 ** rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape))


def _elementwise(name: str, X: Array, function: object, slope: object) -> Layer:
    return Layer(name, {"X": X}, lambda X: function(X), lambda p, g: {"X": g * slope(p["X"])})  # type: ignore[operator]


def _tanh(X: Array) -> Layer:
    return _elementwise("tanh", X, np.tanh, lambda x: 1 - np.tanh(x) ** 2)


def tanh_one_outlier(rng: np.random.Generator) -> Layer:
    X = rng.standard_normal(6)
    X[rng.integers(6)] = 1e5
    return _tanh(X)


def tanh_half_saturated(rng: np.random.Generator) -> Layer:
    X = rng.standard_normal((4, 6))
    X[:, ::2] = 1e4 * rng.choice([-1.0, 1.0], (4, 3))
    return _tanh(X)


def sigmoid_16_orders(rng: np.random.Generator) -> Layer:
    return layers.sigmoid(rng).at(X=_orders(rng, (6, 8)))


def square_16_orders(rng: np.random.Generator) -> Layer:
    return _elementwise("square", _orders(rng, (40,)), np.square, lambda x: 2 * x)


def relu_16_orders(rng: np.random.Generator) -> Layer:
    return layers.relu(rng).at(X=_orders(rng, (6, 8)))


def log_16_orders(rng: np.random.Generator) -> Layer:
    return _elementwise("log", np.abs(_orders(rng, (30,))), np.log, lambda x: 1 / x)


def reciprocal_16_orders(rng: np.random.Generator) -> Layer:
    return _elementwise("reciprocal", _orders(rng, (30,)), lambda x: 1 / x, lambda x: -1 / x**2)


def square_root_near_zero(rng: np.random.Generator) -> Layer:
    return _elementwise("sqrt", np.abs(_orders(rng, (30,), -12, 4)), np.sqrt, lambda x: 0.5 / np.sqrt(x))


def softplus_one_outlier(rng: np.random.Generator) -> Layer:
    X = rng.standard_normal((3, 5))
    X[1, 2] = -1e8
    return _elementwise("softplus", X, lambda x: np.logaddexp(0, x), lambda x: layers.sigmoid_forward(x))


def gelu_outliers(rng: np.random.Generator) -> Layer:
    layer = layers.gelu(rng)
    X = layer.inputs["X"].copy()
    X[0, :2] = 1e4, -1e4
    return layer.at(X=X)


def _masked(rng: np.random.Generator, mask: float, n: int = 6) -> Array:
    scores = rng.standard_normal((n, n))
    scores[np.triu_indices(n, 1)] = mask
    return scores


def softmax_causal_mask(rng: np.random.Generator) -> Layer:
    return layers.softmax(rng).at(Z=_masked(rng, -1e9))


def softmax_half_masked(rng: np.random.Generator) -> Layer:
    Z = rng.standard_normal((5, 8))
    Z[rng.random(Z.shape) < 0.5] = -1e6
    Z[:, 0] = rng.standard_normal(5)
    return layers.softmax(rng).at(Z=Z)


def attention_causal_mask(rng: np.random.Generator) -> Layer:
    """Weights from masked scores, times values."""

    def forward(S: Array, V: Array) -> Array:
        return np.asarray(layers.softmax_forward(S) @ V)

    def backward(p: Inputs, g: Array) -> Inputs:
        return {
            "S": layers.softmax_backward({"Z": p["S"]}, g @ p["V"].T)["Z"],
            "V": layers.softmax_forward(p["S"]).T @ g,
        }

    return Layer("attention", {"S": _masked(rng, -1e9), "V": rng.standard_normal((6, 4))}, forward, backward)


def cross_entropy_masked_classes(rng: np.random.Generator) -> Layer:
    layer = layers.cross_entropy(rng, 8, 6)
    Z = layer.inputs["Z"].copy()
    Z[:, 4:] = -1e9
    return layer.at(Z=Z, labels=layer.inputs["labels"] % 4)


def linear_one_large_row(rng: np.random.Generator) -> Layer:
    layer = layers.linear(rng, 6, 5, 4)
    X = layer.inputs["X"].copy()
    X[2] *= 1e8
    return layer.at(X=X)


def linear_16_orders(rng: np.random.Generator) -> Layer:
    layer = layers.linear(rng, 6, 5, 4)
    return layer.at(W=_orders(rng, (5, 4)))


def layernorm_one_outlier(rng: np.random.Generator) -> Layer:
    layer = layers.layernorm(rng, 6, 8)
    X = layer.inputs["X"].copy()
    X[1, 3] = 1e6
    return layer.at(X=X)


def batchnorm_unequal_features(rng: np.random.Generator) -> Layer:
    layer = layers.batchnorm(rng, 8, 5)
    return layer.at(X=layer.inputs["X"] * np.array([1e-3, 1.0, 1e2, 1e5, 1e8]))


def maxpool_padded(rng: np.random.Generator) -> Layer:
    layer = layers.maxpool(rng, 2, 2, 6)
    X = layer.inputs["X"].copy()
    X[:, :, -1, :] = -1e9
    return layer.at(X=X)


def rows_normalised(rng: np.random.Generator) -> Layer:
    """Each row over its length; rows of very different lengths."""

    def forward(X: Array) -> Array:
        return np.asarray(X / np.linalg.norm(X, axis=-1, keepdims=True))

    def backward(p: Inputs, g: Array) -> Inputs:
        length = np.linalg.norm(p["X"], axis=-1, keepdims=True)
        Y = p["X"] / length
        return {"X": (g - Y * (g * Y).sum(axis=-1, keepdims=True)) / length}

    X = rng.standard_normal((6, 5)) * 10.0 ** np.array([-8, -4, 0, 0, 4, 8])[:, None]
    return Layer("rows normalised", {"X": X}, forward, backward)


def cumsum_16_orders(rng: np.random.Generator) -> Layer:
    """Small numbers first, so that each is heard in some sum."""
    X = np.sort(np.abs(_orders(rng, (24,))))
    return Layer(
        "cumsum", {"X": X}, lambda X: np.cumsum(X), lambda p, g: {"X": np.cumsum(g[::-1])[::-1].astype(p["X"].dtype)}
    )


def bias_beside_large(rng: np.random.Generator) -> Layer:
    """A small bias added to large activations."""
    inputs = {"X": 1e8 * rng.standard_normal((5, 4)), "b": 1e-3 * rng.standard_normal(4)}
    return Layer("bias", inputs, lambda X, b: X + b, lambda p, g: {"X": g, "b": g.sum(axis=0)})


MIXED: dict[str, Make] = {
    make.__name__.replace("_", " "): make
    for make in (
        tanh_one_outlier,
        tanh_half_saturated,
        sigmoid_16_orders,
        square_16_orders,
        relu_16_orders,
        log_16_orders,
        reciprocal_16_orders,
        square_root_near_zero,
        softplus_one_outlier,
        gelu_outliers,
        softmax_causal_mask,
        softmax_half_masked,
        attention_causal_mask,
        cross_entropy_masked_classes,
        linear_one_large_row,
        linear_16_orders,
        layernorm_one_outlier,
        batchnorm_unequal_features,
        maxpool_padded,
        rows_normalised,
        cumsum_16_orders,
        bias_beside_large,
    )
}
"""Right gradients of arrays of mixed sizes: an alarm is false, and a wrong gradient must not pass."""


def changed(layer: Layer, factor: float, name: str | None = None) -> Layer:
    """The layer with its gradients, or one of them, times a factor."""

    def backward(p: Inputs, g: Array) -> Inputs:
        return {k: d * factor if name in (None, k) else d for k, d in layer.backward(p, g).items()}

    return layer.wrong(f"times {factor}", backward)


WRONG = {"zero": 0.0, "doubled": 2.0, "other sign": -1.0}
