"""Every misconception of cs189's catalogue is recognised from wrong answers, and no other claims them."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest

from graders.homeworks.cs189 import oracle
from graders.homeworks.cs189.cases import ConvCase, DenseCase, MatrixCase
from graders.homeworks.cs189.misconceptions import CATALOGUE
from graders.judging.diagnosis import Misconception
from tests.homeworks.recognising import right_answers, said_of

IMAGES = [((6, 9), (3, 2), 1, 1), ((9, 6), (2, 3), 2, 2), ((7, 10), (4, 3), 2, "same"), ((8, 5), (3, 2), 2, 1)]
IMAGES += [((6, 9), (3, 2), 1, "same"), ((9, 6), (1, 3), 1, "same"), ((7, 10), (2, 3), 2, "same")]
IMAGES += [((8, 5), (2, 3), 1, "valid"), ((6, 9), (3, 2), 2, 0)]
BATCHES = [2, 5, 11, 4, 3, 7, 6, 9, 8]
CHANNELS = [(2, 3), (3, 2), (3, 4), (2, 5), (2, 3), (3, 4), (4, 2), (3, 2), (2, 4)]


def conv_case(number: int) -> ConvCase:
    size, kernel, stride, pad = IMAGES[number]
    return ConvCase(number, BATCHES[number], size, kernel, *CHANNELS[number], stride, pad)


def arguments(name: str, number: int, mode: str = "tanh") -> dict[str, Any]:
    """What an oracle is asked in the case of this number."""
    N = BATCHES[number]
    matrix, dense = MatrixCase(number, N, 4 + number), DenseCase(number, N, 3 + number, 10 - number)
    if name == "activation":
        return {"name": mode, "Z": matrix.Z, "dY": matrix.dY}
    if name == "fully_connected":
        return {"name": mode, "X": dense.X, "W": dense.W, "b": dense.b, "dLdY": dense.dLdY}
    if name == "cross_entropy":
        return {"Y": matrix.Y, "Y_hat": matrix.Y_hat}
    if name == "squared_error":
        return {"Y": matrix.Z, "Y_hat": matrix.dY, "factor": 0.5 / N}
    if name == "network":
        sizes = [dense.n_in, 5, 6, 8]
        W = [dense.array(f"W{i}", a, b) for i, (a, b) in enumerate(itertools.pairwise(sizes))]
        b = [dense.array(f"b{i}", 1, size) for i, size in enumerate(sizes[1:])]
        Y = np.eye(8)[dense.random("Y").integers(0, 8, N)]
        return {"X": dense.X, "Y": Y, "W": W, "b": b, "names": ["linear", "tanh", "softmax"]}
    case = conv_case(number)
    if name == "pool":
        mode = mode if mode in ("max", "average") else "max"
        pooled = ConvCase(number, N, case.size, case.kernel, case.n_in, case.n_in, case.stride, 0)
        return {"mode": mode, "X": case.X, "dLdY": pooled.dLdP, "kernel": case.kernel, "stride": case.stride}
    given = {"X": case.X, "W": case.W, "b": case.b, "dLdY": case.dLdY}
    return {"name": mode, **given, "stride": case.stride, "padding": case.padding}


def numbers(number: int) -> dict[str, float]:
    return {"N": BATCHES[number], "n": number}


def modes(entry: Misconception) -> list[str]:
    """Of the modes, or activations, those in which the mistake is one."""
    among = {"pool": ["max", "average"], "activation": list(oracle.ACTIVATIONS)}.get(entry.oracle, ["tanh"])
    return [mode for mode in among if any(shows(entry, number, mode) for number in range(len(IMAGES)))]


def shows(entry: Misconception, number: int, mode: str) -> bool:
    """Whether the mistake is one in the case of this number."""
    return entry.formula(**arguments(entry.oracle, number, mode)) is not None


@pytest.mark.sampled(whole_if_named=True)
@pytest.mark.parametrize("entry", CATALOGUE.entries, ids=lambda entry: f"{entry.oracle}-{entry.name}")
def test_a_misconception_is_named_when_an_answer_matches_it(entry: Misconception) -> None:
    assert modes(entry)
    for mode in modes(entry):
        cases = [(arguments(entry.oracle, number, mode), numbers(number)) for number in range(len(IMAGES))]
        found = said_of(CATALOGUE, oracle, entry, cases)
        assert found.startswith(entry.says)
        assert entry.look in found


def test_right_answers_are_not_explained() -> None:
    assert set(right_answers(oracle, CATALOGUE, arguments)) == {""}


def test_texts_and_names_are_their_own() -> None:
    names = Counter((entry.oracle, entry.name) for entry in CATALOGUE.entries)
    assert max(names.values()) == 1


def test_every_family_has_at_least_eight() -> None:
    counted = Counter(entry.oracle for entry in CATALOGUE.entries)
    assert set(counted) == {
        "activation",
        "fully_connected",
        "cross_entropy",
        "squared_error",
        "network",
        "conv",
        "pool",
    }
    assert min(counted.values()) >= 8
