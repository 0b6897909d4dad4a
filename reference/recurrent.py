"""Recurrent networks, one step and sequences of them, in PyTorch's order of gates."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def rnn_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """h' (N, H) = tanh(x W_ihᵀ + b_ih + h W_hhᵀ + b_hh) for x (N, D), h (N, H) (Elman, 1990)."""
    return torch.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)


def gru_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """h' (N, H): gates reset, update, new in W_ih (3H, D), W_hh (3H, H) (Cho et al., 2014; bias as PyTorch has it)."""
    from_x, from_h = (x @ W_ih.T + b_ih).chunk(3, dim=1), (h @ W_hh.T + b_hh).chunk(3, dim=1)
    reset, update = torch.sigmoid(from_x[0] + from_h[0]), torch.sigmoid(from_x[1] + from_h[1])
    new = torch.tanh(from_x[2] + reset * from_h[2])
    return (1 - update) * new + update * h


def lstm_step(
    x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """(h', c') (N, H) each: gates input, forget, cell, output in W_ih (4H, D) (Hochreiter and Schmidhuber, 1997)."""
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
    cell = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


def rnn(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """The states of all steps (N, T, H), of x (N, T, D) and the first state (N, H)."""
    return _unrolled(rnn_step, x, h, W_ih, W_hh, b_ih, b_hh)


def gru(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """The states of all steps (N, T, H), of x (N, T, D) and the first state (N, H)."""
    return _unrolled(gru_step, x, h, W_ih, W_hh, b_ih, b_hh)


def lstm(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """The states of all steps (N, T, H), of x (N, T, D) and the first state (N, H); the cell starts at zero."""
    c, states = torch.zeros_like(h), []
    for step in x.unbind(dim=1):
        h, c = lstm_step(step, h, c, W_ih, W_hh, b_ih, b_hh)
        states.append(h)
    return torch.stack(states, dim=1)


def _unrolled(step: Callable[..., Tensor], x: Tensor, h: Tensor, *parameters: Tensor) -> Tensor:
    states = []
    for inputs in x.unbind(dim=1):
        h = step(inputs, h, *parameters)
        states.append(h)
    return torch.stack(states, dim=1)
