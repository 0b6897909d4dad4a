"""Situations in which a checker must stay silent about right gradients, and bugs about which it must not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tests.benchmarks.gradcheck import layers
from tests.benchmarks.gradcheck.layers import Array, Inputs, Layer

Make = Callable[[np.random.Generator], Layer]

MEASURED: dict[str, Make] = {
    "linear": layers.linear,
    "batchnorm": layers.batchnorm,
    "layernorm": layers.layernorm,
    "conv2d": layers.conv2d,
    "maxpool": layers.maxpool,
    "cross_entropy": layers.cross_entropy,
}
"""The six layers that time, evaluations and detection are measured on."""

ORDINARY: dict[str, Make] = {**MEASURED, "relu": layers.relu}


def _small(make: Make) -> Make:
    """The same layer, small enough for thousands of runs of every peer."""
    smaller: dict[str, Make] = {
        "linear": lambda rng: layers.linear(rng, 6, 7, 5),
        "batchnorm": lambda rng: layers.batchnorm(rng, 8, 5),
        "layernorm": lambda rng: layers.layernorm(rng, 6, 8),
        "conv2d": lambda rng: layers.conv2d(rng, 2, 2, 6, 3),
        "maxpool": lambda rng: layers.maxpool(rng, 2, 2, 6),
        "cross_entropy": lambda rng: layers.cross_entropy(rng, 8, 5),
        "relu": lambda rng: layers.relu(rng, (8, 6)),
    }
    return smaller[make.__name__]


def _scaled(layer: Layer, factor: float) -> Layer:
    name = next(iter(layer.inputs))
    return layer.at(**{name: layer.inputs[name] * factor})


def _on_kinks(layer: Layer, rng: np.random.Generator) -> Layer:
    """A quarter of the entries exactly zero."""
    X = layer.inputs["X"].copy()
    X[rng.random(X.shape) < 0.25] = 0.0
    return layer.at(X=X)


def _near_kinks(layer: Layer, rng: np.random.Generator, distance: float) -> Layer:
    X = layer.inputs["X"].copy()
    near = np.flatnonzero(rng.random(X.size) < 0.25)
    X.reshape(-1)[near] = distance * rng.standard_normal(near.size)
    return layer.at(X=X)


def _ties(layer: Layer, distance: float) -> Layer:
    """Neighbours along the last axis tied, or apart by ``distance``."""
    X = layer.inputs["X"].copy()
    X[..., 1::2] = X[..., ::2] + distance
    return layer.at(X=X)


def _right_at_zero(layer: Layer, at_zero: float) -> Layer:
    return replace(layer, backward=lambda p, g: layers.relu_backward(p, g, at_zero=at_zero))


def _split(layer: Layer) -> Layer:
    return replace(layer, backward=lambda p, g: layers.maxpool_backward(p, g, split=True))


def _tiny_variance(layer: Layer) -> Layer:
    return layer.at(X=layer.inputs["X"] * 1e-4)


def _tiny_variance_off_zero(layer: Layer) -> Layer:
    return layer.at(X=1 + layer.inputs["X"] * 1e-4)


def _offset(layer: Layer) -> Layer:
    return layer.at(X=layer.inputs["X"] + 1e4)


def _then(make: Make, change: Callable[..., Layer], *args: object) -> Make:
    """The layer, changed."""
    return lambda rng: change(make(rng), *args)


def _then_drawn(make: Make, change: Callable[..., Layer], *args: object) -> Make:
    """The layer, changed with further random numbers."""

    def made(rng: np.random.Generator) -> Layer:
        return change(make(rng), rng, *args)

    return made


def _single_precision(layer: Layer) -> Layer:
    return layer.cast(np.float32)


def _tied(layer: Layer, rng: np.random.Generator) -> Layer:
    """Exact ties, their gradient given to the first or split."""
    return _split(_ties(layer, 0.0)) if rng.random() < 0.5 else _ties(layer, 0.0)


def silent() -> dict[str, Make]:
    """The 37 scenarios with right gradients: every alarm in one of them is false."""
    found: dict[str, Make] = {}
    for name, make in ORDINARY.items():
        small = _small(make)
        found[f"normal {name}"] = small
        found[f"scale 1e4 {name}"] = _then(small, _scaled, 1e4)
        found[f"scale 1e-6 {name}"] = _then(small, _scaled, 1e-6)
        found[f"float32 {name}"] = _then(small, _single_precision)
    relu, pool = _small(layers.relu), _small(layers.maxpool)
    on_kinks = _then_drawn(relu, _on_kinks)
    found["relu near kinks"] = _then_drawn(relu, _near_kinks, 1e-6)
    found["relu on kinks"] = on_kinks
    found["relu on kinks, slope 1 there"] = _then(on_kinks, _right_at_zero, 1.0)
    found["maxpool near ties"] = _then(pool, _ties, 1e-6)
    found["maxpool on ties"] = _then_drawn(pool, _tied)
    for make in (layers.batchnorm, layers.layernorm):
        found[f"variance 1e-8 {make.__name__}"] = _then(_small(make), _tiny_variance)
        found[f"offset 1e4 {make.__name__}"] = _then(_small(make), _offset)
    return found


def extra() -> dict[str, Make]:
    """More situations with right gradients, beyond the 37 that are compared with the peers."""
    smooth = (layers.tanh, layers.sigmoid, layers.gelu, layers.softmax, layers.mse, layers.mlp)
    found: dict[str, Make] = {f"normal {make.__name__}": make for make in smooth}
    for make in (layers.batchnorm, layers.layernorm):
        found[f"variance 1e-8 about 1 {make.__name__}"] = _then(_small(make), _tiny_variance_off_zero)
    found["all zeros relu"] = lambda rng: layers.relu(rng).at(X=np.zeros((8, 6)))
    found["mlp on kinks"] = _mlp_on_kinks
    return found | {f"full-size {name}": make for name, make in MEASURED.items()}


def _mlp_on_kinks(rng: np.random.Generator) -> Layer:
    """Some samples zero: their hidden units all sit on the kink of the ReLU, and outputs sum kinks of both signs."""
    layer = layers.mlp(rng)
    X = layer.inputs["X"].copy()
    X[:3] = 0.0
    return layer.at(X=X)


def bugs() -> dict[str, Make]:
    """The realistic bugs of issue 3, each a layer with a wrong backward pass."""
    return {
        "batchnorm without eps": lambda rng: _batchnorm(rng, eps=0.0),
        "batchnorm with eps 1e-8": lambda rng: _batchnorm(rng, eps=1e-8),
        "batchnorm with ddof 1": lambda rng: _batchnorm(rng, ddof=1),
        "batchnorm without the mean term": lambda rng: _batchnorm(rng, mean_term=False),
        "db without the last sample": _db_short,
        "two columns of dW swapped": _columns_swapped,
        "one corner pixel of dX zero": lambda rng: _corner(rng, 0.0),
        "one corner pixel of dX halved": lambda rng: _corner(rng, 0.5),
        "kernel flipped": lambda rng: layers.conv2d(rng).wrong("flipped", _flipped),
        "max-pool gradient to everything within 1e-3": lambda rng: layers.maxpool(rng).wrong("near ties", _generous),
        "cross-entropy divided by N - 1": lambda rng: layers.cross_entropy(rng).wrong("N - 1", _less),
        "log(p + 1e-8) forward, p - y backward": _log_eps,
        "gelu erf forward, tanh backward": lambda rng: layers.gelu(rng).wrong("tanh", layers.gelu_tanh_backward),
        "relu with a 1e-4 leak in backward": lambda rng: _relu(rng, leak=1e-4),
        "relu with its mask at 1e-3 in backward": lambda rng: _relu(rng, threshold=1e-3),
        "backward computed in float32": lambda rng: layers.linear(rng).wrong("float32", _single),
        "backward computed in float32, batchnorm": _single_precision_batchnorm,
    }


def _batchnorm(rng: np.random.Generator, eps: float = layers.EPS, ddof: int = 0, mean_term: bool = True) -> Layer:
    def backward(p: Inputs, g: Array) -> Inputs:
        return layers.batchnorm_backward(p, g, eps, ddof, mean_term)

    return layers.batchnorm(rng).wrong("bug", backward)


def _db_short(rng: np.random.Generator) -> Layer:
    return layers.linear(rng).wrong("db", lambda p, g: {**layers.linear_backward(p, g), "b": g[:-1].sum(axis=0)})


def _columns_swapped(rng: np.random.Generator) -> Layer:
    def backward(p: Inputs, g: Array) -> Inputs:
        d = layers.linear_backward(p, g)
        d["W"][:, [3, 5]] = d["W"][:, [5, 3]]
        return d

    return layers.linear(rng).wrong("columns", backward)


def _corner(rng: np.random.Generator, factor: float) -> Layer:
    def backward(p: Inputs, g: Array) -> Inputs:
        d = layers.conv2d_backward(p, g)
        d["X"][0, 0, 0, 0] *= factor
        return d

    return layers.conv2d(rng).wrong("corner", backward)


def _flipped(p: Inputs, g: Array) -> Inputs:
    return layers.conv2d_backward(p, g, flipped=True)


def _generous(p: Inputs, g: Array) -> Inputs:
    return layers.maxpool_backward(p, g, within=1e-3)


def _less(p: Inputs, g: Array) -> Inputs:
    return layers.cross_entropy_backward(p, g, less=1)


def _log_eps(rng: np.random.Generator) -> Layer:
    return replace(layers.cross_entropy(rng), forward=layers.cross_entropy_eps_forward)


def _relu(rng: np.random.Generator, leak: float = 0.0, threshold: float = 0.0) -> Layer:
    return layers.relu(rng).wrong("mask", lambda p, g: layers.relu_backward(p, g, leak=leak, threshold=threshold))


def _single(p: Inputs, g: Array) -> Inputs:
    narrow = {name: x.astype(np.float32) for name, x in p.items()}
    return {k: d.astype(np.float64) for k, d in layers.linear_backward(narrow, g.astype(np.float32)).items()}


def _single_precision_batchnorm(rng: np.random.Generator) -> Layer:
    def backward(p: Inputs, g: Array) -> Inputs:
        narrow = {name: x.astype(np.float32) for name, x in p.items()}
        found = layers.batchnorm_backward(narrow, g.astype(np.float32))
        return {name: d.astype(np.float64) for name, d in found.items()}

    return layers.batchnorm(rng).wrong("float32", backward)


def zero_backward(layer: Layer) -> Layer:
    """The same layer with a backward pass that is zero everywhere."""
    return layer.wrong("zero", lambda p, g: {k: np.zeros_like(x) for k, x in p.items() if x.dtype.kind == "f"})


def ignoring_backward(layer: Layer) -> Layer:
    """The same layer with a backward pass that takes any cotangent for ones."""
    return layer.wrong("ones", lambda p, g: layer.backward(p, np.ones_like(g)))
