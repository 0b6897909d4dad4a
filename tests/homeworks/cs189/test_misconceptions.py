"""Every misconception of cs189's images and network is recognised from wrong answers, and right ones are none."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from graders.homeworks.cs189 import network
from graders.homeworks.cs189.components import COMPONENTS
from graders.homeworks.cs189.misconceptions import CATALOGUE
from graders.judging.diagnosis import Misconception, diagnose
from tests.homeworks.component_answers import cases, evidence
from tests.homeworks.recognising import right_answers, said_of

STANDARDS = {name: COMPONENTS[name].standard(name) for name in ("conv", "pool")}
IMAGES = [(name, entry) for name, one in STANDARDS.items() for entry in one.misconceptions().entries]
BATCHES = [2, 5, 11, 4]
NOT_OF_IMAGES = {
    "is a sum over the batch, not an average",
    "is divided by the batch size twice",
    "isn't activated",
    "is activated twice",
    "lacks the activation's slope",
    "takes the activation's slope at its output",
    "uses W where its transpose belongs, or the other way round",
    "uses W reshaped, which is not its transpose",
}
"""Mistakes in matrices, in averages, which this handout doesn't take, and in activations that the cases don't have."""


def arguments(name: str, number: int) -> dict[str, Any]:
    """What the network's oracle is asked in the case of this number."""
    case = network.NetworkCase(number, BATCHES[number], 3 + number)
    W, b = case.parameters([case.n_in, 5, 6, case.C])
    return {"X": case.X, "Y": case.Y, "W": W, "b": b, "names": ["linear", "tanh", "softmax"]}


@pytest.mark.sampled(one_in=8)
@pytest.mark.parametrize(("name", "entry"), IMAGES, ids=lambda value: getattr(value, "says", value))
def test_a_mistake_in_images_is_named_where_an_answer_matches_it(name: str, entry: Misconception) -> None:
    standard = STANDARDS[name]
    found = [one for example in cases(standard) if (one := evidence(standard, entry, example)) is not None]
    if entry.says in NOT_OF_IMAGES:
        return
    assert len(found) >= 2, "the mistake shows in no case"
    assert entry.says in diagnose(found, standard.misconceptions())


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    found = said_of(CATALOGUE, network, entry, [(arguments("network", n), {"N": BATCHES[n]}) for n in range(4)])
    assert found.startswith(entry.says)
    assert entry.look in found


def test_right_answers_are_not_explained() -> None:
    assert set(right_answers(network, CATALOGUE, arguments)) == {""}


def test_texts_and_names_are_their_own() -> None:
    entries = [*CATALOGUE.entries, *itertools.chain(entry for _, entry in IMAGES)]
    names = Counter((entry.oracle, entry.quantity, entry.name) for entry in entries)
    assert max(names.values()) == 1


def test_every_family_has_at_least_eight() -> None:
    counted = Counter(
        entry.oracle for one, name in COMPONENTS.items() for entry in name.standard(one).misconceptions().entries
    )
    assert min(counted[name] for name in ("relu", "softmax", "fully_connected", "cross_entropy", "conv", "pool")) >= 8
