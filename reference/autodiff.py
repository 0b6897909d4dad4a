"""Gradients of an oracle, by PyTorch's automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import torch
from torch import Tensor


class Differentiated(NamedTuple):
    """One call of `vjp`: what was differentiated, where, and what came."""

    function: Callable[..., Tensor]
    inputs: Sequence[Tensor]
    cotangent: Tensor
    gradients: Sequence[Tensor]


_LISTENERS: ContextVar[tuple[list[Differentiated], ...]] = ContextVar("record_vjp_calls", default=())
"""Whoever is told of calls, in this context."""


@contextmanager
def record_vjp_calls() -> Iterator[list[Differentiated]]:
    """The calls of `vjp` made in this context, as a list that grows: for whoever checks them by other means."""
    found: list[Differentiated] = []
    token = _LISTENERS.set((*_LISTENERS.get(), found))
    try:
        yield found
    finally:
        _LISTENERS.reset(token)


def vjp(
    function: Callable[..., Tensor], inputs: Sequence[Tensor], cotangent: Tensor
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """The output of `function(*inputs)` and, for each input, the gradient of `(output * cotangent).sum()`.

    The cotangent has the output's shape; each gradient has its input's. An input that the output doesn't depend on
    has a gradient of zeros.
    """
    leaves = [tensor.detach().requires_grad_() for tensor in inputs]
    with torch.enable_grad():
        output = function(*leaves)
        if not output.requires_grad:
            return output, tuple(torch.zeros_like(leaf) for leaf in leaves)
        gradients = gradient((output * cotangent).sum(), leaves)
    for found in _LISTENERS.get():
        found.append(Differentiated(function, inputs, cotangent, gradients))
    return output.detach(), gradients


def gradient(scalar: Tensor, inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The gradient of a scalar in each input, zeros where it doesn't depend on it.

    (Given a cotangent, `torch.autograd.grad` imports SymPy to compare shapes, half a second; for a scalar it doesn't.)
    """
    found = torch.autograd.grad(scalar, list(inputs), allow_unused=True, retain_graph=True)
    return tuple(torch.zeros_like(leaf) if slope is None else slope for leaf, slope in zip(inputs, found, strict=True))


def derivative(function: Callable[[Tensor], Tensor], inputs: Tensor) -> tuple[Tensor, Tensor]:
    """An elementwise function's output and its derivative in each entry, both of the input's shape."""
    output, (slope,) = vjp(function, [inputs], torch.ones_like(inputs))
    return output, slope
