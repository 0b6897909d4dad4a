"""Mistakes that students of cs189 make in NeuralNetwork, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import activation
from ..closed_forms import network as right

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _passed(X, W, b, names):
    """The inputs of all layers with the output, and the sums."""
    values, sums = [X], []
    for weight, bias, name in zip(W, b, names, strict=True):
        sums.append(values[-1] @ weight + bias)
        values.append(activation(name, sums[-1], sums[-1])["Y"])
    return values, sums


def _gradients(X, W, b, names, slope, *, slopes=True):
    """dW and db of a gradient in the output; without `slopes`, activations are left out on the way back."""
    values, sums = _passed(X, W, b, names)
    dW, db = [], []
    for place in reversed(range(len(W))):
        dZ = activation(names[place], sums[place], slope)["dZ"] if slopes else slope
        dW.insert(0, values[place].T @ dZ)
        db.insert(0, dZ.sum(axis=0, keepdims=True))
        slope = dZ @ W[place].T
    return {"dW": dW, "db": db}


def _without_softmax(X, Y, W, b, names):
    """A gradient in softmax's input that goes through softmax once more."""
    out = _passed(X, W, b, names)[0][-1]
    return _gradients(X, W, b, names, (out - Y) / len(X))


@wrong("network.out", "lacks the last layer's activation", "Follow what the last layer returns.")
def output_not_activated(X, Y, W, b, names):
    return _passed(X, W, b, names)[1][-1]


@wrong("network.out", "has softmax after every layer", "Look at each layer's activation.")
def softmax_everywhere(X, Y, W, b, names):
    return _passed(X, W, b, ["softmax"] * len(W))[0][-1]


@wrong("network.out", "is activated twice at the end", "Softmax is part of the last layer.")
def softmax_twice(X, Y, W, b, names):
    out = _passed(X, W, b, names)[0][-1]
    return activation("softmax", out, out)["Y"]


@wrong("network.out", "has ReLU between the layers", "Each layer has its activation in it already.")
def relu_between(X, Y, W, b, names):
    return _passed(X, W, b, ["relu"] * (len(W) - 1) + [names[-1]])[0][-1]


@wrong("network.out", "has no biases", "Look at what each layer adds.")
def no_biases(X, Y, W, b, names):
    return _passed(X, W, [0 * bias for bias in b], names)[0][-1]


@wrong("network.loss", "is summed over the batch", "Look at what the loss's forward divides by.")
def loss_summed(X, Y, W, b, names):
    return right(X, Y, W, b, names)["loss"] * len(X)


@wrong("network.loss", "has the wrong sign", "Look at the loss's forward.")
def loss_negative(X, Y, W, b, names):
    return -right(X, Y, W, b, names)["loss"]


@wrong("network.loss", "has labels and output the other way round", "Look at the order of the loss's arguments.")
def loss_swapped(X, Y, W, b, names):
    out = _passed(X, W, b, names)[0][-1]
    return -(out * np.log(np.clip(Y, np.finfo(float).eps, None))).sum() / len(X)


@wrong("network.loss", "is divided by the number of classes, too", "Look at what the loss's forward divides by.")
def loss_over_entries(X, Y, W, b, names):
    return right(X, Y, W, b, names)["loss"] / Y.shape[1]


for _quantity in ("dW", "db"):

    def _scaled(X, Y, W, b, names, quantity=_quantity):
        return [len(X) * found for found in right(X, Y, W, b, names)[quantity]]

    def _averaged(X, Y, W, b, names, quantity=_quantity):
        return [found / len(X) for found in right(X, Y, W, b, names)[quantity]]

    def _climbs(X, Y, W, b, names, quantity=_quantity):
        return [-found for found in right(X, Y, W, b, names)[quantity]]

    def _slopeless(X, Y, W, b, names, quantity=_quantity):
        out = _passed(X, W, b, names)[0][-1]
        return _gradients(X, W, b, names, -Y / out / len(X), slopes=False)[quantity]

    def _softmax_again(X, Y, W, b, names, quantity=_quantity):
        return _without_softmax(X, Y, W, b, names)[quantity]

    def _from_output(X, Y, W, b, names, quantity=_quantity):
        return _gradients(X, W, b, names, _passed(X, W, b, names)[0][-1])[quantity]

    for _formula, _says, _look in (
        (_scaled, "isn't divided by the batch size", "Look at the loss's backward."),
        (_averaged, "is divided by the batch size twice", "Both the loss and the layer may divide: count them."),
        (_climbs, "has the wrong sign", "Look at the loss's backward."),
        (_slopeless, "lacks the activations' slopes", "Look at what each layer's backward does first."),
        (_softmax_again, "goes through softmax twice", "Say what the loss's gradient is taken with respect to."),
        (_from_output, "starts from the output, not from the loss's gradient", "Look at what goes into backward."),
    ):
        _formula.__name__ = f"{_quantity}{_formula.__name__}"
        wrong(f"network.{_quantity}", _says, _look)(_formula)
