"""Grade books: a row for each submission, no formula of a student's, and what was there stays."""

from __future__ import annotations

import csv
import io

import pytest

from graders import UsageError
from graders.reports.gradebook import canvas, cell, gradebook
from tests.reports.records import FORMULA, NAMES, ORDINARY, report, section

EXPORTED = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,toy (987),Quiz (55)\r\n"
    "    Points Possible,,,,,100.00,10.00\r\n"
    '"Doe, Alice",11,u11,alice,CS,,7\r\n'
    '"Roe, Bob",12,u12,bob,CS,1,=8\r\n'
)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_row_has_a_column_for_each_section_and_nothing_where_nobody_has_marked_yet() -> None:
    (row,) = rows(gradebook("", ORDINARY))
    assert row == {
        "submission": "alice",
        "homework": "toy",
        "score": "12.5",
        "max_score": "50",
        "by_hand": "20",
        "linear": "0",
        "relu": "2.5",
        "sgd": "5",
        "adam": "0",
        "essay": "",
        "bonus": "5",
    }


def test_a_submission_has_one_row_however_often_it_is_marked() -> None:
    again = report(section("linear", 15.0, 15.0, "passed"), submission="alice")
    other = report(section("conv", 1.0, 2.0, "partial"), submission="bob")
    found = rows(gradebook(gradebook(gradebook("", ORDINARY), other), again))
    assert [(row["submission"], row["score"]) for row in found] == [("alice", "15"), ("bob", "1")]
    assert [row["conv"] for row in found] == ["", "1"]


@pytest.mark.parametrize("name", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n@a", " =1", "＝1", FORMULA])
def test_no_cell_is_a_formula(name: str) -> None:
    assert cell(name)[0] == "'"
    for write in (gradebook, canvas):
        cells = [value for row in csv.reader(io.StringIO(write("", report(submission=name)))) for value in row]
        assert [value for value in cells if value[:1] in tuple("=+-@\t\r\n＝")] == []


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert cell("alice = 1") == "alice = 1"


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_finds_its_own_row_again(name: str) -> None:
    once = gradebook("", report(section("a", 1.0, 2.0, "partial"), submission=name))
    twice = gradebook(once, report(section("a", 2.0, 2.0, "passed"), submission=name))
    assert [row["score"] for row in rows(twice)] == ["2"]


def test_canvas_own_export_gets_the_marks_and_keeps_the_rest() -> None:
    marked = report(section("a", 42.5, 100.0, "partial"), submission="class/alice.zip")
    found = rows(canvas(EXPORTED, marked))
    assert [row["toy (987)"] for row in found] == ["100.00", "42.5", "1"]
    assert [row["Quiz (55)"] for row in found] == ["10.00", "7", "=8"]
    assert found[1]["Student"] == "Doe, Alice"


def test_the_name_of_a_download_from_canvas_has_the_students_number() -> None:
    marked = report(section("a", 3.0, 100.0, "partial"), submission="doejane_LATE_12_9876_hw1.zip")
    assert [row["toy (987)"] for row in rows(canvas(EXPORTED, marked))] == ["100.00", "", "3"]
    (_, new) = rows(canvas("", marked))
    assert (new["Student"], new["ID"], new["toy"]) == ("doejane", "12", "3")


def test_an_unknown_student_gets_a_row() -> None:
    found = rows(canvas(EXPORTED, report(section("a", 3.0, 100.0, "partial"), submission="carol")))
    assert [row["SIS Login ID"] for row in found] == ["", "alice", "bob", "carol"]


@pytest.mark.parametrize("text", ["a,b\r\n1,2\r\n", "{}", "submission,homework\r\na,b,c\r\n", 'submission,"homework'])
def test_another_file_is_not_touched(text: str) -> None:
    with pytest.raises(UsageError):
        gradebook(text, ORDINARY)
