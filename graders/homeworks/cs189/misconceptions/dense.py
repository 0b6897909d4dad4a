"""Mistakes that students of cs189 make in fully connected layers, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name; None where the mistake isn't one of that case.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

from ..closed_forms import activation
from ..closed_forms import fully_connected as right

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


@wrong("fully_connected.Y", "ignores the bias", "Look at the last term of the sum.")
def no_bias(name, X, W, b, dLdY):
    return right(name, X, W, 0 * b, dLdY)["Y"]


@wrong("fully_connected.Y", "subtracts the bias", "Look at the sign of the last term.")
def bias_subtracted(name, X, W, b, dLdY):
    return right(name, X, W, -b, dLdY)["Y"]


@wrong("fully_connected.Y", "isn't activated", "Look at what comes after the sum.")
def not_activated(name, X, W, b, dLdY):
    return X @ W + b


@wrong("fully_connected.Y", "is activated twice", "Count the activations between the sum and the output.")
def activated_twice(name, X, W, b, dLdY):
    Y = right(name, X, W, b, dLdY)["Y"]
    return activation(name, Y, Y)["Y"]


@wrong("fully_connected.Y", "adds the first output's bias to all", "Follow the shape of b until it is added.")
def first_bias(name, X, W, b, dLdY):
    return right(name, X, W, np.full_like(b, b[0, 0]), dLdY)["Y"]


@wrong("fully_connected.dX", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def input_without_slope(name, X, W, b, dLdY):
    return dLdY @ W.T


def _slope_at_output(name, X, W, b, dLdY):
    """The activation's backward is given what came out of the activation."""
    return activation(name, right(name, X, W, b, dLdY)["Y"], dLdY)["dZ"]


AT_OUTPUT = "takes the activation's slope at its output", "Look at which Z backward finds in the cache."


@wrong("fully_connected.dX", *AT_OUTPUT)
def input_slope_at_output(name, X, W, b, dLdY):
    return _slope_at_output(name, X, W, b, dLdY) @ W.T


@wrong("fully_connected.dW", *AT_OUTPUT)
def weight_slope_at_output(name, X, W, b, dLdY):
    return X.T @ _slope_at_output(name, X, W, b, dLdY)


@wrong("fully_connected.db", *AT_OUTPUT)
def bias_slope_at_output(name, X, W, b, dLdY):
    return _slope_at_output(name, X, W, b, dLdY).sum(axis=0, keepdims=True)


@wrong("fully_connected.dX", "is averaged over the batch", "Each example has a gradient of its own.")
def input_averaged(name, X, W, b, dLdY):
    return right(name, X, W, b, dLdY)["dX"] / len(X)


@wrong("fully_connected.dX", "reshapes W where it should be transposed", "Compare W.T with what you use.")
def weight_reshaped(name, X, W, b, dLdY):
    Z = X @ W + b
    return activation(name, Z, dLdY)["dZ"] @ W.reshape(W.shape[::-1])


@wrong("fully_connected.dW", "is averaged over the batch", "The loss has been averaged already: see where N comes in.")
def weight_averaged(name, X, W, b, dLdY):
    return right(name, X, W, b, dLdY)["dW"] / len(X)


@wrong("fully_connected.dW", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def weight_without_slope(name, X, W, b, dLdY):
    return X.T @ dLdY


@wrong("fully_connected.dW", "is that of the first example", "Look at the sum over the batch.")
def weight_of_first(name, X, W, b, dLdY):
    return right(name, X[:1], W, b, dLdY[:1])["dW"]


@wrong("fully_connected.dW", "has W's decay added to it", "The gradient is the loss's alone.")
def weight_decayed(name, X, W, b, dLdY):
    return right(name, X, W, b, dLdY)["dW"] + W


@wrong("fully_connected.db", "is averaged over the batch", "The loss has been averaged already: see where N comes in.")
def bias_averaged(name, X, W, b, dLdY):
    return right(name, X, W, b, dLdY)["db"] / len(X)


@wrong("fully_connected.db", "lacks the activation's slope", "Look at what dLdY is multiplied by first.")
def bias_without_slope(name, X, W, b, dLdY):
    return dLdY.sum(axis=0, keepdims=True)


@wrong("fully_connected.db", "is that of the first example", "Look at the sum over the batch.")
def bias_of_first(name, X, W, b, dLdY):
    return right(name, X[:1], W, b, dLdY[:1])["db"]


@wrong("fully_connected.db", "is summed over the outputs, too", "Each output has a bias of its own.")
def bias_over_outputs(name, X, W, b, dLdY):
    return np.full_like(b, right(name, X, W, b, dLdY)["db"].sum())
