"""Gradescope's results.json: what it shows, what it hides, how late a submission is, and how many are marked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graders import UsageError
from graders.reports.gradescope import Visibility, gradescope, refusal
from graders.reports.gradescope_metadata import Metadata, RateLimit, rate_limit, read_metadata
from tests.reports.records import LATE, ORDINARY, report, section, validate

DUE = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


def results(**arguments: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(gradescope(ORDINARY, **arguments))
    return made


def metadata(folder: Path, created: datetime = DUE, **changes: Any) -> Metadata:
    """As Gradescope writes it."""
    written = {
        "id": 123456,
        "created_at": created.isoformat(),
        "assignment": {"due_date": DUE.isoformat(), "late_due_date": None, "title": "Homework", "total_points": "20.0"},
        "submission_method": "upload",
        "users": [{"email": "student@example.com", "id": 1234, "name": "A Student"}],
        "previous_submissions": [],
    }
    path = folder / "submission_metadata.json"
    path.write_text(json.dumps(written | changes), encoding="utf-8")
    return read_metadata(path)


def earlier(hours: float, score: float, made: dict[str, Any] | None = None) -> dict[str, Any]:
    """A submission so many hours before the due date."""
    return {
        "submission_time": (DUE - timedelta(hours=hours)).isoformat(),
        "score": score,
        "results": made if made is not None else {"tests": [], "score": score},
    }


def test_sections_are_tests_whose_scores_add_up() -> None:
    made = results()
    scores = {test["tags"][0]: (test.get("score"), test.get("max_score"), test.get("status")) for test in made["tests"]}
    assert scores == {
        "linear": (0.0, 15.0, "failed"),
        "relu": (2.5, 10.0, "failed"),
        "sgd": (5.0, 5.0, "passed"),
        "adam": (0.0, 0.0, None),
        "essay": (None, None, None),
        "bonus": (5.0, 10.0, "failed"),
    }
    assert made["score"] == sum(test.get("score", 0.0) for test in made["tests"]) == 12.5
    assert type(made["execution_time"]) is float
    assert "dLdW[0, 0] is 2, but should be 1" in made["tests"][0]["output"]


def test_while_something_is_hidden_nothing_that_is_shown_says_the_total() -> None:
    made = results(visibilities={"linear": Visibility.HIDDEN, "bonus": Visibility.AFTER_PUBLISHED})
    assert [test["visibility"] for test in made["tests"]] == ["hidden", *["visible"] * 4, "after_published"]
    shown = json.dumps([made["output"], [test for test in made["tests"] if test["visibility"] == "visible"]])
    assert "12.5" not in shown
    assert "linear" not in shown
    assert "Total" not in shown
    assert made["stdout_visibility"] == "hidden"
    assert "leaderboard" not in made


def test_the_points_that_go_for_lateness_are_hidden_with_the_rest_for_they_tell_the_total() -> None:
    for seen, expected in (({}, "visible"), ({"sgd": Visibility.AFTER_PUBLISHED}, "after_published")):
        made = json.loads(gradescope(LATE, seen))
        assert (made["score"], made["tests"][1]["score"], made["tests"][1]["visibility"]) == (3.5, -1.5, expected)


def test_standard_output_is_always_hidden_for_it_ends_with_the_total() -> None:
    assert results()["stdout_visibility"] == "hidden"


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0, 0), (0.01, 1), (24, 1), (24.01, 2), (71, 3)])
def test_a_day_that_has_begun_is_late(tmp_path: Path, hours: float, days: int) -> None:
    made = results(metadata=metadata(tmp_path, DUE + timedelta(hours=hours)))
    assert made["extra_data"]["gradmark"]["late_days"] == days
    assert (f"{days} day" in made["output"]) == (days > 0)


def test_a_student_with_a_later_date_is_late_after_that_one(tmp_path: Path) -> None:
    users = [{"id": 1, "assignment": {"due_date": (DUE + timedelta(days=2)).isoformat()}}, {"id": 2}]
    assert metadata(tmp_path, DUE + timedelta(days=1), users=users).late_days == 0
    assert metadata(tmp_path, DUE + timedelta(days=3), users=users).late_days == 1


def test_time_zones_and_a_missing_date(tmp_path: Path) -> None:
    here = metadata(tmp_path, created_at="2026-03-01T15:30:00.365935-08:00")
    assert here.late_days == 1
    assert metadata(tmp_path, DUE + timedelta(days=9), assignment={"due_date": None}).late_days == 0


def test_a_submission_too_many_keeps_the_last_marked_ones_result(tmp_path: Path) -> None:
    limit = rate_limit("2/24")
    first = json.loads(gradescope(report(section("sgd", 3.0, 5.0, "partial"))))
    known = metadata(tmp_path, previous_submissions=[earlier(30, 1.0), earlier(5, 2.0), earlier(2, 3.0, first)])
    assert limit.refuses(known)
    made = json.loads(refusal(limit, known))
    validate(made, "gradescope")
    assert made["score"] == 3.0
    assert made["tests"] == first["tests"]
    assert "2026-03-02 18:00 UTC" in made["output"]


def test_the_score_that_is_kept_is_the_programs_own(tmp_path: Path) -> None:
    by_hand = metadata(tmp_path, previous_submissions=[earlier(2, 30.0, {"score": 12.5})])
    assert by_hand.last_marked is not None
    assert by_hand.last_marked.kept == 12.5
    nothing = metadata(tmp_path, previous_submissions=[{"submission_time": DUE.isoformat(), "score": None}])
    assert json.loads(refusal(RateLimit(1, 24), nothing))["score"] == 0.0


def test_refused_submissions_do_not_count_themselves(tmp_path: Path) -> None:
    limit = RateLimit(1, 24)
    known = metadata(tmp_path, previous_submissions=[earlier(2, 3.0)])
    refused = json.loads(refusal(limit, known))
    later = metadata(
        tmp_path, DUE + timedelta(hours=23), previous_submissions=[earlier(2, 3.0), earlier(0, 3.0, refused)]
    )
    assert not limit.refuses(later)
    assert later.last_marked is not None
    assert later.last_marked.score == 3.0


def test_the_score_that_is_kept_stays_hidden_where_a_section_is(tmp_path: Path) -> None:
    known = metadata(tmp_path, previous_submissions=[earlier(2, 7.25)])
    made = json.loads(refusal(RateLimit(1, 24), known, something_hidden=True))
    validate(made, "gradescope")
    assert [test["visibility"] for test in made["tests"]] == ["hidden"]
    assert "7.25" not in made["output"]


def test_fewer_than_the_limit_are_marked(tmp_path: Path) -> None:
    known = metadata(tmp_path, previous_submissions=[earlier(24, 1.0), earlier(5, 2.0)])
    assert not RateLimit(2, 24).refuses(known)
    assert RateLimit(1, 24).refuses(known)


@pytest.mark.parametrize("text", ["", "5", "0/24", "5/0", "-1/2", "a/b", "5/24/7", "5/", "1e3/2"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="5/24"):
        rate_limit(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"created_at": "yesterday", "assignment": {}}', "\xff"),
        '{"created_at": "0001-01-01T00:00:00+14:00", "assignment": {}}',
        '{"created_at": "9999-12-31T23:59:59-14:00", "assignment": {}}',
    ],
)
def test_a_file_that_is_no_metadata_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "metadata.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"is not Gradescope's submission_metadata\.json"):
        read_metadata(path)
