"""Two numbers that differ are written differently, with as few digits as that takes."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graders.gradcheck.digits import apart, told_apart


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (5.51329, 5.51331, ("5.51329", "5.51331")),
        (0.25144, 0.2514406547, ("0.25144", "0.251441")),
        (1.0, 1.0 + 1e-9, ("1", "1.000000001")),
        (2.0, 2.0, ("2", "2")),
        (math.nan, 1.0, ("nan", "1")),
        (math.inf, -math.inf, ("inf", "-inf")),
    ],
)
def test_as_many_digits_as_it_takes(one: float, other: float, told: tuple[str, str]) -> None:
    assert told_apart(one, other) == told


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_different_numbers_are_never_written_alike(one: float, other: float) -> None:
    assume(one != other)
    assert len(set(told_apart(one, other))) == 2
    assert apart(one, other, 5) >= 5
