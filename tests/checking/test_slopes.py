"""A check warns that finite differences could not tell only where they could in none of its cases."""

from __future__ import annotations

import itertools

import pytest

from graders.checking.slopes import Slopes


@pytest.mark.parametrize("order", sorted(set(itertools.permutations("oot"))))
def test_one_case_that_tells_is_enough(order: tuple[str, ...]) -> None:
    warnings = {"another": ""}
    slopes = Slopes(warnings)
    for number, case in enumerate(order):
        slopes.tell() if case == "t" else slopes.leave_open(f"case {number}", "could not tell")
    assert warnings == {"another": ""}


def test_where_none_does_each_says_why() -> None:
    warnings: dict[str, str] = {}
    slopes = Slopes(warnings)
    slopes.leave_open("rounding", "could not tell")
    slopes.leave_open("kinks", "could not tell")
    assert warnings == {"rounding": "could not tell", "kinks": "could not tell"}
