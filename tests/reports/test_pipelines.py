"""What Autolab, GitHub Actions, PrairieLearn and JUnit's readers take from a report; what students can't slip in."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from graders.coursework.clean import clean, harmless, shortened
from graders.coursework.record import Status
from graders.reports.autolab import autolab
from graders.reports.github import github
from graders.reports.junit import junit
from graders.reports.prairielearn import MAX_BYTES, prairielearn
from graders.reports.summary import escaped, fenced, markdown
from graders.reports.text import text
from tests.reports.records import EMPTY, FULL, HOSTILE_TEXTS, ORDINARY, RECORDS, SCRIPT, check, hostile, report, section
from tests.reports.runner import commands

TOKEN = "0123456789abcdef"


def last_two(written: str) -> list[dict[str, Any]]:
    """The presentation and the scores."""
    return [json.loads(line) for line in written.splitlines()[-2:]]


def test_autolab_gets_the_scores_last_without_what_is_marked_by_hand() -> None:
    _, scores = last_two(autolab(ORDINARY))
    assert scores == {"scores": {"linear": 0.0, "relu": 2.5, "sgd": 5.0, "adam": 0.0, "bonus": 5.0}}


def test_autolab_shows_each_check_and_the_reason() -> None:
    presentation, _ = last_two(autolab(ORDINARY))
    assert presentation["stages"] == ["Test"]
    assert presentation["Test"]["linear.forward"] == {"passed": True}
    assert presentation["Test"]["linear.backward"] == {
        "passed": False,
        "hint": "dLdW[0, 0] is 2, but should be 1 Divide by N.",
    }
    assert not {"adam.step", "sgd.large"} & presentation["Test"].keys()


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_students_own_scores_are_not_the_last_line(name: str) -> None:
    _, scores = last_two(autolab(hostile(HOSTILE_TEXTS[name])))
    assert scores == {"scores": {"linear": 0.0}}


def test_github_gets_an_error_for_each_reason_and_a_warning_for_advice() -> None:
    found = commands(github(ORDINARY, TOKEN))
    assert [command["command"] for command in found] == ["error", "error", "warning"]
    assert found[1]["properties"] == {
        "title": "relu.forward: relu.forward is right.",
        "file": "alice/mytorch/nn/activation.py",
        "line": "12",
    }
    assert str(found[1]["message"]).endswith("in forward: 100% wrong\nThe line is: raise ValueError")


def test_full_marks_give_no_annotation() -> None:
    assert commands(github(FULL, TOKEN)) == commands(github(EMPTY, TOKEN)) == []


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_no_command_of_a_students_is_obeyed(name: str) -> None:
    found = commands(github(hostile(HOSTILE_TEXTS[name]), TOKEN))
    assert {command["command"] for command in found} == {"error", "warning"}
    assert [command for command in found if "linear" not in str(command["properties"])] == []


@pytest.mark.parametrize("submission", ["/abs/alice", "../alice", "alice.zip", "alice.tar.gz"])
def test_an_annotation_names_no_file_outside_the_repository(submission: str) -> None:
    raised = check("a.b", Status.ERROR, message="f raised E in ../x.py, line 3: it")
    inside = check("a.c", Status.ERROR, message="f raised E in x.py, line 3: it")
    outside = check("a.d", Status.ERROR, message="f raised E in /x.py, line 3: it")
    found = commands(
        github(report(section("a", 0, 1, "failed", raised, inside, outside), submission=submission), TOKEN)
    )
    assert [command for command in found if "file" in command["properties"]] == []  # type: ignore[operator]


def test_of_many_errors_github_gets_ten_and_the_tenth_says_how_many_more() -> None:
    checks = [check(f"a.c{number}", Status.FAILED, message=f"wrong {number}") for number in range(25)]
    found = commands(github(report(section("a", 0, 1, "failed", *checks)), TOKEN))
    assert len(found) == 10
    assert found[-1]["properties"] == {"title": "16 more"}


def test_the_summary_keeps_student_text_in_a_fence_or_escaped() -> None:
    written = markdown(hostile(HOSTILE_TEXTS["cdata"], SCRIPT))
    outside, inside = [], []
    fence = ""
    for line in written.splitlines():
        if fence:
            fence = "" if line.strip() == fence else fence
            inside.append(line)
        elif line.startswith("```"):
            fence = line.removesuffix("text")
        else:
            outside.append(line)
    assert SCRIPT in "\n".join(inside)
    assert "<script" not in "\n".join(outside).replace("\\<script", "")
    assert not fence


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("````\n```").startswith("`````text\n")


def test_escaped_text_is_one_line_without_markup() -> None:
    assert escaped("a\n|*b*| <i> @c #1") == r"a \|\*b\*\| \<i\> \@c \#1"
    assert escaped("handin.zip of 2.5") == "handin.zip of 2.5"
    assert escaped("1. www.x.org") == r"1\. www\.x.org"


def test_the_summary_of_the_current_folder_names_no_folder() -> None:
    record = msgspec.structs.replace(RECORDS["ordinary"], submission=".")
    assert "." not in markdown(record).splitlines()
    assert "\\." not in markdown(record)


def test_the_summary_fits_into_what_is_left() -> None:
    whole = markdown(RECORDS["many"])
    assert len(markdown(RECORDS["many"], 20_000).encode()) < 20_000 < len(whole.encode())
    assert markdown(ORDINARY, 0) == ""


def test_prairielearns_score_is_the_share_of_what_a_program_can_mark() -> None:
    made = json.loads(prairielearn(ORDINARY))
    assert made["score"] == pytest.approx(12.5 / 30)
    assert "The essay: to be marked by hand" in made["message"]
    assert [test["name"] for test in made["tests"]] == ["linear", "relu", "sgd", "adam", "bonus"]
    assert json.loads(prairielearn(EMPTY))["score"] == 0.0
    extra = report(section("a", 5, 5, "passed"), section("b", 5, 5, "passed", extra=True))
    assert json.loads(prairielearn(extra))["score"] == 1.0


def test_prairielearns_file_is_cut_where_it_would_be_too_long() -> None:
    wide = [check(f"a.c{number}", Status.FAILED, message=f"{number} " + "é" * 7000) for number in range(200)]
    written = prairielearn(report(section("a", 0, 1, "failed", *wide)))
    assert len(written) <= MAX_BYTES
    assert len(json.loads(written)["tests"]) == 1
    countless = [check(f"a.c{number}", Status.FAILED, message=f"{number} " + "é" * 200) for number in range(20_000)]
    written = prairielearn(report(section("a", 0, 1, "failed", *countless)))
    assert len(written) <= MAX_BYTES
    assert json.loads(written)["tests"] == []


def test_junit_counts_what_failed_and_advice_does_not() -> None:
    root = ElementTree.fromstring(junit(ORDINARY).encode())
    counts = {suite.get("name"): (suite.get("failures"), suite.get("errors"), suite.get("skipped")) for suite in root}
    assert counts["linear"] == ("1", "0", "0")
    assert counts["relu"] == ("0", "1", "0")
    assert counts["sgd"] == ("0", "0", "0")
    assert counts["adam"] == ("0", "0", "1")


def test_junit_gives_hostile_text_back_as_text() -> None:
    root = ElementTree.fromstring(junit(hostile(HOSTILE_TEXTS["cdata"], SCRIPT)).encode())
    error = root.find(".//error")
    assert error is not None
    assert error.get("message") == HOSTILE_TEXTS["cdata"]
    assert [element.tag for element in root.iter() if element.tag in ("script", "b")] == []


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_clean_text_is_utf8_and_has_no_controls(name: str) -> None:
    text = clean(HOSTILE_TEXTS[name])
    assert text.encode().decode() == text
    assert [character for character in text if ord(character) < 32 and character not in "\t\n"] == []
    assert len(text.splitlines()) == text.count("\n") + (not text.endswith("\n"))


def test_shortened_text_keeps_both_ends_and_says_what_is_gone() -> None:
    text = shortened("a" * 50 + "b" * 50, 20)
    assert text.startswith("a" * 15 + "\n")
    assert text.endswith("b" * 5)
    assert "80 characters left out" in text
    assert shortened("abc", 3) == "abc"


def test_a_harmless_record_says_the_same_as_before() -> None:
    assert harmless(ORDINARY) == ORDINARY


@pytest.mark.parametrize(
    "name", ['x\n{"scores": {"linear": 9999}}', "x\r\n::error::forged", "x\x85y", "x\u2028y", "\ud800"]
)
def test_a_folders_name_begins_no_line(name: str) -> None:
    named = msgspec.structs.replace(ORDINARY, submission=name)
    plain = msgspec.structs.replace(ORDINARY, submission="x")
    for lines in (autolab, lambda shown: text(harmless(shown)), lambda shown: github(shown, TOKEN)):
        assert len(lines(named).splitlines()) == len(lines(plain).splitlines())
