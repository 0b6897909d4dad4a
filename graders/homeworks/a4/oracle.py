"""What each component of a4 must compute: the oracles of `reference`, in this homework's shapes and conventions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import measured
from reference import activations as _activations
from reference import guards
from reference import networks as _networks
from reference.autodiff import vjp
from reference.linear import linear as _linear

Tensors = dict[str, Any]


@measured
def dense(x: Tensor, W: Tensor, b: Tensor, output_grad: Tensor, rate: float) -> Tensors:
    """x Wᵀ + b with W (m, d) and b (1, m); its gradients, summed over the batch, and the parameters after an update."""
    outputs, (input_grad, W_grad, b_grad) = vjp(_linear, [x, W, b], output_grad)
    return {
        "outputs": outputs,
        "input_grad": input_grad,
        "W_grad": W_grad,
        "b_grad": b_grad,
        "W_after": W - rate * W_grad,
        "b_after": b - rate * b_grad,
    }


def _pulled(function: Any, x: Tensor, output_grad: Tensor) -> Tensors:
    outputs, (input_grad,) = vjp(function, [x], output_grad)
    return {"outputs": outputs, "input_grad": input_grad}


@measured
def softmax(x: Tensor, output_grad: Tensor) -> Tensors:
    """Each row's softmax, and the gradient times its Jacobian."""
    return _pulled(lambda z: guards.softmax(z, dim=1), x, output_grad)


@measured
def tanh(x: Tensor, output_grad: Tensor) -> Tensors:
    """The hyperbolic tangent, elementwise."""
    return _pulled(_activations.tanh, x, output_grad)


@measured
def relu(x: Tensor, output_grad: Tensor) -> Tensors:
    """max(x, 0), elementwise."""
    return _pulled(_activations.relu, x, output_grad)


@measured
def cross_entropy(prediction: Tensor, chosen: Tensor, upstream: float) -> Tensors:
    """The mean of -log p of the right class, which `chosen` (N, C) has a 1 for; the gradient is in p."""
    weight = torch.as_tensor(upstream, dtype=prediction.dtype)
    loss, (gradient,) = vjp(lambda p: -(chosen * guards.log(p)).sum() / len(p), [prediction], weight)
    return {"loss": loss, "prediction_grad": gradient}


@measured
def mlp(x: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], output_grad: Tensor, rate: float) -> Tensors:
    """Dense layers with a ReLU after each; gradients are sums over the batch; parameters after an update."""
    trace = _networks.mlp(x, W, [row[0] for row in b], _activations.relu, output_grad)
    b_grad = [gradient[None, :] for gradient in trace.bias_gradients]
    return {
        "outputs": trace.inputs[-1],
        "input_grad": trace.input_gradients[0],
        "W_grad": trace.weight_gradients,
        "b_grad": b_grad,
        "W_after": [w - rate * g for w, g in zip(W, trace.weight_gradients, strict=True)],
        "b_after": [c - rate * g for c, g in zip(b, b_grad, strict=True)],
    }
