"""Every mistake of a family of ai702's is wrong in some case, and is named where an answer matches it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.standard.standard import Standard
from graders.coursework.packs.pack import load_homework
from graders.homeworks.ai702.components import COMPONENTS, TINY
from graders.judging.diagnosis import Catalogue, Evidence, Misconception, diagnose

COUNTS = 5
STANDARDS = {key: one.standard(key) for key, one in COMPONENTS.items()}
LAYERS = {key: standard for key, standard in STANDARDS.items() if isinstance(standard, Standard)}
ENTRIES = [(key, entry) for key, standard in LAYERS.items() for entry in standard.misconceptions().entries]
NOT_OF_AI702 = (
    *("turned", "replaced", "position", "scaled_afterwards"),
    *("weight_gradient_averaged", "bias_gradient_averaged"),
)
"""Mistakes that are made with kernels, square weights, positions, scales within a mean, or gradients that are sums."""


def examples(key: str) -> Iterator[Example]:
    """Cases of a component with other sizes, in its regimes and where an epsilon or a kink shows."""
    standard = LAYERS[key]
    one = standard.component
    special = {"batchnorm": TINY, "activations.relu": ["zeros"]}.get(key, [])
    for number, regime in itertools.product(range(COUNTS), [one.usual_regimes[0], *special]):
        sizes = tuple((name, values[number % len(values)]) for name, values in one.pools.items())
        tiny = {"alpha": 0.0 if number % 2 else 0.7} if one.options else {}
        own = one.numbers.get(regime)
        yield Example(
            standard.oracle,
            ComponentCase(number, sizes, tuple(tiny.items()), regime, None if own is None else tuple(own.items())),
        )


def evidence(key: str, entry: Misconception, example: Example) -> Evidence | None:
    """What a submission with this mistake gives in this case; None where it doesn't show."""
    answer: Any = {
        key: lambda: example.wanted,
        f"{key}_state": lambda: example.trained,
        f"{key}_evaluation": lambda: example.evaluated,
    }[entry.oracle]()
    expected, numbers = getattr(answer, entry.quantity), {**dict(example.case.sizes), **dict(example.case.options)}
    numbers["N_before"] = numbers["N"] + 3
    known = {**numbers, **answer._arguments}
    with np.errstate(all="ignore"):
        wrong: Any = entry.formula(**{name: known[name] for name in entry.takes if name in known})
    if wrong is None:
        return None
    if isinstance(expected, list):
        expected, wrong = expected[-1], wrong[-1]
    got = np.asarray(wrong, dtype=np.float64)
    if got.shape == expected.value.shape and np.allclose(got, expected.value, rtol=1e-6, atol=1e-12):
        return None
    return Evidence(got, expected.value, numbers, {}, expected.related, expected.origin)


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize(("key", "entry"), ENTRIES, ids=lambda value: value if type(value) is str else value.name)
def test_a_mistake_is_named_when_an_answer_matches_it(key: str, entry: Misconception) -> None:
    found = [one for one in (evidence(key, entry, example) for example in examples(key)) if one is not None]
    if len(found) < 2:
        pytest.skip("hardly a case of this component shows it")
    assert found[0].got.shape == found[0].expected.shape
    said = diagnose(found, Catalogue([entry]))
    assert entry.says in said, said


def test_all_but_what_a_component_cannot_have_shows_somewhere() -> None:
    silent = {
        entry.name
        for key, entry in ENTRIES
        if key != "mlp4" and all(evidence(key, entry, example) is None for example in examples(key))
    }
    silent = {name for name in silent if not any(word in name for word in NOT_OF_AI702)}
    assert silent <= {"relu_everywhere", "at_the_output", "epsilon_1e_8"}


def test_texts_are_their_own() -> None:
    catalogue = load_homework("ai702").misconceptions
    places = Counter((entry.oracle, entry.quantity, entry.name) for entry in catalogue.entries)
    assert max(places.values()) == 1
