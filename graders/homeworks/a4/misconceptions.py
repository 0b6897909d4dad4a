"""Mistakes that students of a4 make in a step of gradient descent and in the MLP; layers bring theirs.

Every function takes the arguments of the oracle's function of that name.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong

STEPS = {
    "unmoved": ("is what it was before: nothing has updated it", "See which layers' update is called.", lambda r, N: 0),
    "climbs": ("climbs: it moves along the gradient", "Which way does the loss fall?", lambda r, N: r),
    "rateless": ("is updated without the learning rate", "Follow the learning rate into each layer.", lambda r, N: -1),
    "twice": ("is updated twice", "Count how often each update is called, and moves.", lambda r, N: -2 * r),
    "thrice": ("is updated three times", "Count how often each update is called, and moves.", lambda r, N: -3 * r),
    "averaged": ("is moved by a gradient that is divided by N", "See where N comes in.", lambda r, N: -r / N),
    "squared": ("has the learning rate squared", "Count the learning rates.", lambda r, N: -r * r),
    "divided": ("is moved by the gradient over the learning rate", "Look at update.", lambda r, N: -1 / r),
    "fixed": (
        "is updated with a learning rate of 0.001",
        "Follow the learning rate into each layer.",
        lambda r, N: -0.001,
    ),
    "hundredth": (
        "is updated with a learning rate of 0.01",
        "Follow the learning rate into each layer.",
        lambda r, N: -0.01,
    ),
}
"""By what the gradient is multiplied before it is added, from the learning rate and the size of the batch."""


def _gradients(x, output_grad):
    return {"W": output_grad.T @ x, "b": output_grad.sum(axis=0, keepdims=True)}


def _passed(x, W, b, activate=lambda place, z: np.maximum(z, 0)):
    found = [x]
    for place, (weight, bias) in enumerate(zip(W, b, strict=True)):
        found.append(activate(place, found[-1] @ weight.T + bias))
    return found


def _back(x, W, b, output_grad, left_out=()):
    """Each layer's gradients from the last one back, and the one in x; ReLUs at these places are left out."""
    values, slope, found = _passed(x, W, b), output_grad, []
    for place in reversed(range(len(W))):
        slope = slope if place in left_out else slope * (values[place + 1] > 0)
        found.insert(0, _gradients(values[place], slope))
        slope = slope @ W[place]
    return found, slope


def _of_layer(name, factor):
    def formula(x, W, b, output_grad, rate):
        return {"W": W, "b": b}[name] + factor(rate, len(x)) * _gradients(x, output_grad)[name]

    return formula


def _of_network(name, factor):
    def formula(x, W, b, output_grad, rate):
        found, _ = _back(x, W, b, output_grad)
        start = {"W": W, "b": b}[name]
        return [old + factor(rate, len(x)) * each[name] for old, each in zip(start, found, strict=True)]

    return formula


for _name in ("W", "b"):
    for _oracle, _made in (("stepped", _of_layer), ("mlp", _of_network)):
        for _what, (_says, _look, _factor) in STEPS.items():
            _formula = _made(_name, _factor)
            _formula.__name__ = f"{_name}_{_what}"
            wrong(f"{_oracle}.{_name}_after", _says, _look)(_formula)
wrong("stepped.W_after", "is replaced by its gradient", "A step starts at the old value.")(
    lambda x, output_grad: _gradients(x, output_grad)["W"]
)
wrong("stepped.W_after", "is the step alone, without the old value", "A step starts at the old value.")(
    lambda x, output_grad, rate: -rate * _gradients(x, output_grad)["W"]
)
wrong(
    "stepped.b_after", "is moved by the gradient of the weights, summed", "Look at which gradient the bias is given."
)(lambda x, b, output_grad, rate: b - rate * _gradients(x, output_grad)["W"].sum(axis=1)[None])
wrong("mlp.outputs", "leaves the last layer out", "Follow the loop over the layers to its end.")(
    lambda x, W, b: _passed(x, W, b, lambda place, z: z if place == len(W) - 1 else np.maximum(z, 0))[-1]
)
wrong("mlp.outputs", "has no activation anywhere", "Follow which layers are called.")(
    lambda x, W, b: _passed(x, W, b, lambda place, z: z)[-1]
)
wrong("mlp.outputs", "is returned before the last dense layer", "Follow the loop over the layers to its end.")(
    lambda x, W, b: _passed(x, W, b)[-2]
)


@wrong("mlp.outputs", "has softmax at its end", "The MLP has the layers it is given, and no others.")
def softmax_at_the_end(x, W, b, output_grad, rate):
    out = _passed(x, W, b)[-1]
    powers = np.exp(out - out.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


wrong("mlp.input_grad", "hands output_grad on", "Follow what each layer's backward is given.")(
    lambda output_grad: output_grad
)
wrong("mlp.input_grad", "leaves the ReLUs out", "Follow which layers backward goes through.")(
    lambda x, W, b, output_grad: _back(x, W, b, output_grad, range(len(W)))[1]
)


@wrong("mlp.input_grad", "stops before the first dense layer", "Follow the loop back to its end.")
def gradient_stops_early(x, W, b, output_grad, rate):
    first = _passed(x, W, b)[1]
    return (_back(first, W[1:], b[1:], output_grad)[1] if len(W) > 1 else output_grad) * (first > 0)


wrong("mlp.input_grad", "leaves the last ReLU out", "Look at which layer backward starts with.")(
    lambda x, W, b, output_grad: _back(x, W, b, output_grad, [len(W) - 1])[1]
)
