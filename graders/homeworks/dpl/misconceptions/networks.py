"""Mistakes in the networks' forward pass and loss, as the formulas that students write.

Every function takes the arguments of the oracle's function of that name; columns are examples.
"""

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def relu(Z):
    """Equation 1."""
    return np.maximum(Z, 0)


def softmax(Z):
    """Equation 2."""
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0)


def passed(X, W, b, hidden=relu, last=softmax):
    """The sums of all layers, and their activations."""
    outputs, acts = [], [X]
    for place, (weight, bias) in enumerate(zip(W, b, strict=True)):
        outputs.append(weight @ acts[-1] + bias)
        acts.append((last if place == len(W) - 1 else hidden)(outputs[-1]))
    return outputs, acts[1:]


def _linear(Z):
    return Z


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def _no_bias(b):
    return [0 * bias for bias in b]


def _loss(P, Y):
    return -(Y * np.log(P + 1e-14)).sum() / Y.shape[1]


FORWARD = {
    "no_biases": ("lacks the biases", "Look at what each layer adds.", lambda X, W, b: passed(X, W, _no_bias(b))),
    "bias_subtracted": (
        "has the biases subtracted",
        "Look at the sign of what each layer adds.",
        lambda X, W, b: passed(X, W, [-bias for bias in b]),
    ),
    "bias_twice": (
        "has the biases added twice",
        "Count what each layer adds.",
        lambda X, W, b: passed(X, W, [2 * bias for bias in b]),
    ),
    "hidden_linear": (
        "lacks the ReLUs",
        "Follow what the second layer is given.",
        lambda X, W, b: passed(X, W, b, hidden=_linear),
    ),
    "hidden_softmax": (
        "has softmax in hidden layers",
        "Look at which layers are the last.",
        lambda X, W, b: passed(X, W, b, hidden=softmax),
    ),
    "hidden_sigmoid": (
        "has the sigmoid in hidden layers",
        "Look at the hidden layers' activation.",
        lambda X, W, b: passed(X, W, b, hidden=_sigmoid),
    ),
    "hidden_tanh": (
        "has tanh in hidden layers",
        "Look at the hidden layers' activation.",
        lambda X, W, b: passed(X, W, b, hidden=np.tanh),
    ),
}
LAST = {
    "last_linear": (
        "has no activation in the last layer",
        "Look at what the last layer's sums go through.",
        lambda X, W, b: passed(X, W, b, last=_linear),
    ),
    "last_relu": (
        "has ReLU in the last layer",
        "Look at what the last layer's sums go through.",
        lambda X, W, b: passed(X, W, b, last=relu),
    ),
    "last_relu_too": (
        "has ReLU before softmax in the last layer",
        "Look at what the last layer's sums go through.",
        lambda X, W, b: passed(X, W, b, last=lambda Z: softmax(relu(Z))),
    ),
    "last_softmax_twice": (
        "goes through softmax twice",
        "Count how often the last layer's sums are normalised.",
        lambda X, W, b: passed(X, W, b, last=lambda Z: softmax(softmax(Z))),
    ),
    "last_over_examples": (
        "is normalised over the examples in the last layer",
        "Columns are examples: look at softmax's axis.",
        lambda X, W, b: passed(X, W, b, last=lambda Z: softmax(Z.T).T),
    ),
}


def _entries(made, prefix, quantity, pick):
    for name, (says, look, forward) in made.items():

        def formula(X, Y, W, b, forward=forward):
            return pick(forward(X, W, b), Y)

        formula.__name__ = f"{prefix}_{name}"
        wrong(f"network.{quantity}", says, look)(formula)


_entries(FORWARD, "sums", "outputs", lambda found, Y: found[0])
_entries(FORWARD | LAST, "activations", "act_outputs", lambda found, Y: found[1])
_entries(
    {name: made for name, made in (FORWARD | LAST).items() if name not in ("last_linear", "last_relu")},
    "loss",
    "loss",
    lambda found, Y: _loss(found[1][-1], Y),
)
wrong("network.loss", "is summed over the examples", "Look at what equation 6 divides by.")(
    lambda X, Y, W, b: _loss(passed(X, W, b)[1][-1], Y) * Y.shape[1]
)
wrong("network.loss", "is divided by the number of classes, too", "Look at what equation 6 divides by.")(
    lambda X, Y, W, b: _loss(passed(X, W, b)[1][-1], Y) / len(Y)
)
