"""Every misconception of a4's catalogue is recognised from wrong answers, and no other claims them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graders.homeworks.a4 import oracle
from graders.homeworks.a4.cases import ActivationCase, DenseCase, LossCase, MLPCase
from graders.homeworks.a4.misconceptions import CATALOGUE
from graders.judging.diagnosis import Misconception
from tests.homeworks.recognising import right_answers, said_of

BATCHES = [3, 5, 11, 4]
RATES = [0.25, 0.04, 0.25, 0.04]
SIZES = [(6, 9, 4), (2, 8, 6, 4), (4, 7, 9, 6, 10), (3, 5, 7)]


def arguments(name: str, number: int, *, square: bool = False) -> dict[str, Any]:
    """What an oracle is asked in the case of this number; `square` has a dense layer as many outputs as inputs."""
    N, rate = BATCHES[number], RATES[number]
    if name == "dense":
        dense = DenseCase(number, N, 3 + number, 3 + number if square else 8 - number, rate=rate)
        return {"x": dense.x, "W": dense.W, "b": dense.b, "output_grad": dense.output_grad, "rate": rate}
    if name == "cross_entropy":
        loss = LossCase(number, N, 4 + 2 * number)
        return {"prediction": loss.prediction, "chosen": loss.chosen, "upstream": 2.5 if number % 2 else 1.0}
    if name == "mlp":
        mlp = MLPCase(number, N, SIZES[number], rate)
        return {"x": mlp.x, "W": mlp.W, "b": mlp.b, "output_grad": mlp.output_grad, "rate": rate}
    case = ActivationCase(number, N, 4 + 2 * number)
    return {"x": case.x, "output_grad": case.output_grad}


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    numbers = [1, 3] if "without_upstream" in entry.name and entry.oracle == "cross_entropy" else range(4)
    square = entry.name.endswith("_turned")
    cases = [
        (arguments(entry.oracle, number, square=square), {"N": BATCHES[number], "rate": RATES[number], "n": number})
        for number in numbers
    ]
    found = said_of(CATALOGUE, oracle, entry, cases)
    assert found.startswith(entry.says)
    assert entry.look in found or "unmoved" in entry.name


def test_right_answers_are_not_explained() -> None:
    assert set(right_answers(oracle, CATALOGUE, arguments)) == {""}


def test_names_are_their_own() -> None:
    names = Counter((entry.oracle, entry.name) for entry in CATALOGUE.entries)
    assert max(names.values()) == 1


def test_every_family_has_at_least_eight() -> None:
    counted = Counter(entry.oracle for entry in CATALOGUE.entries)
    activations = sum(counted.pop(name) for name in ("softmax", "tanh", "relu"))
    assert activations >= 24
    assert set(counted) == {"dense", "cross_entropy", "mlp"}
    assert min(counted.values()) >= 8
