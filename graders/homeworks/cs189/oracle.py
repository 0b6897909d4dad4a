"""What each component of cs189 must compute: the oracles of `reference`, in this homework's shapes and conventions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import measured
from reference import activations as _activations
from reference import guards
from reference.autodiff import gradient, vjp
from reference.convolution import conv2d as _conv2d
from reference.pooling import average_pool2d, max_pool2d

Tensors = dict[str, Any]

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": _activations.identity,
    "sigmoid": _activations.sigmoid,
    "tanh": _activations.tanh,
    "arctan": torch.arctan,
    "relu": _activations.relu,
    "softmax": lambda Z: guards.softmax(Z, dim=-1),
}
CLASSES = {
    "linear": "Linear",
    "sigmoid": "Sigmoid",
    "tanh": "TanH",
    "arctan": "ArcTan",
    "relu": "ReLU",
    "softmax": "SoftMax",
}


@measured
def activation(name: str, Z: Tensor, dY: Tensor) -> Tensors:
    """Section 3: the activation, and the gradient in Z of a loss whose gradient in Y is dY."""
    Y, (dZ,) = vjp(ACTIVATIONS[name], [Z], dY)
    return {"Y": Y, "dZ": dZ}


@measured
def fully_connected(name: str, X: Tensor, W: Tensor, b: Tensor, dLdY: Tensor) -> Tensors:
    """Section 3.2: the activation of XW + 1b and its gradients, sums over the batch."""
    Y, (dX, dW, db) = vjp(lambda x, w, c: ACTIVATIONS[name](x @ w + c), [X, W, b], dLdY)
    return {"Y": Y, "dX": dX, "dW": dW, "db": db}


@measured
def cross_entropy(Y: Tensor, Y_hat: Tensor) -> Tensors:
    """Section 3.4: the mean over the batch, and its gradient in the probabilities."""
    loss, (slope,) = vjp(lambda p: -(Y * guards.log(p)).sum() / len(Y), [Y_hat], torch.ones((), dtype=Y.dtype))
    return {"loss": loss, "slope": slope}


@measured
def squared_error(Y: Tensor, Y_hat: Tensor, factor: float) -> Tensors:
    """The sum of squared differences times a factor, and its gradient in the predictions."""
    one = torch.ones((), dtype=Y.dtype)
    loss, (slope,) = vjp(lambda p: factor * (p - Y).square().sum(), [Y_hat], one)
    return {"loss": loss, "slope": slope}


@measured
def network(X: Tensor, Y: Tensor, W: list[Tensor], b: list[Tensor], names: list[str]) -> Tensors:
    """Section 4: output, cross-entropy and the gradients of all parameters."""
    weights = [tensor.detach().requires_grad_() for tensor in W]
    biases = [tensor.detach().requires_grad_() for tensor in b]
    out = X
    for weight, bias, name in zip(weights, biases, names, strict=True):
        out = ACTIVATIONS[name](out @ weight + bias)
    loss = -(Y * guards.log(out)).sum() / len(X)
    found = gradient(loss, [*weights, *biases])
    return {
        "out": out.detach(),
        "loss": loss.detach(),
        "dW": list(found[: len(W)]),
        "db": list(found[len(W) :]),
    }


@measured
def conv(name: str, X: Tensor, W: Tensor, b: Tensor, dLdY: Tensor, stride: int, padding: tuple[int, int]) -> Tensors:
    """Equation 1 with stride and zeros around the image, an activation, and its gradients; b is (1, C_out)."""

    def forward(x: Tensor, w: Tensor, c: Tensor) -> Tensor:
        return ACTIVATIONS[name](_conv2d(x, w, c[0], stride, (padding[0], padding[1])))

    Y, (dX, dW, db) = vjp(forward, [X, W, b], dLdY)
    return {"Y": Y, "dX": dX, "dW": dW, "db": db}


@measured
def pool(mode: str, X: Tensor, dLdY: Tensor, kernel: tuple[int, int], stride: int) -> Tensors:
    """Maximum or average of each window, and the gradient in X; meant for images without ties."""
    function = max_pool2d if mode == "max" else average_pool2d
    Y, (dX,) = vjp(lambda x: function(x, (kernel[0], kernel[1]), stride), [X], dLdY)
    return {"Y": Y, "dX": dX}
