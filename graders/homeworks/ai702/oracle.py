"""What components don't say of ai702: what lies between a model's layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from graders.checking import Answer as Answer
from graders.checking import measured
from reference import activations as _activations
from reference import networks as _networks

Tensors = dict[str, Any]


@measured
def mlp(A0: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], dLdA: Tensor) -> Tensors:
    """Equations 27 to 31, ReLU after every layer; W's and b's gradients are divided by the batch size."""
    trace = _networks.mlp(A0, W, [column[:, 0] for column in b], _activations.relu, dLdA)
    count = len(A0)
    return {
        "A": trace.inputs,
        "Z": trace.pre_activations,
        "dAdZ": trace.slopes,
        "dLdA": trace.input_gradients,
        "dLdZ": trace.pre_activation_gradients,
        "dLdW": [gradient / count for gradient in trace.weight_gradients],
        "dLdb": [gradient[:, None] / count for gradient in trace.bias_gradients],
    }
