"""Every misconception of dpl2023's catalogue is recognised from wrong answers, and no other claims them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graders.homeworks.dpl import oracle
from graders.homeworks.dpl.cases import ActivationCase, EntropyCase, NetworkCase
from graders.homeworks.dpl2023.misconceptions import CATALOGUE
from graders.judging.diagnosis import Misconception
from tests.homeworks.recognising import right_answers, said_of

BATCHES = [3, 5, 11, 4]
SHAPES = [(8, 7, 4), (6, 9, 7, 4), (4, 9, 3, 8, 6), (6, 10, 5)]
RATES = [0.5, 0.1, 0.8, 0.3]


def arguments(name: str, number: int) -> dict[str, Any]:
    """What an oracle is asked in the case of this number."""
    N = BATCHES[number]
    if name in ("relu", "softmax"):
        return {"Z": ActivationCase(number, 4 + 2 * number, N).Z.astype(float)}
    if name == "cross_entropy":
        entropy = EntropyCase(number, 4 + 2 * number, N)
        return {"P": entropy.P.astype(float), "Y": entropy.Y.astype(float)}
    case = NetworkCase(number, SHAPES[number], N)
    given = {"X": case.X, "Y": case.Y}
    asked: dict[str, Any] = {key: array.astype(float) for key, array in given.items()}
    asked |= {"W": [array.astype(float) for array in case.W], "b": [array.astype(float) for array in case.b]}
    return asked | ({"rates": [RATES[number], 0.2]} if name == "descended" else {})


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    cases = [(arguments(entry.oracle, number), {"N": BATCHES[number], "n": number}) for number in range(4)]
    found = said_of(CATALOGUE, oracle, entry, cases)
    assert found.startswith(entry.says)
    assert entry.look in found


def test_right_answers_are_not_explained() -> None:
    assert set(right_answers(oracle, CATALOGUE, arguments)) == {""}


def test_names_are_their_own() -> None:
    names = Counter((entry.oracle, entry.name) for entry in CATALOGUE.entries)
    assert max(names.values()) == 1


def test_every_family_has_at_least_eight() -> None:
    counted = Counter(entry.oracle for entry in CATALOGUE.entries)
    assert set(counted) == {"relu", "softmax", "cross_entropy", "network", "descended"}
    assert min(counted.values()) >= 8
