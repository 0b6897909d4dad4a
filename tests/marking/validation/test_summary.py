"""What `gradmark validate` counts, and what it complains about."""

from __future__ import annotations

from typing import Any

import pytest

from graders.marking.validation.outcome import Outcome
from graders.marking.validation.summary import problems, summary


def outcome(**changed: Any) -> Outcome:
    """A mutant that was caught in the right section and explained rightly, but for these."""
    fields: dict[str, Any] = {
        "homework": "toy",
        "name": "toy: halved",
        "kind": "mutant",
        "fails": ["layer"],
        "should_fail": ["layer"],
        "points_lost": 10.0,
        "faults": [],
        "said": ["Z is half what it should be"],
        "should_say": ["Z is half what it should be"],
        "told": False,
        "reasons": ["layer.forward: failed: Z is 1, but should be 2"],
        "seconds": 1.0,
    }
    return Outcome(**(fields | changed))


VARIANT: dict[str, Any] = {
    "kind": "variant",
    "fails": [],
    "should_fail": [],
    "points_lost": 0.0,
    "said": [],
    "should_say": None,
}


def test_what_goes_as_it_should_is_right_and_no_problem():
    found = summary("toy", [outcome(), outcome(**VARIANT)])
    assert found.right
    assert (found.mutants, found.killed, found.named, found.variants, found.accepted) == (1, 1, 1, 1, 1)
    assert not list(problems([outcome(), outcome(**VARIANT)]))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fails": [], "points_lost": 0.0}, "lives: layer should fail"),
        ({"fails": ["layer", "sum"]}, "fails layer, sum, but should fail layer"),
        ({"should_fail": ["layer", "sum"]}, "fails layer, but should fail layer, sum"),
        ({"faults": ["layer.forward"]}, "gradmark itself failed in layer.forward"),
        (VARIANT | {"fails": ["layer"], "points_lost": 10.0}, "loses 10 points: layer.forward: failed"),
        (VARIANT | {"points_lost": 2.5}, "loses 2.5 points"),
    ],
)
def test_a_wrong_verdict_is_not_right(changed: dict[str, Any], words: str):
    found = outcome(**changed)
    assert not found.right
    assert not summary("toy", [found]).right
    (problem, *_) = problems([found])
    assert words in problem


def test_a_wrong_or_missing_explanation_is_a_problem_but_no_wrong_verdict():
    wrong = outcome(said=["Z is the transpose of what it should be"])
    missing = outcome(said=[])
    assert wrong.right
    assert wrong.misled
    assert not missing.misled
    assert not wrong.named
    assert not missing.named
    assert [line.partition(" is told")[2] for line in problems([missing])] == [
        " 'nothing', but should be told 'Z is half what it should be'"
    ]
    assert "is told: Z is the transpose" in next(problems([wrong]))


def test_what_nobody_has_read_is_counted_and_not_called_wrong():
    unread = outcome(should_say=None)
    assert not unread.misled
    assert summary("toy", [unread]).unread == 1
    assert summary("toy", [outcome(should_say=[])]).misled == 1
