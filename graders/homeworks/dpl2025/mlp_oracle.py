"""What NumpyDenseResMLP must compute: question 5's equations, gradients by automatic differentiation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import measured
from reference.autodiff import gradient
from reference.dense_residual import dense_residual

EPS = 1e-5
"""The handout's epsilon, inside the square root."""

Tensors = dict[str, Any]


class _Pass(NamedTuple):
    log_probs: Tensor
    loss: Tensor
    dW: list[Tensor]
    dgamma: list[Tensor]
    dbeta: list[Tensor]


def _pass(X: Tensor, Y: Tensor, W: Sequence[Tensor], gamma: Sequence[Tensor], beta: Sequence[Tensor]) -> _Pass:
    W, gamma, beta = ([tensor.detach().requires_grad_() for tensor in group] for group in (W, gamma, beta))
    log_probs = dense_residual(X, W, list(zip(gamma, beta, strict=True)), EPS)
    loss = -(Y * log_probs).sum(dim=1).mean()
    found = list(gradient(loss, [*W, *gamma, *beta]))
    norms = len(W) + len(gamma)
    return _Pass(log_probs.detach(), loss.detach(), found[: len(W)], found[len(W) : norms], found[norms:])


def _moved(before: Sequence[Tensor], slopes: Sequence[Tensor], rate: float) -> list[Tensor]:
    return [value - rate * slope for value, slope in zip(before, slopes, strict=True)]


@measured
def mlp(
    X: Tensor, Y: Tensor, W: Sequence[Tensor], gamma: Sequence[Tensor], beta: Sequence[Tensor], rate: float
) -> Tensors:
    """X (B, d), one-hot Y (B, C): log-probabilities, mean loss, its gradients, and the parameters after a step.

    Without `gamma` and `beta` it is the network without layer normalisation.
    """
    found = _pass(X, Y, W, gamma, beta)
    return {
        **found._asdict(),
        "W_after": _moved(W, found.dW, rate),
        "gamma_after": _moved(gamma, found.dgamma, rate),
        "beta_after": _moved(beta, found.dbeta, rate),
    }


@measured
def mlp_steps(
    X: Sequence[Tensor],
    Y: Sequence[Tensor],
    W: Sequence[Tensor],
    gamma: Sequence[Tensor],
    beta: Sequence[Tensor],
    rates: Sequence[float],
) -> Tensors:
    """A step of gradient descent for each batch: the log-probabilities before each, and the last parameters."""
    log_probs = []
    for batch, labels, rate in zip(X, Y, rates, strict=True):
        found = _pass(batch, labels, W, gamma, beta)
        log_probs.append(found.log_probs)
        W, gamma, beta = (
            _moved(before, slopes, rate)
            for before, slopes in ((W, found.dW), (gamma, found.dgamma), (beta, found.dbeta))
        )
    return {"log_probs": log_probs, "W_after": list(W), "gamma_after": list(gamma), "beta_after": list(beta)}
