"""`reference.updates` against torch.optim, over several steps with a rate that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from graders.checking.components.optimizers.oracle import run
from reference import updates
from tests.reference.drawn import drawn, equal

RATES = [0.5, 0.5, 0.1, 0.2]
ADAM = {"betas": (0.8, 0.95), "eps": 1e-3}
OUR_ADAM = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-3}
AS_TORCH: dict[str, tuple[Callable[..., Any], dict[str, float], type[torch.optim.Optimizer], dict[str, Any]]] = {
    "sgd": (updates.sgd, {}, torch.optim.SGD, {}),
    "momentum": (updates.sgd, {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    "decay": (
        updates.sgd,
        {"momentum": 0.9, "weight_decay": 0.2},
        torch.optim.SGD,
        {"momentum": 0.9, "weight_decay": 0.2},
    ),
    "nesterov": (updates.nesterov, {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (updates.adagrad, {"eps": 1e-3}, torch.optim.Adagrad, {"eps": 1e-3}),
    "rmsprop": (updates.rmsprop, {"decay": 0.9, "eps": 1e-3}, torch.optim.RMSprop, {"alpha": 0.9, "eps": 1e-3}),
    "adam": (updates.adam, OUR_ADAM, torch.optim.Adam, ADAM),
    "adam with decay": (
        updates.adam,
        {**OUR_ADAM, "weight_decay": 0.3},
        torch.optim.Adam,
        {**ADAM, "weight_decay": 0.3},
    ),
    "adamw": (updates.adamw, {**OUR_ADAM, "weight_decay": 0.3}, torch.optim.AdamW, {**ADAM, "weight_decay": 0.3}),
}


def by_torch(kind: type[torch.optim.Optimizer], options: dict[str, Any], start: Tensor, slopes: list[Tensor]) -> Any:
    parameter = nn.Parameter(start.clone())
    optimizer = kind([parameter], lr=1.0, **options)  # type: ignore[call-arg]
    for slope, rate in zip(slopes, RATES, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = slope.clone()
        optimizer.step()
        yield parameter.detach().clone()


@pytest.mark.parametrize("name", AS_TORCH)
def test_each_step_is_torchs(name: str) -> None:
    rule, options, kind, theirs = AS_TORCH[name]
    start, *slopes = drawn(0, *[(3, 2)] * (len(RATES) + 1))
    found = run(rule, start, slopes, {}, {**options, "lr": RATES})
    for ours, expected in zip(found["w"], by_torch(kind, theirs, start, slopes), strict=True):
        equal(ours, expected)


@pytest.mark.parametrize(
    ("folded", "plain"),
    [(updates.momentum_with_rate, updates.sgd), (updates.nesterov_with_rate, updates.nesterov)],
)
def test_a_rate_in_the_velocity_is_the_same_only_while_it_does_not_change(
    folded: Callable[..., Any], plain: Callable[..., Any]
) -> None:
    start, *slopes = drawn(0, *[(3, 2)] * 4)
    same = {"lr": 0.3, "momentum": 0.9}
    for ours, other in zip(*(run(rule, start, slopes, {}, same)["w"] for rule in (folded, plain)), strict=True):
        equal(ours, other)
    changing = {"lr": [0.3, 0.1, 0.2], "momentum": 0.9}
    last = [run(rule, start, slopes[:3], {}, changing)["w"][-1] for rule in (folded, plain)]
    assert not torch.allclose(*last)
