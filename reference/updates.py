"""One step of each optimiser: from a parameter, its gradient and what is kept to the parameter and what is kept.

`kept` gives 0.0 for what isn't there yet; `step`, for those that ask for it, counts from 1. Where nothing else is said
these are what torch.optim computes, with a new learning rate before each step, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # nothing here but arithmetic: rules are named where PyTorch isn't needed yet
    from torch import Tensor

Kept: TypeAlias = "Mapping[str, Tensor]"
Stepped: TypeAlias = "tuple[Tensor, Kept]"
"""The parameter after the step, and what is kept for the next."""


def sgd(w: Tensor, g: Tensor, kept: Kept, *, lr: float, momentum: float = 0.0, weight_decay: float = 0.0) -> Stepped:
    """v := momentum v + g, then w := w - lr v: the learning rate is no part of what accumulates (torch.optim.SGD)."""
    v = momentum * kept["v"] + g + weight_decay * w
    return w - lr * v, {"v": v}


def momentum_with_rate(w: Tensor, g: Tensor, kept: Kept, *, lr: float, momentum: float) -> Stepped:
    """v := momentum v - lr g, then w := w + v (Polyak, 1964)."""
    v = momentum * kept["v"] - lr * g
    return w + v, {"v": v}


def nesterov(w: Tensor, g: Tensor, kept: Kept, *, lr: float, momentum: float) -> Stepped:
    """v := momentum v + g, then w := w - lr (g + momentum v) (torch.optim.SGD with nesterov=True)."""
    v = momentum * kept["v"] + g
    return w - lr * (g + momentum * v), {"v": v}


def nesterov_with_rate(w: Tensor, g: Tensor, kept: Kept, *, lr: float, momentum: float) -> Stepped:
    """v := momentum v - lr g, then w := w + momentum v - lr g (Bengio et al., 2012, equation 7)."""
    v = momentum * kept["v"] - lr * g
    return w + momentum * v - lr * g, {"v": v}


def adagrad(w: Tensor, g: Tensor, kept: Kept, *, lr: float, eps: float) -> Stepped:
    """The sum of squares: w := w - lr g / (sqrt(cache) + eps) (Duchi et al., 2011)."""
    cache = kept["cache"] + g * g
    return w - lr * g / (cache**0.5 + eps), {"cache": cache}


def rmsprop(w: Tensor, g: Tensor, kept: Kept, *, lr: float, decay: float, eps: float) -> Stepped:
    """cache := decay cache + (1 - decay) g², then w := w - lr g / (sqrt(cache) + eps) (torch.optim.RMSprop)."""
    cache = decay * kept["cache"] + (1 - decay) * g * g
    return w - lr * g / (cache**0.5 + eps), {"cache": cache}


def adam(
    w: Tensor,
    g: Tensor,
    kept: Kept,
    *,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float = 0.0,
) -> Stepped:
    """Algorithm 1 of Kingma and Ba (2015); weight decay, if any, is part of the gradient (torch.optim.Adam)."""
    g = g + weight_decay * w
    m = beta1 * kept["m"] + (1 - beta1) * g
    v = beta2 * kept["v"] + (1 - beta2) * g * g
    moved = lr * (m / (1 - beta1**step)) / ((v / (1 - beta2**step)) ** 0.5 + eps)
    return w - moved, {"m": m, "v": v}


def adamw(
    w: Tensor,
    g: Tensor,
    kept: Kept,
    *,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Stepped:
    """Adam, and besides w := w - lr weight_decay w, of w before the step (Loshchilov and Hutter, 2019)."""
    moved, now = adam(w, g, kept, step=step, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return moved - lr * weight_decay * w, now
