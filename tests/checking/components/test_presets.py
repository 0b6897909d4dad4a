"""Each preset against torch.nn: outputs and gradients, for upstream gradients that aren't all ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from graders import AuthorError
from graders.checking.components import presets
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.optimizers import Optimizer
from graders.checking.components.presets.preset import Preset, UpdatePreset
from graders.checking.components.standard.standard import Standard


def _recurrent(kind: Callable[..., nn.Module], outputs: Callable[[Any], Any]) -> Callable[..., Any]:
    """A recurrent module of torch.nn with these parameters, of PyTorch's own names."""

    def theirs(x: Tensor, *given: Tensor) -> Any:
        *states, W_ih, W_hh, b_ih, b_hh = given
        sequence = x.ndim == 3
        made = kind(x.shape[-1], W_hh.shape[1], dtype=torch.float64, **({"batch_first": True} if sequence else {}))
        values = (W_ih, W_hh, b_ih, b_hh)
        names = [name for name, _ in made.named_parameters()]
        if sequence:
            states = [state[None] for state in states]
            states += [torch.zeros_like(states[0])] if kind is nn.LSTM else []
        state = tuple(states) if kind in (nn.LSTM, nn.LSTMCell) else states[0]
        return outputs(torch.func.functional_call(made, dict(zip(names, values, strict=True)), (x, state)))

    return theirs


def _multi_head(x: Tensor, W_in: Tensor, b_in: Tensor, W_out: Tensor, b_out: Tensor, heads: int) -> Tensor:
    made = nn.MultiheadAttention(x.shape[-1], heads, batch_first=True, dtype=torch.float64)
    names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    values = dict(zip(names, (W_in, b_in, W_out, b_out), strict=True))
    found: tuple[Tensor, Tensor] = torch.func.functional_call(made, values, (x, x, x))
    return found[0]


def _attention(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None = None) -> Tensor:
    return functional.scaled_dot_product_attention(q, k, v, attn_mask=None if hidden is None else ~hidden)


THEIRS: Mapping[str, Callable[..., Any]] = {
    "RELU": nn.ReLU(),
    "SIGMOID": nn.Sigmoid(),
    "TANH": nn.Tanh(),
    "GELU": nn.GELU(),
    "GELU_BY_TANH": nn.GELU("tanh"),
    "SWISH": nn.SiLU(),
    "SOFTPLUS": nn.Softplus(),
    "LEAKY_RELU": nn.LeakyReLU(),
    "ELU": nn.ELU(),
    "LINEAR": functional.linear,
    "LAYER_NORM": lambda x, gamma, beta: functional.layer_norm(x, x.shape[1:], gamma, beta),
    "RMS_NORM": lambda x, gamma: functional.rms_norm(x, x.shape[1:], gamma, 1e-5),
    "GROUP_NORM": lambda x, gamma, beta, groups: functional.group_norm(x, groups, gamma, beta),
    "CONV1D": functional.conv1d,
    "CONV2D": functional.conv2d,
    "CONV_TRANSPOSE1D": functional.conv_transpose1d,
    "CONV_TRANSPOSE2D": functional.conv_transpose2d,
    "MAX_POOL2D": lambda x, kernel, stride: functional.max_pool2d(x, kernel, stride),
    "AVERAGE_POOL2D": lambda x, kernel, stride: functional.avg_pool2d(x, kernel, stride),
    "EMBEDDING": functional.embedding,
    "RNN_STEP": _recurrent(nn.RNNCell, lambda h: h),
    "GRU_STEP": _recurrent(nn.GRUCell, lambda h: h),
    "LSTM_STEP": _recurrent(nn.LSTMCell, lambda found: found),
    "RNN": _recurrent(nn.RNN, lambda found: found[0]),
    "GRU": _recurrent(nn.GRU, lambda found: found[0]),
    "LSTM": _recurrent(nn.LSTM, lambda found: found[0]),
    "ATTENTION": _attention,
    "MASKED_ATTENTION": _attention,
    "MULTI_HEAD": _multi_head,
}
RANDOM = {"DROPOUT": 0.2, "DROPOUT_KEEPING": 0.8}
"""With the p that keeps four fifths."""
LAYERS = [name for name, one in vars(presets).items() if isinstance(one, Preset)]
UPDATES = [name for name, one in vars(presets).items() if isinstance(one, UpdatePreset)]


