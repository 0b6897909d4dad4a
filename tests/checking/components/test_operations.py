"""Operations left out, or not differentiated, have names in any layer; a right answer matches none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from graders.checking.components import Functions, presets
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.standard.standard import Standard
from graders.judging.diagnosis import Evidence, diagnose


def constant_mean(x: Tensor) -> Tensor:
    return (x - x.mean(1, keepdim=True).detach()).square()


def straight_through(x: Tensor) -> Tensor:
    return 3 * (x + (torch.tanh(x) - x).detach()) * torch.sigmoid(x)


LAYERS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor], str, str]] = {
    "out": (
        lambda x: torch.tanh(x) * torch.sigmoid(x),
        lambda x: x * torch.sigmoid(x),
        "out",
        "is computed without tanh",
    ),
    "slope": (lambda x: 3 * torch.tanh(x) * torch.sigmoid(x), straight_through, "dx", "lacks the derivative of tanh"),
    "axis": (lambda x: x.softmax(1) * 2, lambda x: x.softmax(0) * 2, "out", "has softmax along the wrong axis"),
    "mean": (
        lambda x: (x - x.mean(1, keepdim=True)).square() * x,
        lambda x: constant_mean(x) * x,
        "dx",
        "treats the mean as a constant",
    ),
    "scale": (
        lambda x: torch.exp(x / 3.0) * x,
        lambda x: torch.exp(x) * x,
        "out",
        "isn't divided by the number that scales it",
    ),
}


def component(function: Callable[[Tensor], Tensor]) -> Standard:
    return Functions(module="m", forward="f", backward="b", inputs={"x": "N D"}, torch=function).standard("some")


def answers(right: Standard, wrong: Standard, quantity: str) -> Iterator[Evidence]:
    for number in range(4):
        case = ComponentCase(number, (("N", 5 + number), ("D", 3 + number)))
        example, other = Example(right.oracle, case), Example(wrong.oracle, case)
        expected = getattr(example.wanted, quantity)
        arrays: dict[str, Any] = {**example.values, **example.upstream}
        got = getattr(other.wanted, quantity).value
        yield Evidence(got, expected.value, dict(case.sizes), arrays, expected.related, expected.origin)


@pytest.mark.parametrize("name", LAYERS)
def test_an_operation_that_is_wrong_is_named_in_any_layer(name: str) -> None:
    function, mistaken, quantity, says = LAYERS[name]
    right = component(function)
    assert says in diagnose(list(answers(right, component(mistaken), quantity)), right.misconceptions())


def test_what_is_wrong_otherwise_gets_no_name() -> None:
    right = component(lambda x: torch.tanh(x) * torch.sigmoid(x))
    wrong = component(lambda x: torch.tanh(x) * torch.sigmoid(x) + torch.sin(7 * x))
    assert diagnose(list(answers(right, wrong, "out")), right.misconceptions()) == ""


def test_one_of_several_places_is_enough() -> None:
    standard = presets.LSTM_STEP.functions("m", "f", "b").standard("lstm")
    (general,) = standard.misconceptions().general.values()
    names = {entry.name for entry in general("dc")}
    assert {"tanh_not_squared everywhere", "tanh_not_squared 0", "tanh_not_squared 1"} <= names
    case = ComponentCase(0, tuple((name, values[0]) for name, values in standard.component.pools.items()))
    example = Example(standard.oracle, case)
    found = {
        entry.name: entry.formula(**example.values, **example.upstream)
        for entry in general("dc")
        if entry.name.startswith("tanh_not_squared")
    }
    assert found["tanh_not_squared 2"] is None, "there are two of them"
    right = example.wanted.dc.value
    assert np.allclose(found["tanh_not_squared 0"], right), "the new value doesn't reach the cell before"
    assert not np.allclose(found["tanh_not_squared 1"], right)


def test_an_operation_that_is_not_there_changes_nothing() -> None:
    standard = component(lambda x: 2 * x)
    (general,) = standard.misconceptions().general.values()
    x = np.ones((5, 3))
    assert all(entry.formula(x=x, dout=x) is None for entry in general("dx"))
