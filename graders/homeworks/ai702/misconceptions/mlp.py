"""Mistakes that students of ai702 make in the MLPs, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _forward(A0, W, b, skipped=()):
    """Inputs of all layers with the output, and pre-activations; these layers' activations are skipped."""
    A, Z = [A0], []
    for place, (weight, bias) in enumerate(zip(W, b, strict=True)):
        Z.append(A[-1] @ weight.T + bias.T)
        A.append(Z[-1] if place in skipped else np.maximum(Z[-1], 0))
    return A, Z


def _backward(A, Z, W, dLdA, through=lambda place, g, Z: g * (Z[place] > 0)):
    """The gradients of W and b, averaged; `through` takes a gradient back through an activation."""
    dW, db, g, N = [], [], dLdA, len(A[0])
    for place in reversed(range(len(W))):
        dZ = through(place, g, Z)
        dW.insert(0, dZ.T @ A[place] / N)
        db.insert(0, dZ.sum(axis=0)[:, None] / N)
        g = dZ @ W[place]
    return dW, db


def _gradients(A0, W, b, dLdA, through):
    A, Z = _forward(A0, W, b)
    return _backward(A, Z, W, dLdA, through)


@wrong("mlp.A", "lacks the activation after its layer", "Look at what comes after the last linear layer.")
def output_not_activated(A0, W, b, dLdA):
    return [A0, *_forward(A0, W, b)[1]]  # of every layer, its own


@wrong("mlp.A", "lacks the activation after the first layer", "Follow what the second layer is given.")
def first_not_activated(A0, W, b, dLdA):
    return _forward(A0, W, b, skipped=(0,))[0][:1] * 2 + _forward(A0, W, b, skipped=(0,))[0][2:]


@wrong("mlp.A", "has no activation anywhere", "Look at what lies between two layers.")
def nowhere_activated(A0, W, b, dLdA):
    A = _forward(A0, W, b, skipped=range(len(W)))[0]
    return A[:1] * 2 + A[2:]  # after one layer it is the same as the next


@wrong("mlp.A", "has the activation before each layer, not after it", "Look at the order of equations 21 and 22.")
def activated_before(A0, W, b, dLdA):
    A = [A0]
    for weight, bias in zip(W, b, strict=True):
        A.append(np.maximum(A[-1], 0) @ weight.T + bias.T)
    return A


@wrong("mlp.A", "uses tanh in place of the ReLU", "The models' activations are ReLUs.")
def tanh_everywhere(A0, W, b, dLdA):
    A = [A0]
    for weight, bias in zip(W, b, strict=True):
        A.append(np.tanh(A[-1] @ weight.T + bias.T))
    return A


@wrong("mlp.A", "uses the sigmoid in place of the ReLU", "The models' activations are ReLUs.")
def sigmoid_everywhere(A0, W, b, dLdA):
    A = [A0]
    for weight, bias in zip(W, b, strict=True):
        A.append((1 + np.tanh((A[-1] @ weight.T + bias.T) / 2)) / 2)
    return A


@wrong("mlp.dLdW", "lacks the derivative of the activation above it", "Look at the first step of backward.")
def slope_above_skipped(A0, W, b, dLdA):
    def without(skipped):
        return _gradients(A0, W, b, dLdA, lambda place, g, Z: g if place == skipped else g * (Z[place] > 0))[0]

    return [without(place)[place] for place in range(len(W))]


@wrong("mlp.dLdW", "has the activation's derivative alone, without the gradient from above", "Look at the chain rule.")
def upstream_dropped(A0, W, b, dLdA):
    return _gradients(A0, W, b, dLdA, lambda place, g, Z: (Z[place] > 0) * 1.0)[0]


@wrong("mlp.dLdW", "has the activation's derivative added, not multiplied", "Look at the chain rule.")
def slope_added(A0, W, b, dLdA):
    return _gradients(A0, W, b, dLdA, lambda place, g, Z: g + (Z[place] > 0))[0]


@wrong("mlp.dLdW", "multiplies by the activation's output, not by its derivative", "Look at what backward() returns.")
def output_for_slope(A0, W, b, dLdA):
    return _gradients(A0, W, b, dLdA, lambda place, g, Z: g * np.maximum(Z[place], 0))[0]


@wrong("mlp.dLdW", "is divided by the batch size once more in every layer", "The layers divide, nobody else does.")
def averaged_again(A0, W, b, dLdA):
    N = len(A0)
    return _gradients(A0, W, b, dLdA, lambda place, g, Z: g * (Z[place] > 0) / N)[0]
