"""Every misconception of a4's steps and MLP is recognised from wrong answers, and right ones are none."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graders.homeworks.a4 import network
from graders.homeworks.a4.components import COMPONENTS
from graders.homeworks.a4.misconceptions import CATALOGUE
from graders.judging.diagnosis import Misconception
from tests.homeworks.recognising import right_answers, said_of

BATCHES = [3, 5, 11, 4]
RATES = [0.25, 0.04, 0.25, 0.04]
SIZES = [(6, 9, 4), (2, 8, 6, 4), (4, 7, 9, 6, 10), (3, 5, 7)]


def arguments(name: str, number: int) -> dict[str, Any]:
    """What an oracle is asked in the case of this number."""
    case = network.MLPCase(number, BATCHES[number], SIZES[number], RATES[number])
    given = {"x": case.x, "W": case.W, "b": case.b, "output_grad": case.output_grad, "rate": case.rate}
    if name == "mlp":
        return given
    upstream = case.array("upstream", case.N, case.sizes[1])
    return {**given, "W": case.W[0], "b": case.b[0], "output_grad": upstream}


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    cases = [(arguments(entry.oracle, n), {"N": BATCHES[n], "rate": RATES[n], "n": n}) for n in range(4)]
    found = said_of(CATALOGUE, network, entry, cases)
    assert found.startswith(entry.says)
    assert entry.look in found or "unmoved" in entry.name


def test_right_answers_are_not_explained() -> None:
    assert set(right_answers(network, CATALOGUE, arguments)) == {""}


def test_names_are_their_own() -> None:
    names = Counter((entry.oracle, entry.name) for entry in CATALOGUE.entries)
    assert max(names.values()) == 1


def test_every_family_has_at_least_eight() -> None:
    catalogues = [one.standard(name).misconceptions() for name, one in COMPONENTS.items()]
    counted = Counter(entry.oracle for catalogue in catalogues for entry in catalogue.entries)
    assert set(counted) == {"dense", "softmax", "tanh", "relu", "cross_entropy"}
    assert min(counted.values()) >= 8
