"""Mistakes that students of a4 make in the dense layer, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _W_grad(x, output_grad):
    return output_grad.T @ x


def _b_grad(output_grad):
    return output_grad.sum(axis=0, keepdims=True)


@wrong("dense.outputs", "lacks the bias", "Look at the last term of x Wᵀ + b.")
def no_bias(x, W, b, output_grad, rate):
    return x @ W.T


@wrong("dense.outputs", "subtracts the bias", "Look at the sign of the last term.")
def bias_subtracted(x, W, b, output_grad, rate):
    return x @ W.T - b


@wrong("dense.outputs", "adds the first output's bias to all", "Follow the shape of the bias until it is added.")
def first_bias(x, W, b, output_grad, rate):
    return x @ W.T + b[0, 0]


def _is_square(W):
    """Then a transposition keeps the shape, and a reshape changes nothing."""
    return W.shape[0] == W.shape[1]


@wrong("dense.outputs", "reshapes the weights where they should be transposed", "Compare .T with .reshape.")
def weights_reshaped(x, W, b, output_grad, rate):
    return None if _is_square(W) else x @ W.reshape(W.shape[::-1]) + b


@wrong("dense.outputs", "multiplies by the weights the wrong way round", "Compare with x Wᵀ: which index is summed?")
def weights_turned(x, W, b, output_grad, rate):
    return x @ W + b if _is_square(W) else None


@wrong("dense.outputs", "adds the bias before the product", "Look at the order of x Wᵀ + b.")
def bias_scaled(x, W, b, output_grad, rate):
    return x @ (W + b.T).T


@wrong("dense.outputs", "goes through a ReLU", "The dense layer is linear: ReLU is a layer of its own.")
def activated(x, W, b, output_grad, rate):
    return np.maximum(x @ W.T + b, 0)


@wrong("dense.input_grad", "reshapes the weights where they should stay", "Compare shapes in the chain rule.")
def input_grad_reshaped(x, W, b, output_grad, rate):
    return None if _is_square(W) else output_grad @ W.reshape(W.shape[::-1]).T


@wrong("dense.input_grad", "multiplies by the weights the wrong way round", "Which index does the forward pass sum?")
def input_grad_turned(x, W, b, output_grad, rate):
    return output_grad @ W.T if _is_square(W) else None


@wrong("dense.input_grad", "is averaged over the batch", "Each example has a gradient of its own.")
def input_grad_averaged(x, W, b, output_grad, rate):
    return output_grad @ W / len(x)


@wrong("dense.input_grad", "lacks the upstream gradient", "Look at what output_grad is for.")
def input_grad_of_ones(x, W, b, output_grad, rate):
    return np.ones_like(output_grad) @ W


@wrong(
    "dense.input_grad",
    "uses weights that are already updated",
    "Look at which weights the output was made with.",
)
def input_grad_after_update(x, W, b, output_grad, rate):
    return output_grad @ (W - rate * _W_grad(x, output_grad))


@wrong("dense.W_grad", "is averaged over the batch", "The loss divides by N already: see where N comes in.")
def W_grad_averaged(x, W, b, output_grad, rate):
    return _W_grad(x, output_grad) / len(x)


@wrong("dense.W_grad", "is that of the first example", "Look at the sum over the batch.")
def W_grad_of_first(x, W, b, output_grad, rate):
    return _W_grad(x[:1], output_grad[:1])


@wrong("dense.W_grad", "is that of the last example", "Look at whether examples add up or replace one another.")
def W_grad_of_last(x, W, b, output_grad, rate):
    return _W_grad(x[-1:], output_grad[-1:])


@wrong("dense.W_grad", "lacks the upstream gradient", "Look at what output_grad is for.")
def W_grad_of_ones(x, W, b, output_grad, rate):
    return _W_grad(x, np.ones_like(output_grad))


@wrong("dense.W_grad", "has the weights added to it", "The gradient is the loss's alone.")
def W_grad_decayed(x, W, b, output_grad, rate):
    return _W_grad(x, output_grad) + W


@wrong("dense.b_grad", "is averaged over the batch", "The loss divides by N already: see where N comes in.")
def b_grad_averaged(x, W, b, output_grad, rate):
    return output_grad.mean(axis=0, keepdims=True)


@wrong("dense.b_grad", "is that of the first example", "Look at the sum over the batch.")
def b_grad_of_first(x, W, b, output_grad, rate):
    return output_grad[:1]


@wrong("dense.b_grad", "is that of the last example", "Look at whether examples add up or replace one another.")
def b_grad_of_last(x, W, b, output_grad, rate):
    return output_grad[-1:]


@wrong("dense.b_grad", "is one for each example, not output_grad's sum", "Look at what output_grad is for.")
def b_grad_of_ones(x, W, b, output_grad, rate):
    return np.full_like(b, len(x))


@wrong("dense.b_grad", "is summed over the outputs, too", "Each output has a bias of its own.")
def b_grad_over_outputs(x, W, b, output_grad, rate):
    return np.full_like(b, output_grad.sum())


def _parameter(name):
    """A parameter's mistakes in update: `start` and `grad` are taken from the oracle's arguments."""

    def start(W, b):
        return W if name == "W" else b

    def grad(x, output_grad):
        return _W_grad(x, output_grad) if name == "W" else _b_grad(output_grad)

    def step(factor):
        def stepped(x, W, b, output_grad, rate):
            return start(W, b) + factor(rate, len(x)) * grad(x, output_grad)

        return stepped

    def gradient_alone(x, W, b, output_grad, rate):
        return grad(x, output_grad)

    def scaled(x, W, b, output_grad, rate):
        return -rate * grad(x, output_grad)

    yield (
        "unmoved",
        "is what it was before: nothing has updated it",
        "See what update assigns to.",
        step(lambda r, n: 0),
    )
    yield "climbs", "climbs: it moves along the gradient", "Which way does the loss fall?", step(lambda r, n: r)
    yield "rateless", "is updated without the learning rate", "See what update is given.", step(lambda r, n: -1)
    yield "twice", "is updated twice", "Count how often update is called, and moves.", step(lambda r, n: -2 * r)
    yield "averaged", "is moved by a gradient that is divided by N", "See where N comes in.", step(lambda r, n: -r / n)
    yield "squared", "has the learning rate squared", "Count the learning rates.", step(lambda r, n: -r * r)
    yield "divided", "is moved by the gradient over the learning rate", "Look at update.", step(lambda r, n: -1 / r)
    yield "replaced", "is replaced by its gradient", "A step starts at the old value.", gradient_alone
    yield "restarted", "is the step alone, without the old value", "A step starts at the old value.", scaled


for _name in ("W", "b"):
    for _what, _says, _look, _formula in _parameter(_name):
        _formula.__name__ = f"{_name}_{_what}"
        wrong(f"dense.{_name}_after", _says, _look)(_formula)


@wrong("dense.b_after", "is moved by the gradient of the weights, summed", "Look at which gradient the bias is given.")
def b_moved_by_weights(x, W, b, output_grad, rate):
    return b - rate * _W_grad(x, output_grad).sum(axis=1)[None]
