"""A perceptron whose hidden layers each see the input and all hidden layers before them, and add the last of these.

The formula is the handout's of dpl2025; the connections are those of DenseNet (Huang et al. 2017).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from reference import guards
from reference.activations import relu
from reference.normalization import layer_norm

Norm = tuple[Tensor, Tensor]
"""Scale and shift of a layer normalisation, both (h,)."""


def append_ones(inputs: Tensor) -> Tensor:
    """(B, n) with a column of ones on the right, for the bias in the weights' last row."""
    return torch.cat([inputs, inputs.new_ones(len(inputs), 1)], dim=1)


def dense_residual(inputs: Tensor, weights: Sequence[Tensor], norms: Sequence[Norm], eps: float) -> Tensor:
    """The log-probabilities (B, C) of inputs (B, d).

    Hidden layer k is relu(LN([inputs, hidden 1, …, hidden k-1, 1] W_k + hidden k-1)), with no residual in the first.
    The last of the weights is the output layer's, (h + 1, C); without `norms` there is no normalisation.
    """
    hidden: list[Tensor] = []
    for place, weight in enumerate(weights[:-1]):
        total = append_ones(torch.cat([inputs, *hidden], dim=1)) @ weight
        if hidden:
            total = total + hidden[-1]
        hidden.append(relu(layer_norm(total, *norms[place], eps) if norms else total))
    return guards.log_softmax(append_ones(hidden[-1]) @ weights[-1], dim=1)
