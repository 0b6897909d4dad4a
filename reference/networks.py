"""Multilayer perceptrons: alternating linear layers and activations, which keep everything in between.

Backpropagation is Rumelhart, Hinton and Williams' (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from torch import Tensor

from reference.autodiff import derivative, gradient
from reference.linear import linear


class Trace(NamedTuple):
    """One forward and backward pass of an l-layer perceptron.

    `inputs` has l + 1 entries (what each layer is given, and the output), `input_gradients` likewise; all else has l.
    """

    inputs: list[Tensor]
    pre_activations: list[Tensor]
    slopes: list[Tensor]
    input_gradients: list[Tensor]
    pre_activation_gradients: list[Tensor]
    weight_gradients: list[Tensor]
    bias_gradients: list[Tensor]


def mlp(
    inputs: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    activation: Callable[[Tensor], Tensor],
    cotangent: Tensor,
) -> Trace:
    """A perceptron's trace; inputs (N, C_0), weights[i] (C_i+1, C_i), biases[i] (C_i+1,), cotangent as the output.

    All gradients are those of `(output * cotangent).sum()`, by automatic differentiation of the whole network.
    """
    weights = [weight.detach().requires_grad_() for weight in weights]
    biases = [bias.detach().requires_grad_() for bias in biases]
    values = [inputs.detach().requires_grad_()]
    sums = []
    for weight, bias in zip(weights, biases, strict=True):
        sums.append(linear(values[-1], weight, bias))
        values.append(activation(sums[-1]))
    found = gradient((values[-1] * cotangent).sum(), [*values[:-1], *sums, *weights, *biases])
    count = len(weights)
    slopes = [derivative(activation, z)[1] for z in sums]
    return Trace(
        inputs=[value.detach() for value in values],
        pre_activations=[z.detach() for z in sums],
        slopes=slopes,
        input_gradients=[*found[:count], cotangent],
        pre_activation_gradients=list(found[count : 2 * count]),
        weight_gradients=list(found[2 * count : 3 * count]),
        bias_gradients=list(found[3 * count :]),
    )
