"""Layers that no bundled homework asks for, each against torch.nn, forward and gradients."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from reference import activations, attention, convolution, normalization, recurrent
from reference.autodiff import vjp
from tests.reference.drawn import drawn, equal


def alike(ours: Callable[..., Tensor], theirs: Callable[..., Tensor], *shapes: tuple[int, ...]) -> None:
    """The same output and gradients, for a cotangent that isn't all ones."""
    inputs = drawn(3, *shapes)
    like = theirs(*inputs)
    (cotangent,) = drawn(4, tuple(like.shape))
    found, expected = vjp(ours, inputs, cotangent), vjp(theirs, inputs, cotangent)
    equal(found[0], expected[0])
    for one, other in zip(found[1], expected[1], strict=True):
        equal(one, other)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (activations.leaky_relu, nn.LeakyReLU()),
        (lambda x: activations.leaky_relu(x, 0.2), nn.LeakyReLU(0.2)),
        (activations.elu, nn.ELU()),
        (lambda x: activations.elu(x, 0.5), nn.ELU(0.5)),
        (activations.softplus, nn.Softplus()),
        (activations.swish, nn.SiLU()),
        (activations.gelu, nn.GELU()),
        (activations.gelu_tanh, nn.GELU("tanh")),
    ],
)
def test_activations(ours: Callable[..., Tensor], theirs: nn.Module) -> None:
    alike(ours, theirs, (5, 7))


@pytest.mark.parametrize("values", [[-1000.0, 1000.0, 0.0]])
def test_activations_stay_finite(values: list[float]) -> None:
    x = torch.tensor(values, dtype=torch.float64)
    for function in (activations.elu, activations.softplus, activations.swish, activations.gelu):
        output, (slope,) = vjp(function, [x], torch.ones_like(x))
        assert torch.isfinite(output).all()
        assert torch.isfinite(slope).all()


def test_norms() -> None:
    alike(
        lambda x, g: normalization.rms_norm(x, g, 1e-5),
        lambda x, g: functional.rms_norm(x, (6,), g, 1e-5),
        (4, 6),
        (6,),
    )
    alike(
        lambda x, g, b: normalization.group_norm(x, g, b, 3, 1e-5),
        lambda x, g, b: functional.group_norm(x, 3, g, b, 1e-5),
        *((4, 6, 3, 2), (6,), (6,)),
    )


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 0), (1, 2), (3, 1)])
def test_convolutions(stride: int, padding: int) -> None:
    alike(
        lambda x, w, b: convolution.conv1d(x, w, b, stride, padding),
        lambda x, w, b: functional.conv1d(x, w, b, stride, padding),
        *((2, 3, 9), (4, 3, 3), (4,)),
    )
    alike(
        lambda x, w, b: convolution.conv_transpose2d(x, w, b, stride, padding),
        lambda x, w, b: functional.conv_transpose2d(x, w, b, stride, padding),
        *((2, 3, 4, 5), (3, 4, 5, 5), (4,)),
    )


@pytest.mark.parametrize(
    ("ours", "cell", "gates"), [(recurrent.rnn_step, nn.RNNCell, 1), (recurrent.gru_step, nn.GRUCell, 3)]
)
def test_recurrent_steps(ours: Callable[..., Tensor], cell: type[nn.Module], gates: int) -> None:
    def theirs(x: Tensor, h: Tensor, *parameters: Tensor) -> Tensor:
        made = cell(3, 4, dtype=torch.float64)
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        found: Tensor = torch.func.functional_call(made, dict(zip(names, parameters, strict=True)), (x, h))
        return found

    alike(ours, theirs, (5, 3), (5, 4), (4 * gates, 3), (4 * gates, 4), (4 * gates,), (4 * gates,))


@pytest.mark.parametrize("which", [0, 1])
def test_a_step_of_an_lstm(which: int) -> None:
    def theirs(x: Tensor, h: Tensor, c: Tensor, *parameters: Tensor) -> Tensor:
        made = nn.LSTMCell(3, 4, dtype=torch.float64)
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        found: tuple[Tensor, Tensor] = torch.func.functional_call(
            made, dict(zip(names, parameters, strict=True)), (x, (h, c))
        )
        return found[which]

    shapes = ((5, 3), (5, 4), (5, 4), (16, 3), (16, 4), (16,), (16,))
    alike(lambda *values: recurrent.lstm_step(*values)[which], theirs, *shapes)


def test_attention() -> None:
    alike(attention.scaled_dot_product, functional.scaled_dot_product_attention, (2, 3, 4), (2, 5, 4), (2, 5, 6))

    def theirs(X: Tensor, W_in: Tensor, b_in: Tensor, W_out: Tensor, b_out: Tensor) -> Tensor:
        made = nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
        names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
        values = dict(zip(names, (W_in, b_in, W_out, b_out), strict=True))
        found: tuple[Tensor, Tensor] = torch.func.functional_call(made, values, (X, X, X))
        return found[0]

    alike(lambda *values: attention.multi_head(*values, heads=2), theirs, (3, 5, 8), (24, 8), (24,), (8, 8), (8,))
