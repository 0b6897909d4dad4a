"""Second opinions on question 5's oracles: backpropagation by hand, in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

Arrays = dict[str, Any]
Group = list[np.ndarray]
EPS = 1e-5


def _ones(A: np.ndarray) -> np.ndarray:
    return np.column_stack([A, np.ones(len(A))])


class _Layer:
    """One hidden layer: what it was given, and what it gives."""

    def __init__(self, seen: np.ndarray, residual: np.ndarray, W: np.ndarray, norm: Group) -> None:
        self.seen, self.W, self.norm = _ones(seen), W, norm
        sums = self.seen @ W + residual
        self.out = sums
        if norm:
            centred = sums - sums.mean(axis=1, keepdims=True)
            self.sigma = np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPS)
            self.hat = centred / self.sigma
            self.out = norm[0] * self.hat + norm[1]
        self.H = np.maximum(self.out, 0)

    def backward(self, dH: np.ndarray) -> None:
        """From the gradient in H: those in the sums, in what was seen and in the parameters."""
        d = dH * (self.out > 0)
        if self.norm:
            self.dgamma, self.dbeta = (d * self.hat).sum(axis=0), d.sum(axis=0)
            d = d * self.norm[0]
            mean, along = d.mean(axis=1, keepdims=True), (d * self.hat).mean(axis=1, keepdims=True)
            d = (d - mean - self.hat * along) / self.sigma
        self.dW, self.d_sums, self.d_seen = self.seen.T @ d, d, d @ self.W[:-1].T


def mlp(X: np.ndarray, Y: np.ndarray, W: Group, gamma: Group, beta: Group, rate: float) -> Arrays:
    """A forward pass, a backward pass and a step."""
    norms = [list(pair) for pair in zip(gamma, beta, strict=True)] or [[], [], []]
    d, h = X.shape[1], W[0].shape[1]
    first = _Layer(X, np.zeros(h), W[0], norms[0])
    second = _Layer(np.hstack([X, first.H]), first.H, W[1], norms[1])
    third = _Layer(np.hstack([X, first.H, second.H]), second.H, W[2], norms[2])
    logits = _ones(third.H) @ W[3]
    top = logits.max(axis=1, keepdims=True)
    log_probs = logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    delta = (np.exp(log_probs) - Y) / len(X)
    third.backward(delta @ W[3][:-1].T)
    second.backward(third.d_seen[:, d + h :] + third.d_sums)
    first.backward(third.d_seen[:, d : d + h] + second.d_seen[:, d:] + second.d_sums)
    layers = (first, second, third)
    dW = [*(layer.dW for layer in layers), _ones(third.H).T @ delta]
    dgamma = [layer.dgamma for layer in layers] if gamma else []
    dbeta = [layer.dbeta for layer in layers] if gamma else []
    moved = (
        [value - rate * slope for value, slope in zip(before, slopes, strict=True)]
        for before, slopes in ((W, dW), (gamma, dgamma), (beta, dbeta))
    )
    after = dict(zip(("W_after", "gamma_after", "beta_after"), moved, strict=True))
    loss = -(Y * log_probs).sum() / len(X)
    return {"log_probs": log_probs, "loss": loss, "dW": dW, "dgamma": dgamma, "dbeta": dbeta, **after}


def mlp_steps(X: Group, Y: Group, W: Group, gamma: Group, beta: Group, rates: list[float]) -> Arrays:
    """A step for each batch."""
    log_probs = []
    step: Arrays = {}
    for batch, labels, rate in zip(X, Y, rates, strict=True):
        step = mlp(batch, labels, W, gamma, beta, rate)
        log_probs.append(step["log_probs"])
        W, gamma, beta = step["W_after"], step["gamma_after"], step["beta_after"]
    return {"log_probs": log_probs, "W_after": W, "gamma_after": gamma, "beta_after": beta}


CLOSED_FORMS = {form.__name__: form for form in (mlp, mlp_steps)}
