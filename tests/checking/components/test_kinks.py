"""The slope at exactly 0 may be what a handout leaves open, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from graders.checking.components.standard.kinks import BETWEEN, EITHER, _right_at_zero

UPSTREAM = np.array([2.0, -3.0, 0.0])


@pytest.mark.parametrize(
    ("slope", "either", "between"),
    [(1.0, True, True), (0.5, False, True), (2.0, False, False), (-1.0, False, False), (np.nan, False, False)],
)
def test_the_slope_is_either_of_both_or_anything_between(slope: float, either: bool, between: bool) -> None:
    assert _right_at_zero(slope * UPSTREAM, UPSTREAM, EITHER) is either
    assert _right_at_zero(slope * UPSTREAM, UPSTREAM, BETWEEN) is between


def test_two_slopes_at_once_are_no_choice() -> None:
    assert not _right_at_zero(np.array([2.0, 0.0, 0.0]), UPSTREAM, EITHER)
