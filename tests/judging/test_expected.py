"""An oracle's answers, and how uncertain a single-precision computation of them is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from graders.judging.compare import compare
from graders.judging.expected import ANSWERS, NOISE_SAMPLES, Answer, measured
from graders.judging.rounding import is_simulated


@measured
def shifted(A: Tensor, by: float = 1.0) -> dict[str, Any]:
    """A plus a number, and minus it again."""
    return {"plus": A + by, "back": (A + by) - by, "parts": [A, 2 * A], "total": A.sum(), "dtype": A * 1}


def test_an_answer_is_computed_in_float64_whatever_its_input_is() -> None:
    answer = shifted(A=np.ones(3, np.float32))
    assert answer.plus.value.dtype == np.float64
    assert answer.plus.value.tolist() == [2.0, 2.0, 2.0]
    assert answer.total.value.shape == ()


def test_lists_of_an_oracle_are_lists_of_the_expected() -> None:
    first, second = shifted(A=np.arange(3.0)).parts
    assert first.value.tolist() == [0.0, 1.0, 2.0]
    assert second.value.tolist() == [0.0, 2.0, 4.0]
    assert second.noise.shape == (3,)


def test_a_name_that_the_oracle_does_not_compute_lists_those_that_it_does() -> None:
    with pytest.raises(AttributeError, match="the oracle computes plus, back, parts, total, dtype, not minus"):
        shifted(A=np.ones(1)).minus  # noqa: B018


def test_noise_is_measured_when_it_is_asked_for_and_once() -> None:
    calls = []

    def oracle(A: Tensor) -> dict[str, Tensor]:
        calls.append(A.dtype)
        return {"A": A}

    expected = Answer(oracle, {"A": np.ones(2)}).A
    assert calls == [torch.float64]
    assert expected.noise is expected.noise
    assert calls[1:] == [torch.float64] * NOISE_SAMPLES


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-3, 1.0, 1e3]))
def test_noise_of_a_well_conditioned_answer_is_a_few_roundings(seed: int, scale: float) -> None:
    A = scale * np.random.default_rng(seed).standard_normal((4, 3))
    noise = shifted(A=A, by=0.0).plus.noise
    assert noise.shape == A.shape
    assert (noise >= 0).all()
    assert noise.max() <= 4e-7 * np.abs(A).max()


def test_cancellation_shows_as_noise() -> None:
    A = np.array([1.2345678, 2.3456789])
    assert shifted(A=A, by=1e6).back.noise.max() > 1e-3
    assert shifted(A=A, by=0.0).back.noise.max() < 1e-6


def test_noise_is_the_same_every_time() -> None:
    A = np.random.default_rng(1).standard_normal(5)
    np.testing.assert_array_equal(shifted(A=A).plus.noise, shifted(A=A).plus.noise)


def test_arguments_that_are_lists_dicts_or_numbers_reach_the_oracle_as_such() -> None:
    seen: dict[str, Any] = {}

    def oracle(several: Sequence[Tensor], named: dict[str, Tensor], number: float, text: str) -> dict[str, Tensor]:
        seen.update(several=several, named=named, number=number, text=text)
        return {"sum": several[0] + named["x"] * number}

    answer = Answer(oracle, {"several": [np.ones(2)], "named": {"x": np.ones(2)}, "number": 3.0, "text": "t"})
    assert answer.sum.value.tolist() == [4.0, 4.0]
    assert answer.sum.noise.shape == (2,)
    assert isinstance(seen["several"][0], Tensor)
    assert (seen["number"], seen["text"]) == (3.0, "t")


def test_a_measured_oracle_keeps_its_docstring() -> None:
    assert shifted.__doc__ == "A plus a number, and minus it again."


@measured
def chosen_cross_entropy(Z: Tensor, labels: Tensor, keep: Tensor) -> dict[str, Any]:
    """The mean of -log p of each row's class, of the rows that are kept."""
    rows = torch.log_softmax(Z, dim=1)[torch.arange(len(Z)), labels.long()]
    return {"loss": -rows[keep].mean(), "kinds": torch.tensor([labels.is_floating_point(), keep.dtype == torch.bool])}


def test_integers_and_bools_reach_an_oracle_as_such_and_are_never_moved() -> None:
    random = np.random.default_rng(0)
    Z, labels = 3 * random.standard_normal((6, 4)), np.array([3, 0, 1, 2, 3, 1])
    answer = chosen_cross_entropy(Z=Z, labels=labels, keep=np.ones(6, bool))
    unsigned = chosen_cross_entropy(Z=Z, labels=labels.astype(np.uint32), keep=np.ones(6, bool))
    assert unsigned.loss.value == answer.loss.value
    assert answer.kinds.value.tolist() == [0.0, 1.0]
    loss = answer.loss
    allowed = loss.allowed(np.dtype(np.float64))
    assert 0 < allowed < 1e-4 * loss.value
    assert compare(float(loss.value), loss).difference is None
    assert compare(float(0.9 * loss.value), loss).difference is not None


def test_integers_in_lists_and_numbers_that_are_whole_are_left_alone() -> None:
    seen: list[Any] = []

    def oracle(several: Sequence[Tensor], count: int) -> dict[str, Tensor]:
        seen.append((several[0].dtype, several[0].tolist(), count))
        return {"sum": several[0].double() * count}

    noise = Answer(oracle, {"several": [np.array([1, 2], np.int32)], "count": 3}).sum.noise
    assert noise.tolist() == [0.0, 0.0]
    assert set(map(str, seen)) == {"(torch.int32, [1, 2], 3)"}


def test_a_run_without_a_number_says_nothing_of_the_noise() -> None:
    def oracle(A: Tensor) -> dict[str, Tensor]:
        return {"root": (A * 0.1 - A * 0.1 + 0).sqrt() + A if not is_simulated() else A * torch.nan}

    assert Answer(oracle, {"A": np.ones(2)}).root.noise.tolist() == [0.0, 0.0]


def test_what_was_computed_is_remembered_in_a_context_with_room_for_it_and_forgotten_at_its_end() -> None:
    with ANSWERS.room(1 << 20):
        first = shifted(A=np.ones(3))
        assert shifted(A=np.ones(3)) is first
        assert ANSWERS.kept == [first]
        with ANSWERS.room(1 << 20):
            assert ANSWERS.kept == []
        assert ANSWERS.kept == [first]
    assert ANSWERS.kept == []
    assert shifted(A=np.ones(3)) is not shifted(A=np.ones(3))


def test_a_single_number_has_a_noise_too() -> None:
    """It is an array without axes, and stays one where rounding errors are simulated."""

    @measured
    def tripled(x: torch.Tensor) -> dict[str, torch.Tensor]:
        assert isinstance(x, torch.Tensor)
        return {"y": 3 * x}

    found = tripled(x=np.array(1.7)).y
    assert found.value == 3 * 1.7
    assert 0 < found.noise < 1e-5
