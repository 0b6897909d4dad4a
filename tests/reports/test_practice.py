"""Practice in every report: shown without points where it is begun, not a word of it elsewhere; and what opens one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from xml.etree import ElementTree

import msgspec
import pytest
from rich.console import Console

from graders.coursework.record import Report, SectionStatus, Status
from graders.reports.autolab import autolab
from graders.reports.github import github
from graders.reports.gradebook import canvas, gradebook
from graders.reports.gradescope import Visibility, gradescope
from graders.reports.html.student import student as page
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.reports.summary import markdown
from graders.reports.terminal import show
from graders.reports.text import text
from tests.reports.records import check, report, section, validate

SGD = section("sgd", 5.0, 5.0, "passed", check("sgd.step"))
WRONG = check("conv.padding", Status.FAILED, message="conv.forward(X)[0] is 1, but should be 2")
BEGUN = section("conv", 0.0, 0.0, "failed", WRONG, practice=True)
LEFT = section("conv", 0.0, 0.0, "skipped", check("conv.padding", Status.SKIPPED, message="not begun"), practice=True)
DONE = section("conv", 0.0, 0.0, "passed", check("conv.padding"), practice=True)
LINE = "This looks like the homework of another course or year."


def terminal(found: Report) -> str:
    console = Console(file=io.StringIO(), width=200)
    show(found, console, verbose=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


REPORTS: dict[str, Callable[[Report], str]] = {
    "text": lambda found: text(found, verbose=True),
    "terminal": terminal,
    "html": lambda found: page(found).decode(),
    "markdown": markdown,
    "github": lambda found: github(found, "token"),
    "gradescope": lambda found: gradescope(found).decode(),
    "autolab": autolab,
    "prairielearn": lambda found: prairielearn(found).decode(),
    "junit": junit,
    "gradebook": lambda found: gradebook("", found),
    "canvas": lambda found: canvas("", found),
}
TABLES = ("gradebook", "canvas")


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_speaks_of_practice_that_was_not_begun(name: str) -> None:
    assert "conv" not in REPORTS[name](report(SGD, LEFT))


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in TABLES])
def test_practice_that_was_begun_is_shown_with_what_is_wrong(name: str) -> None:
    written = REPORTS[name](report(SGD, BEGUN))
    assert "conv.forward(X)[0] is 1, but should be 2" in written
    assert "practice" in written


@pytest.mark.parametrize("name", TABLES)
def test_a_grade_book_has_no_column_of_practice(name: str) -> None:
    assert "conv" not in REPORTS[name](report(SGD, BEGUN))
    assert "conv" not in REPORTS[name](report(SGD, DONE))


@pytest.mark.parametrize("practice", [BEGUN, LEFT, DONE])
def test_practice_is_worth_nothing_whatever_comes_of_it(practice: object) -> None:
    assert isinstance(practice, type(BEGUN))
    found = report(SGD, practice)
    assert found.exit_status == 0
    assert (found.score, found.max_score) == (5, 5)
    assert "Total 5/5" in text(found)
    record = json.loads(msgspec.json.encode(found))
    assert record["sections"][1]["practice"] is True
    assert record["sections"][1]["status"] == practice.status


def test_a_fault_of_ours_in_practice_is_one() -> None:
    fault = msgspec.structs.replace(WRONG, status=Status.GRADER_FAULT)
    assert report(SGD, msgspec.structs.replace(BEGUN, checks=[fault])).exit_status == 3


def test_where_nothing_but_practice_was_asked_for_it_is_shown() -> None:
    assert "conv           practice  skipped  The conv\n  skipped: not begun\n" in text(report(LEFT))


def test_machines_take_practice_for_no_failure() -> None:
    found = report(SGD, BEGUN)
    root = ElementTree.fromstring(junit(found))
    assert not list(root.iter("failure"))
    assert "practice: conv.forward(X)[0] is 1" in next(root.iter("system-out")).text or ""
    assert "::error" not in github(found, "token")
    assert "::warning title=conv.padding" in github(found, "token")
    presentation, scores = map(json.loads, autolab(found).splitlines()[-2:])
    assert scores == {"scores": {"sgd": 5.0}}
    assert presentation["Test"] == {"sgd.step": {"passed": True}}
    tests = json.loads(gradescope(found))["tests"]
    assert tests[1]["name"] == "The conv (practice)"
    assert not {"score", "max_score", "status"} & tests[1].keys()
    made = json.loads(prairielearn(found))
    assert made["score"] == 1.0
    assert (made["tests"][1]["points"], made["tests"][1]["max_points"]) == (0, 0)
    validate(json.loads(gradescope(found)), "gradescope")
    validate(made, "prairielearn")


def test_a_row_of_points_says_that_it_is_practice() -> None:
    assert "| The conv | ❌ failed | practice |" in markdown(report(SGD, BEGUN))
    assert SectionStatus.PASSED in text(report(SGD, DONE))
    rows = list(csv.DictReader(io.StringIO(gradebook("", report(SGD, DONE)))))
    assert rows[0]["sgd"] == "5"


def opened(found: Report) -> Report:
    return msgspec.structs.replace(found, dialect=LINE)


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in TABLES])
def test_a_report_opens_with_whose_homework_it_may_be(name: str) -> None:
    plain, written = REPORTS[name](report(SGD, BEGUN)), REPORTS[name](opened(report(SGD, BEGUN)))
    assert LINE not in plain
    assert written.index(LINE) < written.index("sgd") or name in ("gradescope", "junit")


def test_the_first_line_of_the_plain_report_is_that() -> None:
    assert text(opened(report(SGD))).startswith(f"{LINE}\n\ntoy: alice\n")
    assert terminal(opened(report(SGD))).startswith(f"{LINE}\n")


def test_gradescope_says_nothing_of_sections_that_students_cannot_see() -> None:
    hidden = gradescope(opened(report(SGD, BEGUN)), {"conv": Visibility.HIDDEN})
    assert LINE not in json.loads(hidden)["output"]
    assert json.loads(gradescope(opened(report(SGD))))["output"].startswith(LINE)


def test_the_record_has_the_line_only_where_there_is_one() -> None:
    assert "dialect" not in json.loads(msgspec.json.encode(report(SGD)))
    assert json.loads(msgspec.json.encode(opened(report(SGD))))["dialect"] == LINE