def standard_of(name: str) -> Standard:
    return getattr(presets, name).functions("layers", "forward", "backward").standard(name.lower())


def a_case(standard: Standard, seed: int) -> ComponentCase:
    one = standard.component
    sizes = tuple((name, values[seed % len(values)]) for name, values in one.pools.items())
    return ComponentCase(seed, sizes, tuple((name, values[seed % len(values)]) for name, values in one.options.items()))


def as_tensor(value: Any) -> Any:
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def test_all_presets_are_held_against_torch() -> None:
    assert set(LAYERS) == {*THEIRS, *RANDOM}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", THEIRS)
def test_a_preset_is_what_torch_computes(name: str, seed: int) -> None:
    standard = standard_of(name)
    one, example = standard.component, Example(standard.oracle, a_case(standard, seed))
    tensors = {name: as_tensor(value) for name, value in example.values.items()}
    leaves = {name: tensors[name].requires_grad_() for name in one.gradients}
    found = THEIRS[name](*(tensors[array] for array in one.arrays), **dict(example.case.options))
    outputs = dict(zip(one.all_outputs, found if one.outputs else [found], strict=True))
    total = sum((outputs[o] * torch.tensor(example.upstream[word])).sum() for o, word in one.upstreams.items())
    slopes = torch.autograd.grad(torch.as_tensor(total), list(leaves.values()))
    wanted = {**outputs, **{one.gradient_called(n): slope for n, slope in zip(leaves, slopes, strict=True)}}
    for quantity, value in wanted.items():
        np.testing.assert_allclose(
            getattr(example.wanted, quantity).value, value.detach().numpy(), rtol=1e-9, atol=1e-10, err_msg=quantity
        )


@pytest.mark.parametrize("name", RANDOM)
def test_dropout_keeps_what_a_mask_says_and_makes_up_for_the_rest(name: str) -> None:
    standard = standard_of(name)
    case = ComponentCase(0, (("N", 5), ("D", 3)), (("p", RANDOM[name]),))
    example = Example(standard.oracle, case)
    kept = np.arange(15).reshape(5, 3) % 2 == 0
    x, dout = example.values["x"], example.upstream["dout"]
    example.observe(np.where(kept, x, 0.0))
    np.testing.assert_allclose(example.wanted.out.value, np.where(kept, x / 0.8, 0), rtol=1e-12)
    np.testing.assert_allclose(example.wanted.dx.value, np.where(kept, dout / 0.8, 0), rtol=1e-12)
    np.testing.assert_allclose(example.evaluated.out.value, x, rtol=1e-12)


@pytest.mark.parametrize("name", UPDATES)
def test_an_optimiser_can_be_a_class_and_a_function(name: str) -> None:
    preset = getattr(presets, name)
    names = {"lr": "learning_rate"}
    for one in (preset.optimizer("optim.Some", names=names), preset.update("optim", "some", names=names)):
        standard = one.standard("some")
        assert not list(standard.faults())
        assert not standard.failure()
        assert "learning_rate" in one.options


def test_names_reach_shapes_gradients_and_mistakes() -> None:
    one = presets.LAYER_NORM.layer("nn.Norm", new="features", names={"D": "features", "gamma": "W", "beta": "b"})
    assert one.arrays == {"x": "N features", "W": "features", "b": "features"}
    assert one.gradients == {"x": "backward", "W": "layer.dW", "b": "layer.db"}
    standard = one.standard("norm")
    assert not list(standard.faults())
    assert {entry.quantity for entry in standard.misconceptions().entries} == {"out", "dx", "dW", "db"}


def test_settings_and_options_by_other_names_reach_the_reference() -> None:
    one = presets.AVERAGE_POOL2D.functions("m", "pool", "back", names={"kernel": "size"})
    assert one.options == {"size": (2, 3), "stride": (1, 2)}
    assert not one.standard("pool").failure()
    assert float(presets.ELU.functions("m", "f", settings={"alpha": 2.0}).torch(torch.tensor(-50.0))) == -2.0


def test_an_optimisers_place_that_is_none_is_told() -> None:
    one = Optimizer(name="optim.SGD", torch="reference.updates:sgd", kept={"v": "elsewhere.v"})
    with pytest.raises(AuthorError, match="say optimizer, layer, config, result"):
        list(one.standard("sgd").faults())
