"""What our own conftest.py does: which cases of a sample run, and what pytest says about a pack's checks."""

from __future__ import annotations

import pytest

from conftest import _is_meant


@pytest.mark.parametrize(
    ("name", "expression", "meant"),
    [
        ("test_mutant[linear: b is a sum]", "sum", True),
        ("test_mutant[linear: b is a sum]", "test_mutant and SUM", True),
        ("test_mutant[linear: b is a sum]", "test_mutant", False),
        ("test_mutant[linear: b is a sum]", "", False),
        ("test_mutant[linear: b and c]", "not other and nothing", False),
        ("test_sum", "sum", False),
    ],
)
def test_a_sampled_case_that_a_keyword_names_runs(name: str, expression: str, meant: bool) -> None:
    assert _is_meant(name, expression) is meant


def test_a_check_that_is_run_by_pytest_says_how_to_run_it(request: pytest.FixtureRequest) -> None:
    with pytest.raises(pytest.fail.Exception, match="gradmark grade SUBMISSION --homework ID --only NAME"):
        request.getfixturevalue("student")
