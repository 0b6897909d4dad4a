"""Each mistake of a family shows as a wrong answer, is recognised in it, and right answers are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from graders.checking.components import Functions, Labels, families
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.description import Component
from graders.checking.components.standard.standard import Standard
from graders.judging.diagnosis import Catalogue, Evidence, Misconception, diagnose
from graders.judging.diagnosis.origin import Origin


def component(family: families.Family, torch: Any, **fields: Any) -> Component:
    """Functions of the family's own names."""
    usual: dict[str, Any] = {"inputs": {"x": "N D"}}
    return Functions(module="m", forward="f", backward="b", torch=torch, family=family, **{**usual, **fields})


def log_loss(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Of probabilities, whether labels are numbers or one-hot."""
    chosen = y if y.is_floating_point() else torch.nn.functional.one_hot(y, p.shape[1])
    return -(chosen * torch.log(p)).sum() / len(p)


LOSS = {"upstream": "", "labels": Labels("D"), "backward_takes": "cache"}
PROBABILITIES = {**LOSS, "kinds": {"x": "probabilities"}}
LAYER = {"inputs": {"x": "N D", "W": "D M", "b": "M"}}
SQUARE = {"inputs": {"x": "N D", "W": "D D", "b": "D"}}
COMPONENTS = {
    "linear": component(families.LINEAR, lambda x, W, b: x @ W + b, **LAYER),
    "square": component(families.LINEAR, lambda x, W, b: x @ W + b, **SQUARE),
    "relu": component(families.RELU, torch.relu),
    "sigmoid": component(families.SIGMOID, torch.sigmoid),
    "tanh": component(families.TANH, torch.tanh),
    "arctan": component(families.ARCTAN, torch.arctan),
    "softmax": component(families.SOFTMAX, lambda x: torch.softmax(x, -1)),
    "smooth": component(families.SMOOTH, torch.nn.functional.gelu),
    "cross_entropy": component(families.CROSS_ENTROPY, torch.nn.functional.cross_entropy, **LOSS),
    "log_loss": component(families.LOG_LOSS, log_loss, **PROBABILITIES),
    "one-hot": component(families.LOG_LOSS, log_loss, **{**PROBABILITIES, "labels": Labels("D", one_hot=True)}),
}
FEATURES = (3, 5, 4, 6)


def asked(standard: Standard, number: int) -> tuple[dict[str, Any], Example]:
    """What the oracle is asked in the case of this number."""
    sizes = {"N": (7, 4, 8, 5)[number], "D": FEATURES[number], "M": (8, 9, 7, 11)[number]}
    case = ComponentCase(number, tuple((name, sizes[name]) for name in standard.component.pools))
    example = Example(standard.oracle, case)
    return {**example.values, **example.upstream}, example


def evidence(standard: Standard, entry: Misconception, number: int) -> Evidence | None:
    """The answer of somebody who makes the mistake; None where it doesn't show."""
    arguments, example = asked(standard, number)
    wrong = entry.formula(**arguments)
    expected = getattr(example.wanted, entry.quantity)
    if wrong is None:
        return None
    arrays = {name: array for name, array in arguments.items() if isinstance(array, np.ndarray)}
    origin = Origin(entry.oracle, entry.quantity, None, arguments)
    numbers = {name: float(size) for name, size in example.case.sizes}
    return Evidence(np.asarray(wrong, dtype=np.float64), expected.value, numbers, arrays, expected.related, origin)


def entries() -> Iterator[Any]:
    for name, one in COMPONENTS.items():
        for entry in one.standard(name).misconceptions().entries:
            yield pytest.param(name, entry, id=f"{name}-{entry.quantity}-{entry.name}")


@pytest.mark.sampled(one_in=12)
@pytest.mark.parametrize(("name", "entry"), list(entries()))
def test_a_mistake_is_named_where_an_answer_matches_it(name: str, entry: Misconception) -> None:
    standard = COMPONENTS[name].standard(name)
    found = [one for number in range(4) if (one := evidence(standard, entry, number)) is not None]
    shown = [one for one in found if not (one.comparable and one.error < 1e-6)]
    if not found:
        pytest.skip("not a mistake of this component")
    assert len(shown) >= 2, "the mistake gives what is right"
    assert entry.says in diagnose(shown, standard.misconceptions())


@pytest.mark.parametrize("name", COMPONENTS)
def test_right_answers_are_no_mistakes(name: str) -> None:
    standard = COMPONENTS[name].standard(name)
    for entry in standard.misconceptions().entries:
        for number in range(4):
            found = evidence(standard, entry, number)
            assert found is None or not found.comparable or found.error > 1e-6, entry.name


def test_an_extended_family_leaves_the_other_as_it_is() -> None:
    own = families.RELU.extended()
    own.wrong("out", "is 7", "Look.")(lambda x: 0 * x + 7)
    assert len(own.mistakes) == len(families.RELU.mistakes) + 1
    assert Catalogue(list(own.catalogue(COMPONENTS["relu"].standard("relu").oracle).entries)).entries[-1].says == "is 7"
