"""The size of a guard is found in what it makes of an answer, and none is found in what no guard makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judging.guards import LARGEST, Guarded, Span, effect, span

P = np.array([1e-6, 3e-5, 0.2, 0.79997])
NOISE = np.zeros(4)
PLAIN = np.log(P)
ADDED = Guarded("added", "the logarithm", "{} is added", "So.", lambda eps: np.log(P + eps))
LEAST = Guarded("least", "the logarithm", "at least {}", "So.", lambda eps: np.log(np.maximum(P, eps)))
TAKEN_OFF = Guarded("off", "the logarithm", "{} is taken off", "So.", lambda eps: np.log(P - eps))


def found(got: np.ndarray, guarded: Guarded = ADDED, most: float = LARGEST) -> Span | None:
    return span(np.asarray(got), guarded, PLAIN, NOISE, most)


@given(st.floats(1e-11, LARGEST))
def test_any_size_that_is_seen_is_found_whether_round_or_not(eps: float) -> None:
    size = found(np.log(P + eps))
    assert size is not None
    assert size.low <= eps * 1.001
    assert eps <= size.high * 1.001
    assert size.best == pytest.approx(eps, rel=1e-3)


@pytest.mark.parametrize("eps", [1e-7, 1e-8, 1e-10, 2e-9, 5e-8, np.finfo(np.float32).eps])
def test_a_round_size_is_named_as_it_was_written(eps: float) -> None:
    size = found(np.log(P + eps))
    assert size is not None
    assert f"{size.size:.3g}" == f"{eps:.3g}"


def test_in_single_precision_a_power_of_ten_is_named_that_would_do() -> None:
    size = found(np.log(P.astype(np.float32) + np.float32(1e-8)))
    assert size is not None
    assert size.size == pytest.approx(1e-8)


@pytest.mark.parametrize(
    "got",
    [
        np.log(P + 1e-6),
        np.log(P - 1e-8),
        np.log(P) + 1e-3,
        np.log(P) * (1 - 1e-3),
        np.log(P + np.array([1e-7, 1e-8, 0.0, 0.0])),
        np.log(P + np.array([1e-8, 1e-7, 0.0, 0.0])),
        np.where(P < 1e-5, np.log(P + 1e-8), np.log(P) * 1.001),
        np.array([np.nan, *PLAIN[1:]]),
        np.array([-np.inf, *PLAIN[1:]]),
    ],
    ids=["too large", "sign", "beside", "times", "of each", "of each, other way", "one entry wrong", "nan", "infinite"],
)
def test_what_no_single_guard_makes_is_none(got: np.ndarray) -> None:
    assert found(got) is None


def test_a_larger_guard_is_found_where_larger_ones_are_looked_for() -> None:
    size = found(np.log(P + 1e-4), most=0.1)
    assert size is not None
    assert size.size == pytest.approx(1e-4)


def test_a_guard_that_is_taken_off_is_found_where_it_leaves_numbers() -> None:
    size = found(np.log(P - 3e-7), TAKEN_OFF, most=9e-7)
    assert size is not None
    assert size.best == pytest.approx(3e-7, rel=1e-3)


def replace_at(at: object) -> Guarded:
    return Guarded("x", "g", "{}", "", at)  # type: ignore[arg-type]


def test_what_a_guard_does_not_change_it_does_not_explain() -> None:
    assert found(PLAIN + 1e-3, replace_at(lambda eps: PLAIN)) is None


def test_spans_meet_where_a_size_is_in_both_and_the_narrower_says_which() -> None:
    wide, narrow = Span(1e-10, 1e-7, 3e-8), Span(1e-9, 2e-9, 1.5e-9)
    assert wide.meets(narrow) == Span(1e-9, 2e-9, 1.5e-9)
    assert wide.meets(Span(2e-7, 3e-7, 2e-7)) is None


def test_an_effect_is_relative_to_the_largest_entry() -> None:
    assert effect(ADDED, PLAIN) == pytest.approx((np.log(1e-6 + LARGEST) - np.log(1e-6)) / np.log(1e-6) * -1)
    assert effect(replace_at(lambda eps: PLAIN * np.nan), PLAIN) == 0.0


def test_the_size_stands_in_the_words_but_not_where_it_would_tell_an_expected_value() -> None:
    assert ADDED.said(1e-8) == "1e-08 is added"
    assert ADDED.nameless == "a small number is added"
