"""Words that several reports have in common."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import msgspec
import pytest

from graders.coursework.record import Report, SectionResult, SectionStatus, Status
from graders.reports.formats import FORMATS, Shown
from graders.reports.github import github
from graders.reports.junit import junit
from graders.reports.text import text
from graders.reports.wording import NOT_CHECKED, details, how_much
from tests.reports.formats import written as written_as
from tests.reports.records import check


def test_what_is_no_number_is_off_by_no_number() -> None:
    counted = {"wrong_entries": 8, "entries": 9}
    assert how_much(counted | {"largest_error": 0.0}) == "8 of 9 entries are nan or infinite"
    assert how_much(counted | {"largest_error": 0.25}) == "8 of 9 entries differ, by up to 0.25"


WHY = "gradmark itself failed here: KeyError (test_linear.py, line 7): 'A'"
OURS = check("linear.large", Status.GRADER_FAULT, advisory=True, message=WHY)


def with_a_fault_in_advice() -> Report:
    section = SectionResult(
        id="linear", title="Linear", score=5, max_score=5, status=SectionStatus.PASSED, checks=[check("linear.a"), OURS]
    )
    return Report(homework="toy", submission="ada", score=5, max_score=5, sections=[section], environment={})


_OTHERS = ("json", "sarif", "classroom50", "summary")
"""Data, lines of code, and sections that lost points: none of them tells of advice."""
REPORTS = {one.id: one for one in FORMATS if Shown.MESSAGE in one.shows and one.id not in _OTHERS}


@pytest.mark.parametrize("name", REPORTS)
def test_a_fault_in_an_advisory_check_is_never_advice(name: str) -> None:
    written = written_as(REPORTS[name], with_a_fault_in_advice()).decode()
    assert "advice" not in written
    assert "linear.large" in written or "large" in written
    if name != "junit":
        assert "not the submission" in written


def test_a_fault_in_an_advisory_check_is_an_error_where_machines_read_it() -> None:
    report = with_a_fault_in_advice()
    assert report.exit_status == 3
    (error,) = ElementTree.fromstring(junit(report)).iter("error")
    assert error.get("message") == WHY
    assert f"::error title=linear.large%3A linear.large is right.::{NOT_CHECKED}" in github(report, "token")
    assert "::warning" not in github(report, "token")
    assert json.loads(msgspec.json.encode(report))["sections"][0]["checks"][1]["status"] == "grader-fault"


def test_what_an_advisory_check_finds_wrong_is_advice_as_ever() -> None:
    found = msgspec.structs.replace(OURS, status=Status.FAILED)
    report = with_a_fault_in_advice()
    section = msgspec.structs.replace(report.sections[0], checks=[found])
    assert "  advice: linear.large is right. Here: " in text(msgspec.structs.replace(report, sections=[section]))


WRONG = {
    "got": {"shape": [2, 2], "dtype": "float64", "values": [[1.0, 2.0], [0.2514402, 4.0]]},
    "expected": {"shape": [2, 2], "dtype": "float64", "values": [[1.0000001, 2.0], [0.2514409, 4.0]]},
    "index": [1, 0],
    "wrong_entries": 1,
    "entries": 4,
    "largest_error": 7e-7,
}


def shown(**changes: object) -> list[str]:
    """What the text report shows of this counterexample, but for the labels."""
    failed = msgspec.structs.replace(check("linear.a", Status.FAILED), counterexample={**WRONG, **changes})
    section = SectionResult(
        id="linear", title="Linear", score=0, max_score=5, status=SectionStatus.FAILED, checks=[failed]
    )
    report = Report(homework="toy", submission="ada", score=0, max_score=5, sections=[section], environment={})
    return [line for label, line in details(report, failed) if label in ("got", "expected")]


def test_got_and_expected_have_as_many_digits_as_it_takes_to_see_which_entry_is_wrong() -> None:
    assert shown() == ["[[1, 2], [0.25144, 4]]", "[[1, 2], [0.251441, 4]]"]


def test_they_have_five_digits_where_these_do_or_where_the_wrong_entry_is_not_shown() -> None:
    assert shown(index=[1, 1]) == ["[[1, 2], [0.25144, 4]]", "[[1, 2], [0.25144, 4]]"]
    assert shown(index=[7, 0]) == ["[[1, 2], [0.25144, 4]]", "[[1, 2], [0.25144, 4]]"]
    assert shown(got={"shape": [900], "dtype": "float64"})[0] == "an array of shape (900,), float64"
