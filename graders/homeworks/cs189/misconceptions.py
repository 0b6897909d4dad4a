"""Mistakes that students of cs189 make in the network, as the formulas that they write; layers bring theirs.

Every function takes the arguments of the oracle `network`.
"""

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _softmax(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


ACTIVATE = {"linear": lambda Z: Z, "softmax": _softmax, "tanh": np.tanh, "relu": lambda Z: np.maximum(Z, 0)}


def _back(name, Z, slope):
    """The gradient in Z of a loss whose gradient in the activation is this."""
    Y = ACTIVATE[name](Z)
    pulled = {"linear": lambda: slope, "tanh": lambda: slope * (1 - Y**2), "relu": lambda: slope * (Z > 0)}
    return Y * (slope - (slope * Y).sum(axis=1, keepdims=True)) if name == "softmax" else pulled[name]()


def _passed(X, W, b, names):
    """The inputs of all layers with the output, and the sums."""
    values, sums = [X], []
    for weight, bias, name in zip(W, b, names, strict=True):
        sums.append(values[-1] @ weight + bias)
        values.append(ACTIVATE[name](sums[-1]))
    return values, sums


def _gradients(X, W, b, names, slope, *, slopes=True):
    """dW and db of a gradient in the output; without `slopes`, activations are left out on the way back."""
    values, sums = _passed(X, W, b, names)
    dW, db = [], []
    for place in reversed(range(len(W))):
        dZ = _back(names[place], sums[place], slope) if slopes else slope
        dW.insert(0, values[place].T @ dZ)
        db.insert(0, dZ.sum(axis=0, keepdims=True))
        slope = dZ @ W[place].T
    return {"dW": dW, "db": db}


def _out(X, W, b, names):
    return _passed(X, W, b, names)[0][-1]


def _loss(X, Y, W, b, names):
    return -(Y * np.log(_out(X, W, b, names))).sum() / len(X)


wrong("network.out", "lacks the last layer's activation", "Follow what the last layer returns.")(
    lambda X, W, b, names: _passed(X, W, b, names)[1][-1]
)
wrong("network.out", "has softmax after every layer", "Look at each layer's activation.")(
    lambda X, W, b: _out(X, W, b, ["softmax"] * len(W))
)
wrong("network.out", "is activated twice at the end", "Softmax is part of the last layer.")(
    lambda X, W, b, names: _softmax(_out(X, W, b, names))
)
wrong("network.out", "has ReLU between the layers", "Each layer has its activation in it already.")(
    lambda X, W, b, names: _out(X, W, b, ["relu"] * (len(W) - 1) + [names[-1]])
)
wrong("network.out", "has no biases", "Look at what each layer adds.")(
    lambda X, W, b, names: _out(X, W, [0 * bias for bias in b], names)
)
wrong("network.loss", "is summed over the batch", "Look at what the loss's forward divides by.")(
    lambda X, Y, W, b, names: _loss(X, Y, W, b, names) * len(X)
)
wrong("network.loss", "has the wrong sign", "Look at the loss's forward.")(
    lambda X, Y, W, b, names: -_loss(X, Y, W, b, names)
)
wrong("network.loss", "has labels and output the other way round", "Look at the order of the loss's arguments.")(
    lambda X, Y, W, b, names: -(_out(X, W, b, names) * np.log(np.clip(Y, np.finfo(float).eps, None))).sum() / len(X)
)
wrong("network.loss", "is divided by the number of classes, too", "Look at what the loss's forward divides by.")(
    lambda X, Y, W, b, names: _loss(X, Y, W, b, names) / Y.shape[1]
)


def _of_slope(slope, quantity, **how):
    """A formula of the gradients that come of another one in the output: `slope` of X, Y and the output."""

    def formula(X, Y, W, b, names):
        return _gradients(X, W, b, names, slope(X, Y, _out(X, W, b, names)), **how)[quantity]

    return formula


TWICE = "Both the loss and the layer may divide: count them."
for _name, _says, _look, _slope, _how in (
    ("scaled", "isn't divided by the batch size", "Look at the loss's backward.", lambda X, Y, out: -Y / out, {}),
    ("averaged", "is divided by the batch size twice", TWICE, lambda X, Y, out: -Y / out / len(X) ** 2, {}),
    ("climbs", "has the wrong sign", "Look at the loss's backward.", lambda X, Y, out: Y / out / len(X), {}),
    (
        "slopeless",
        "lacks the activations' slopes",
        "Look at what each layer's backward does first.",
        lambda X, Y, out: -Y / out / len(X),
        {"slopes": False},
    ),
    (
        "softmax_again",
        "goes through softmax twice",
        "Say what the loss's gradient is taken with respect to.",
        lambda X, Y, out: (out - Y) / len(X),
        {},
    ),
    (
        "from_output",
        "starts from the output, not from the loss's gradient",
        "Look at what goes into backward.",
        lambda X, Y, out: out,
        {},
    ),
):
    for _quantity in ("dW", "db"):
        _formula = _of_slope(_slope, _quantity, **_how)
        _formula.__name__ = f"{_quantity}_{_name}"
        wrong(f"network.{_quantity}", _says, _look)(_formula)
