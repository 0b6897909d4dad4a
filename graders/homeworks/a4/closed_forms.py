"""Second opinions on a4's oracles: the equations in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

Arrays = dict[str, Any]


def dense(x: np.ndarray, W: np.ndarray, b: np.ndarray, output_grad: np.ndarray, rate: float) -> Arrays:
    """x Wᵀ + b; gradients are sums over the batch."""
    W_grad, b_grad = output_grad.T @ x, output_grad.sum(axis=0, keepdims=True)
    return {
        "outputs": x @ W.T + b,
        "input_grad": output_grad @ W,
        "W_grad": W_grad,
        "b_grad": b_grad,
        "W_after": W - rate * W_grad,
        "b_after": b - rate * b_grad,
    }


def softmax(x: np.ndarray, output_grad: np.ndarray) -> Arrays:
    """Each row's softmax p; its Jacobian is diag(p) - ppᵀ."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    return {"outputs": p, "input_grad": p * (output_grad - (output_grad * p).sum(axis=1, keepdims=True))}


def tanh(x: np.ndarray, output_grad: np.ndarray) -> Arrays:
    """The hyperbolic tangent."""
    return {"outputs": np.tanh(x), "input_grad": output_grad * (1 - np.tanh(x) ** 2)}


def relu(x: np.ndarray, output_grad: np.ndarray) -> Arrays:
    """max(x, 0)."""
    return {"outputs": np.maximum(x, 0), "input_grad": output_grad * (x > 0)}


def cross_entropy(prediction: np.ndarray, chosen: np.ndarray, upstream: float) -> Arrays:
    """The mean of -log p of the right class."""
    N = len(prediction)
    loss = -(chosen * np.log(prediction)).sum() / N
    return {"loss": loss, "prediction_grad": -upstream * chosen / prediction / N}


def mlp(x: np.ndarray, W: list[np.ndarray], b: list[np.ndarray], output_grad: np.ndarray, rate: float) -> Arrays:
    """Dense layers with a ReLU after each."""
    values = [x]
    for weight, bias in zip(W, b, strict=True):
        values.append(np.maximum(values[-1] @ weight.T + bias, 0))
    slope = output_grad
    W_grad: list[np.ndarray] = []
    b_grad: list[np.ndarray] = []
    for weight, value, output in zip(W[::-1], values[-2::-1], values[:0:-1], strict=True):
        delta = slope * (output > 0)
        W_grad.insert(0, delta.T @ value)
        b_grad.insert(0, delta.sum(axis=0, keepdims=True))
        slope = delta @ weight
    return {
        "outputs": values[-1],
        "input_grad": slope,
        "W_grad": W_grad,
        "b_grad": b_grad,
        "W_after": [w - rate * g for w, g in zip(W, W_grad, strict=True)],
        "b_after": [c - rate * g for c, g in zip(b, b_grad, strict=True)],
    }


CLOSED_FORMS = {form.__name__: form for form in (dense, softmax, tanh, relu, cross_entropy, mlp)}
