"""`reference.networks` against `torch.nn.Sequential`, with every intermediate gradient taken from hooks."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from reference import activations
from reference.networks import mlp
from tests.reference.drawn import drawn, equal

WIDTHS = st.lists(st.integers(1, 5), min_size=2, max_size=6)


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), WIDTHS, st.sampled_from(["relu", "tanh"]))
def test_a_perceptron_is_what_torch_computes_at_every_layer(seed: int, N: int, widths: list[int], name: str) -> None:
    depth = len(widths) - 1
    A0, cotangent = drawn(seed, (N, widths[0]), (N, widths[-1]))
    weights = drawn(seed + 1, *zip(widths[1:], widths[:-1], strict=True))
    biases = drawn(seed + 2, *[(width,) for width in widths[1:]])
    values, leaf = _run(A0, weights, biases, {"relu": nn.ReLU, "tanh": nn.Tanh}[name])
    values[-1].backward(cotangent)

    trace = mlp(A0, weights, biases, getattr(activations, name), cotangent)

    layers = [module for module in leaf if isinstance(module, nn.Linear)]
    assert len(trace.inputs) == len(trace.input_gradients) == depth + 1
    for i in range(depth):
        Z, A = values[2 * i + 1], values[2 * i + 2]
        equal(trace.inputs[i], values[2 * i].detach())
        equal(trace.pre_activations[i], Z.detach())
        equal(trace.inputs[i + 1], A.detach())
        equal(trace.input_gradients[i], values[2 * i].grad)
        equal(trace.pre_activation_gradients[i], Z.grad)
        equal(trace.pre_activation_gradients[i], trace.input_gradients[i + 1] * trace.slopes[i])
        equal(trace.weight_gradients[i], layers[i].weight.grad)
        equal(trace.bias_gradients[i], layers[i].bias.grad)
    equal(trace.input_gradients[-1], cotangent)


def _run(
    A0: Tensor, weights: list[Tensor], biases: list[Tensor], kind: type[nn.Module]
) -> tuple[list[Tensor], nn.Sequential]:
    modules: list[nn.Module] = []
    for weight, bias in zip(weights, biases, strict=True):
        layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        layer.load_state_dict({"weight": weight, "bias": bias})
        modules += [layer, kind()]
    network = nn.Sequential(*modules)
    values = [A0.clone().requires_grad_()]
    for module in network:
        values.append(module(values[-1]))
        values[-1].retain_grad()
    return values, network


def test_a_trace_carries_no_graph() -> None:
    A0, W, b, cotangent = drawn(0, (4, 2), (3, 2), (3,), (4, 3))
    trace = mlp(A0, [W], [b], activations.relu, cotangent)
    assert not any(tensor.requires_grad for part in trace for tensor in part)
