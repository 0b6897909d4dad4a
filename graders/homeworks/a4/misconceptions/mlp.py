"""Mistakes that students of a4 make in the MLP, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import mlp as right

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _values(x, W, b, activate=lambda place, z: np.maximum(z, 0)):
    found = [x]
    for place, (weight, bias) in enumerate(zip(W, b, strict=True)):
        found.append(activate(place, found[-1] @ weight.T + bias))
    return found


def _step(x, W, b, output_grad, rate, quantity, factor):
    """Parameters after a step whose layers are moved by factor(place) times their gradient."""
    grads = right(x, W, b, output_grad, rate)[f"{quantity}_grad"]
    start = W if quantity == "W" else b
    return [old + factor(place) * grad for place, (old, grad) in enumerate(zip(start, grads, strict=True))]


@wrong("mlp.outputs", "leaves the last layer out", "Follow the loop over the layers to its end.")
def last_left_out(x, W, b, output_grad, rate):
    return _values(x, W, b, lambda place, z: z if place == len(W) - 1 else np.maximum(z, 0))[-1]


@wrong("mlp.outputs", "has no activation anywhere", "Follow which layers are called.")
def nowhere_activated(x, W, b, output_grad, rate):
    return _values(x, W, b, lambda place, z: z)[-1]


@wrong("mlp.outputs", "is returned before the last dense layer", "Follow the loop over the layers to its end.")
def stops_early(x, W, b, output_grad, rate):
    return _values(x, W, b)[-2] if len(W) > 1 else x


@wrong("mlp.outputs", "has softmax at its end", "The MLP has the layers it is given, and no others.")
def softmax_at_the_end(x, W, b, output_grad, rate):
    out = _values(x, W, b)[-1]
    powers = np.exp(out - out.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@wrong("mlp.input_grad", "hands output_grad on", "Follow what each layer's backward is given.")
def gradient_passed(x, W, b, output_grad, rate):
    return output_grad


@wrong("mlp.input_grad", "leaves the ReLUs out", "Follow which layers backward goes through.")
def gradient_without_relus(x, W, b, output_grad, rate):
    slope = output_grad
    for weight in W[::-1]:
        slope = slope @ weight
    return slope


@wrong("mlp.input_grad", "stops before the first dense layer", "Follow the loop back to its end.")
def gradient_stops_early(x, W, b, output_grad, rate):
    values, slope = _values(x, W, b), output_grad
    for place in range(len(W) - 1, 0, -1):
        slope = (slope * (values[place + 1] > 0)) @ W[place]
    return slope * (values[1] > 0)


@wrong("mlp.input_grad", "leaves the last ReLU out", "Look at which layer backward starts with.")
def gradient_without_last_relu(x, W, b, output_grad, rate):
    values, slope = _values(x, W, b), output_grad
    for place in range(len(W) - 1, -1, -1):
        last = place == len(W) - 1
        slope = (slope if last else slope * (values[place + 1] > 0)) @ W[place]
    return slope


def _moved(quantity, factor):
    def formula(x, W, b, output_grad, rate):
        return _step(x, W, b, output_grad, rate, quantity, lambda place: factor(rate, place, len(x), len(W)))

    return formula


STEPS = {
    "unmoved": ("is what it was before: nothing has updated it", "Look at which layers' update is called.", 0),
    "climbs": ("climbs: it moves along the gradient", "Which way does the loss fall?", 1),
    "twice": ("is updated twice", "Count how often each layer's update is called.", -2),
    "thrice": ("is updated three times", "Count how often each layer's update is called.", -3),
}
for _quantity in ("W", "b"):
    for _name, (_says, _look, _factor) in STEPS.items():
        _formula = _moved(_quantity, lambda rate, place, N, layers, factor=_factor: factor * rate)
        _formula.__name__ = f"{_quantity}_{_name}"
        wrong(f"mlp.{_quantity}_after", _says, _look)(_formula)
    for _name, _says, _factor_of in (
        ("rateless", "is updated without the learning rate", lambda rate, place, N, layers: -1),
        ("squared", "has the learning rate squared", lambda rate, place, N, layers: -rate * rate),
        ("fixed", "is updated with a learning rate of 0.001", lambda rate, place, N, layers: -0.001),
        ("hundredth", "is updated with a learning rate of 0.01", lambda rate, place, N, layers: -0.01),
        ("averaged", "is moved by a gradient that is divided by N", lambda rate, place, N, layers: -rate / N),
    ):
        _formula = _moved(_quantity, _factor_of)
        _formula.__name__ = f"{_quantity}_{_name}"
        wrong(f"mlp.{_quantity}_after", _says, "Follow the learning rate into each layer.")(_formula)
