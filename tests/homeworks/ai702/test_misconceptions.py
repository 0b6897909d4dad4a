"""Every misconception of the catalogue is wrong, says so in its own words, and is told from all others."""

from __future__ import annotations

import inspect
import itertools
import re
from collections import Counter

import numpy as np
import pytest

from graders.homeworks.ai702 import oracle
from graders.homeworks.ai702.misconceptions import CATALOGUE
from graders.judging.diagnosis import Evidence, Misconception, diagnose
from graders.judging.diagnosis.origin import Origin

SIZES = [(5, 3, 4), (11, 6, 7), (16, 3, 10), (2, 9, 4), (5, 6, 7)]


def arguments(name: str, number: int) -> dict[str, object]:
    """What an oracle is asked in the case of this number."""
    N, C, out = SIZES[number]
    random = np.random.default_rng(number)
    Z, W, dLdZ = random.standard_normal((N, C)), random.standard_normal((out, C)), random.standard_normal((N, out))
    if name == "linear":
        return {"A": Z, "W": W, "b": random.standard_normal((out, 1)), "dLdZ": dLdZ}
    if name == "mlp":
        sizes = [C, out, C + 1]
        W = [random.standard_normal((b, a)) for a, b in itertools.pairwise(sizes)]
        b = [random.standard_normal((size, 1)) for size in sizes[1:]]
        return {"A0": Z, "W": W, "b": b, "dLdA": random.standard_normal((N, sizes[-1]))}
    if name in ("mse", "cross_entropy"):
        return {"A": Z, "Y": random.dirichlet(np.ones(C), N)}
    if name == "sgd":
        rates = [0.1, 0.03, 0.2]
        other = [random.standard_normal(W.shape) for _ in rates]
        return {
            "W": W,
            "dLdW": [random.standard_normal(W.shape) for _ in rates],
            "rates": rates,
            "momentum": 0.8,
            "sibling": other,
        }
    scale, shift = random.standard_normal((2, 1, C))
    if name == "batchnorm":
        spread = 10.0 ** -(number % 2 * 4)  # eps shows in every second case
        return {"Z": spread * Z, "BW": scale, "Bb": shift, "dLdBZ": random.standard_normal((N, C))}
    tiny = name == "batchnorm_eval_after" and number % 2
    batches = [2 + (1e-4 if tiny else 1) * random.standard_normal((N + k, C)) for k in range(3)]
    if name == "running_statistics":
        return {"batches": batches, "alpha": 0.7}
    if name == "batchnorm_eval_after":
        return {"batches": batches, "alpha": 0.0 if tiny else 0.7, "Z": Z, "BW": scale, "Bb": shift}
    if name == "relu":
        Z[0, 0] = 0.0  # where a derivative of ReLU may be 0, ½ or 1
    return {"Z": Z}


def evidence(entry: Misconception, number: int) -> Evidence:
    asked = arguments(entry.oracle, number)
    answer = getattr(oracle, entry.oracle)(**asked)
    expected = getattr(answer, entry.quantity)
    N, C, _ = SIZES[number]
    numbers = {"N": N, "C": C, "N_before": N + 3} | ({"alpha": 0.7} if entry.oracle == "batchnorm" else {})
    known = {**numbers, **asked}
    wrong = entry.formula(**{name: known[name] for name in inspect.signature(entry.formula).parameters})
    index = None
    if isinstance(expected, list):
        index = len(expected) - 1
        expected, wrong = expected[index], wrong[index]
    origin = Origin(entry.oracle, entry.quantity, index, asked)
    return Evidence(np.asarray(wrong), expected.value, numbers, {}, expected.related, origin)


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    cases = [evidence(entry, number) for number in range(len(SIZES))]
    found = diagnose(
        [case for case in cases if case.got.dtype != object], CATALOGUE
    )  # None: it can't be told in that case
    assert found.startswith(entry.says)
    assert entry.look in found
    assert re.search(r"different cases\)|both cases", found)


def test_texts_and_names_are_their_own() -> None:
    places = Counter((entry.oracle, entry.quantity, entry.says) for entry in CATALOGUE.entries)
    assert max(places.values()) == 1
    assert len({entry.name for entry in CATALOGUE.entries}) == len(CATALOGUE.entries)


def test_every_family_has_at_least_eight() -> None:
    families = {"linear": "linear", "sigmoid": "activations", "tanh": "activations", "relu": "activations"}
    families |= {"identity": "activations", "mlp": "mlp", "mse": "losses", "cross_entropy": "losses", "sgd": "sgd"}
    counted = Counter(families.get(entry.oracle, "batchnorm") for entry in CATALOGUE.entries)
    assert min(counted.values()) >= 8
    assert set(counted) == {"linear", "activations", "mlp", "losses", "sgd", "batchnorm"}
