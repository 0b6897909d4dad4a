"""What `gradmark validate` counts, and what it complains about."""

from __future__ import annotations

from typing import Any

import pytest

from graders.coursework.record import CheckResult, Status
from graders.marking.validation.kinds import shows
from graders.marking.validation.outcome import Outcome, said_twice
from graders.marking.validation.summary import problems, summary
from tests.reports.records import check, report, section


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


def test_a_mutant_without_an_entry_is_no_verdict_where_others_have_one():
    unread = outcome(should_say=None, unread=True)
    found = summary("toy", [outcome(), unread])
    assert not found.right
    assert (found.unread, found.unjudged, found.told, found.silent) == (1, 1, 0, 0)
    (problem,) = problems([unread])
    assert "has no entry in diagnoses.toml" in problem
    assert "'Z is half what it should be'" in problem
    assert summary("toy", [outcome(should_say=None)]).right


def test_an_approved_line_that_is_no_longer_said_is_reported():
    approved = ["Z is half what it should be", "W.grad has the wrong sign"]
    (problem,) = problems([outcome(should_say=approved)])
    assert problem.endswith("is no longer told: W.grad has the wrong sign")
    assert list(problems([outcome(should_say=approved, said=approved)])) == []


def test_a_line_that_one_check_says_twice_is_reported():
    (problem,) = problems([outcome(twice=["Z is half what it should be"])])
    assert problem.endswith("is told twice in one check: Z is half what it should be")


def test_what_one_check_says_twice_is_found_in_its_report():
    texts = ["Z is half (in all of 3 different cases)", "Z is half", "Z is late"]
    made = report(section("layer", 0.0, 5.0, "failed", check("layer.a", Status.FAILED, diagnosis=texts)))
    assert said_twice(made) == ["Z is half"]


def test_mutants_are_counted_by_what_shows_first():
    raised = {"said": [], "should_say": None, "told": True, "shows": "NameError"}
    found = summary("toy", [outcome(), outcome(said=[], should_say=[]), outcome(**raised), outcome(**VARIANT)])
    assert [str(kind) for kind in found.kinds] == ["wrong numbers 2 (1 named, 1 silent)", "NameError 1 (1 told)"]
    assert (found.told, found.silent) == (1, 1)


def test_a_reason_that_nobody_has_read_is_told():
    assert summary("toy", [outcome(should_say=None)]).told == 1


@pytest.mark.parametrize(
    ("status", "message", "example", "words"),
    [
        (Status.ERROR, "layer.backward(dLdZ) raised TypeError in layer.py, line 3", {}, "TypeError"),
        (Status.ERROR, "layer has no attribute dLdW", {}, "something missing"),
        (Status.FAILED, "Z: its shape is (2,), but should be (2, 1)", {}, "wrong shape or kind"),
        (Status.FAILED, "Z[0] is 1, but should be 2", {"index": [0]}, "wrong numbers"),
        (Status.TIMEOUT, "", {}, "no end"),
        (Status.CRASHED, "", {}, "a crash"),
    ],
)
def test_how_a_mistake_shows(status: Status, message: str, example: dict[str, Any], words: str):
    assert shows(CheckResult(id="a.b", title="", status=status, message=message, counterexample=example)) == words


def test_what_costs_nothing_shows_in_nothing():
    assert shows(None) == "nothing"


@pytest.mark.parametrize(
    ("said", "approved", "misled"),
    [
        ("db has the right numbers in the shape (1, 6)", "db has the right numbers in the shape (1, 3)", False),
        ("db has the right numbers in the shape (6, 1)", "db has the right numbers in the shape (1, 3)", True),
        ("db has the right numbers in the shape (6,)", "db has the right numbers in the shape (1, 3)", True),
        ("db is 6 times what it should be", "db is 3 times what it should be", True),
    ],
)
def test_sizes_of_a_case_are_no_part_of_what_was_approved(said: str, approved: str, misled: bool) -> None:
    found = outcome(said=[said], should_say=[approved])
    assert bool(found.misled) is misled
    assert found.named is not misled
