"""Random networks of hand-written layers, and the same networks with one thing in one backward pass changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.gradcheck import layers
from tests.benchmarks.gradcheck.layers import Array, Inputs, Layer

CHANGES = ("factor", "sign", "axis", "mask")

Backward = Callable[[Inputs, Array], Inputs]


@dataclass(frozen=True)
class Block:
    """One layer of a network: its parameters, and passes that call the layer's own input ``X``."""

    kind: str
    params: Inputs
    forward: Callable[..., Array]
    backward: Backward


def network(rng: np.random.Generator) -> Layer:
    """Two to four random layers, and perhaps a loss."""
    X, blocks, loss = _draw(rng)
    return _chain(X, blocks, loss)


def changed_network(rng: np.random.Generator, change: str) -> tuple[Layer, Layer]:
    """A random network, and the same one with one change to one backward pass."""
    X, blocks, loss = _draw(rng)
    if change == "mask" and not any(block.kind == "relu" for block in blocks):
        blocks.insert(int(rng.integers(len(blocks) + 1)), _plain("relu", layers.relu_forward, layers.relu_backward))
    return _chain(X, blocks, loss), _chain(X, _changed(blocks, change, rng), loss)


def _draw(rng: np.random.Generator) -> tuple[Array, list[Block], bool]:
    n, width = int(rng.integers(3, 9)), int(rng.integers(2, 7))
    X = rng.standard_normal((n, width))
    blocks = []
    for _ in range(int(rng.integers(2, 5))):
        block = _block(rng, width)
        width = block.params["W"].shape[1] if "W" in block.params else width
        blocks.append(block)
    return X, blocks, bool(rng.random() < 0.3)


def _plain(kind: str, forward: Callable[..., Array], backward: Backward) -> Block:
    return Block(kind, {}, forward, backward)


def _block(rng: np.random.Generator, width: int) -> Block:
    kind = str(rng.choice(["linear", "linear", "relu", "tanh", "sigmoid", "softmax", "batchnorm", "layernorm"]))
    if kind == "linear":
        square = rng.random() < 0.5
        made = layers.linear(rng, 1, width, width if square else int(rng.integers(2, 7)))
    elif kind in ("batchnorm", "layernorm"):
        made = getattr(layers, kind)(rng, 2, width)
    else:
        made = getattr(layers, kind)(rng)
    if kind == "softmax":
        return _plain(kind, lambda X: layers.softmax_forward(X), _softmax_backward)
    params = {name: x for name, x in made.inputs.items() if name != "X"}
    return Block(kind, params, made.forward, made.backward)


def _softmax_backward(p: Inputs, g: Array, axis: int = -1) -> Inputs:
    A = layers.softmax_forward(p["X"])
    return {"X": A * (g - (g * A).sum(axis=axis, keepdims=True))}


def _chain(X: Array, blocks: list[Block], loss: bool) -> Layer:
    """The blocks one after another; a parameter is named after its block's number."""
    inputs = {"X": X, **{f"{name}{k}": x for k, block in enumerate(blocks) for name, x in block.params.items()}}

    def own(k: int, point: Inputs) -> Inputs:
        return {name: point[f"{name}{k}"] for name in blocks[k].params}

    def run(point: Inputs) -> list[Array]:
        states = [point["X"]]
        for k, block in enumerate(blocks):
            states.append(block.forward(X=states[-1], **own(k, point)))
        return states

    def forward(**point: Array) -> Array:
        last = run(point)[-1]
        return np.asarray((last**2).mean()) if loss else last

    def backward(point: Inputs, g: Array) -> Inputs:
        states = run(point)
        if loss:
            g = 2 * states[-1] / states[-1].size * g
        gradients: Inputs = {}
        for k in reversed(range(len(blocks))):
            found = blocks[k].backward({"X": states[k], **own(k, point)}, g)
            g = found.pop("X")
            gradients |= {f"{name}{k}": d for name, d in found.items()}
        return {"X": g, **gradients}

    return Layer(" ".join(block.kind for block in blocks), inputs, forward, backward)


def _changed(blocks: list[Block], change: str, rng: np.random.Generator) -> list[Block]:
    candidates = [k for k, block in enumerate(blocks) if _fits(block, change)]
    if not candidates:
        return blocks
    k = int(rng.choice(candidates))
    block = blocks[k]
    backward = _change(block, change, rng)
    return [*blocks[:k], Block(block.kind, block.params, block.forward, backward), *blocks[k + 1 :]]


def _fits(block: Block, change: str) -> bool:
    if change == "mask":
        return block.kind == "relu"
    if change == "axis":
        square = block.kind == "linear" and block.params["W"].shape[0] == block.params["W"].shape[1]
        return square or block.kind in ("softmax", "batchnorm", "layernorm")
    return True


def _change(block: Block, change: str, rng: np.random.Generator) -> Backward:
    if change == "mask":
        return _wrong_mask(block, rng)
    if change == "axis":
        return _wrong_axis(block)
    factor = -1.0 if change == "sign" else float(rng.choice([0.5, 2.0, 1.01, 0.99, 1 / 3]))
    name = str(rng.choice(["X", *block.params]))

    def scaled(p: Inputs, g: Array) -> Inputs:
        found = block.backward(p, g)
        return {**found, name: found[name] * factor}

    return scaled


def _wrong_mask(block: Block, rng: np.random.Generator) -> Backward:
    kind = rng.choice(["none", "upstream", "inverted", "threshold"])

    def masked(p: Inputs, g: Array) -> Inputs:
        X = p["X"]
        mask = {"none": np.ones_like(X), "upstream": g > 0, "inverted": X < 0, "threshold": X > 0.3}[str(kind)]
        return {"X": g * mask}

    return masked


def _wrong_axis(block: Block) -> Backward:
    if block.kind == "linear":
        return lambda p, g: {**layers.linear_backward(p, g), "W": layers.linear_backward(p, g)["W"].T}
    if block.kind == "softmax":
        return lambda p, g: _softmax_backward(p, g, axis=0)
    other = layers.layernorm_backward if block.kind == "batchnorm" else layers.batchnorm_backward
    return lambda p, g: {**block.backward(p, g), "X": other(p, g)["X"]}


def differs(right: Layer, wrong: Layer, rng: np.random.Generator) -> bool:
    """Whether a change shows at all in the gradients at the inputs: a mask may change nothing."""
    g = rng.standard_normal(np.shape(right.forward(**right.inputs)))
    a, b = right.backward(right.inputs, g), wrong.backward(wrong.inputs, g)
    return any(np.abs(a[k] - b[k]).max() > 1e-6 * np.abs(a[k]).max() + 1e-9 for k in a)
