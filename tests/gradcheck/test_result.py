"""Results are records that refuse to be read as true or false."""

import dataclasses

import numpy as np
import pytest

import graders.gradcheck
from graders.gradcheck import InputResult, Result, Verdict, WrongEntry
from tests.benchmarks.gradcheck import layers
from tests.gradcheck.helpers import check


@pytest.mark.parametrize("item", [Result(Verdict.PASS, ""), InputResult("x", Verdict.PASS)])
def test_a_result_is_neither_true_nor_false(item):
    with pytest.raises(TypeError, match="compare its verdict"):
        bool(item)


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Result(Verdict.PASS, "").verdict = Verdict.INCONCLUSIVE


def test_a_result_reads_as_its_verdict_and_message():
    result = check(layers.relu(np.random.default_rng(0)))
    assert str(result) == f"pass: {result.message}"
    assert 1 <= len(result.message.splitlines()) <= 3


def test_inputs_are_found_by_name():
    result = check(layers.linear(np.random.default_rng(0), 3, 4, 2))
    assert result["W"].name == "W"
    with pytest.raises(KeyError):
        result["V"]


def test_the_ratio_to_zero_is_infinite():
    assert WrongEntry((0,), 1.0, 0.0).ratio == float("inf")
    assert WrongEntry((0,), 1.0, 2.0).ratio == 0.5


def test_all_is_sorted_and_true():
    names = graders.gradcheck.__all__
    assert names == sorted(names)
    assert all(hasattr(graders.gradcheck, name) for name in names)
