"""Activations and feed-forward networks as these homeworks define them: columns are examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import is_simulated, measured
from graders.judging.tolerance import SINGLE_ROUNDING
from reference import activations as _activations
from reference import guards
from reference import losses as _losses
from reference.autodiff import gradient

EPSILON = 1e-14
"""What cross_entropy adds to a probability before it takes the logarithm."""

UNSURE = 64
"""Roundings of the terms of a sum that it may be from 0 for its sign to be unsure: it has ten terms or so, and its
weights have those of the steps before."""

Tensors = dict[str, Any]


@measured
def relu(Z: Tensor) -> Tensors:
    """Equation 1."""
    return {"A": _activations.relu(Z)}


@measured
def softmax(Z: Tensor) -> Tensors:
    """Equation 2, for each column; where single precision is simulated to measure noise, by the way that loses most."""
    if not is_simulated():
        return {"A": guards.softmax(Z, dim=0)}
    return {"A": torch.exp(Z - torch.logsumexp(Z, dim=0))}


@measured
def cross_entropy(P: Tensor, Y: Tensor) -> Tensors:
    """Equation 6 from probabilities and one-hot labels, both (n_classes, n_examples): the mean over the examples."""
    return {"loss": -(Y * (P + EPSILON).log()).sum(dim=0).mean()}


Activation = Callable[[Tensor, Callable[[], Tensor]], Tensor]
"""Of hidden layers: from their sums, and what gives the sums of the absolute values of the same terms."""


def _sizes(weight: Tensor, values: Tensor, bias: Tensor) -> Tensor:
    return (weight.abs() @ values.abs() + bias.abs()).detach()


def plain(Z: Tensor, sizes: Callable[[], Tensor]) -> Tensor:  # noqa: ARG001 - an activation
    """ReLU."""
    return _activations.relu(Z)


def on_either_side(Z: Tensor, sizes: Callable[[], Tensor]) -> Tensor:
    """ReLU; where noise is measured, a sum that single precision may see on the other side of 0 is on that side.

    Its slope is 0 on one side and 1 on the other, so a right gradient may be either. That happens in one case of some
    thousand, and three samples of the noise may all miss it.
    """
    if not is_simulated():
        return _activations.relu(Z)
    unsure = Z.abs() <= UNSURE * SINGLE_ROUNDING * sizes()
    return torch.where((Z > 0) ^ unsure, Z, torch.zeros_like(Z))


class Pass(NamedTuple):
    """A network's forward pass and its gradients; lists have one entry for each layer."""

    outputs: list[Tensor]
    act_outputs: list[Tensor]
    loss: Tensor
    dW: list[Tensor]
    db: list[Tensor]


def _pass(X: Tensor, Y: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], hidden: Activation = plain) -> Pass:
    """X (n_in, N), Y (n_classes, N), W[i] (n_out, n_in), b[i] (n_out, 1); gradients of the mean cross-entropy."""
    W = [weight.detach().requires_grad_() for weight in W]
    b = [bias.detach().requires_grad_() for bias in b]
    outputs: list[Tensor] = []
    act_outputs = [X]
    for place, (weight, bias) in enumerate(zip(W, b, strict=True)):
        outputs.append(weight @ act_outputs[-1] + bias)
        last = place == len(W) - 1
        terms = partial(_sizes, weight, act_outputs[-1], bias)
        act_outputs.append(guards.softmax(outputs[-1], dim=0) if last else hidden(outputs[-1], terms))
    loss = _losses.cross_entropy(outputs[-1].T, Y.T)
    found = gradient(loss, [*W, *b])
    return Pass(
        [z.detach() for z in outputs],
        [a.detach() for a in act_outputs[1:]],
        loss.detach(),
        list(found[: len(W)]),
        list(found[len(W) :]),
    )


@measured
def network(X: Tensor, Y: Tensor, W: Sequence[Tensor], b: Sequence[Tensor]) -> Tensors:
    """ReLU after every layer but the last, softmax after that; the mean cross-entropy and its gradients."""
    return _pass(X, Y, W, b, on_either_side)._asdict()


@measured
def descended(X: Tensor, Y: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], rates: Sequence[float]) -> Tensors:
    """Gradient descent on all examples, one epoch for each rate: the last parameters, and each epoch's loss.

    `losses` has the loss before each step, and a last one after all of them.
    """
    losses = []
    W, b = list(W), list(b)
    for rate in rates:
        step = _pass(X, Y, W, b, on_either_side)
        losses.append(step.loss)
        W = [weight - rate * slope for weight, slope in zip(W, step.dW, strict=True)]
        b = [bias - rate * slope for bias, slope in zip(b, step.db, strict=True)]
    losses.append(_pass(X, Y, W, b).loss)
    return {"W": W, "b": b, "losses": losses}


@measured
def history(
    X: Tensor,
    Y: Tensor,
    X_test: Tensor,
    Y_test: Tensor,
    W: Sequence[Tensor],
    b: Sequence[Tensor],
    rates: Sequence[float],
) -> Tensors:
    """Gradient descent with both accuracies after each epoch; `losses` has one before each epoch and one at the end."""
    losses, train, test = [], [], []
    W, b = list(W), list(b)
    for rate in rates:
        step = _pass(X, Y, W, b)
        losses.append(step.loss)
        W = [weight - rate * slope for weight, slope in zip(W, step.dW, strict=True)]
        b = [bias - rate * slope for bias, slope in zip(b, step.db, strict=True)]
        train.append(_accuracy(X, Y, W, b))
        test.append(_accuracy(X_test, Y_test, W, b))
    losses.append(_pass(X, Y, W, b).loss)
    return {"losses": losses, "train": torch.stack(train), "test": torch.stack(test)}


def _accuracy(X: Tensor, Y: Tensor, W: Sequence[Tensor], b: Sequence[Tensor]) -> Tensor:
    guesses = _pass(X, Y, W, b).act_outputs[-1].argmax(dim=0)
    return (guesses == Y.argmax(dim=0)).to(X.dtype).mean()
