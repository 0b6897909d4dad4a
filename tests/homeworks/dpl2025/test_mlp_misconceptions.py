"""Every misconception of question 5 is wrong, says so in its own words, and is told from all others."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest

from graders.homeworks.dpl2025 import mlp_oracle
from graders.homeworks.dpl2025.mlp_cases import MLPCase
from graders.homeworks.dpl2025.mlp_misconceptions import CATALOGUE, RIGHT
from graders.judging.diagnosis import Evidence, Misconception, diagnose
from graders.judging.diagnosis.origin import Origin

CASES = [
    MLPCase(1, 8, 3, 5, 4, "flat", 0.5),
    MLPCase(2, 13, 10, 9, 6, "flat", 2.0),
    MLPCase(3, 2, 10, 5, 6, "plain", 2.0),
    MLPCase(4, 8, 3, 9, 4, "plain", 0.5),
]
PLACES = {"W_after": 0, "gamma_after": 2, "beta_after": 2}
"""Of the parameter that a mistake is looked for in: what goes wrong on the way back reaches W1."""
ENTRIES = [entry for entry in CATALOGUE.entries if entry.oracle == "mlp"]


def arguments(case: MLPCase) -> dict[str, object]:
    return {"X": case.X, "Y": case.Y, **case.parameters, "rate": case.rate}


def place_of(entry: Misconception) -> int | None:
    if entry.quantity == "log_probs":
        return None
    return PLACES[entry.quantity]


def evidence(entry: Misconception, case: MLPCase) -> Evidence:
    asked = arguments(case)
    if entry.name.startswith("switch_ignored"):  # a network without LayerNorm
        asked |= {"gamma": [], "beta": []}
    expected = getattr(mlp_oracle.mlp(**asked), entry.quantity)
    wrong = entry.formula(**{name: asked[name] for name in inspect.signature(entry.formula).parameters})
    index = place_of(entry)
    if index is not None:
        expected, wrong = expected[index], wrong[index]
    numbers = {"B": float(case.B), "d": float(case.d), "h": float(case.h), "C": float(case.C), "rate": case.rate}
    origin = Origin("mlp", entry.quantity, index, asked)
    return Evidence(np.asarray(wrong), expected.value, numbers, {}, expected.related, origin)


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception):
    found = diagnose([evidence(entry, case) for case in CASES], CATALOGUE)
    assert found.startswith(entry.says)
    assert entry.look in found
    assert re.search(r"different cases\)|both cases", found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.regime + str(case.B))
def test_the_network_without_a_mistake_is_the_oracle(case: MLPCase):
    ours, wanted = RIGHT.run(**arguments(case)), mlp_oracle.mlp(**arguments(case))
    np.testing.assert_allclose(ours["log_probs"], wanted.log_probs.value, rtol=1e-9)
    for name in ("W_after", "gamma_after", "beta_after"):
        for got, expected in zip(ours[name], getattr(wanted, name), strict=True):
            np.testing.assert_allclose(got, expected.value, rtol=1e-7, atol=1e-9)


def test_texts_and_names_are_their_own():
    assert len({(entry.quantity, entry.says) for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
