"""The questionnaire: 0.5 a paper, -0.1 for a task missing or too many, -0.05 unexplained, never below 0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graders import UsageError
from graders.checking import CheckFailed
from graders.homeworks.dpl.questionnaire import answers_of, check_paper, key_of, score
from graders.marking.validation.changes import Changes, Edit
from tests.cli.program import gradmark

KEY = """
[papers.1]
tasks = ["a", "c", "h"]

[papers.2]
tasks = ["b", "f", "j"]

[papers.3]
tasks = ["a", "e", "i"]

[papers.4]
tasks = ["c", "l", "n"]
"""


@pytest.mark.parametrize(
    ("marked", "points"),
    [
        ({"a": "why", "c": "why", "h": "why"}, 0.5),
        ({"a": "why", "c": "why"}, 0.4),
        ({}, 0.2),
        ({"a": "why", "c": "why", "h": "why", "p": "why"}, 0.4),
        ({"a": "why", "c": "why", "g": "why"}, 0.3),
        ({"a": "", "c": "why", "h": " \n"}, 0.4),
        ({"a": "why", "c": "why", "h": "why", "p": ""}, 0.35),
        (dict.fromkeys("abcdefghijklmnop", "why"), 0.0),
        (dict.fromkeys("bdefg", ""), 0.0),
    ],
)
def test_a_paper_earns_what_the_handout_says(marked: dict[str, str], points: float):
    assert score(marked, {"a", "c", "h"}, 0.5).points == pytest.approx(points)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A submission's folder without answers, and one with the key."""
    submission, keys = tmp_path / "submission", tmp_path / "keys"
    submission.mkdir()
    keys.mkdir()
    (keys / "q1.toml").write_text(KEY)
    return submission, keys


def test_what_was_lost_is_said_with_its_share(folders: tuple[Path, Path]):
    submission, keys = folders
    (submission / "q1_answers.toml").write_text('[papers.1]\na = "why"\nd = ""\n')
    with pytest.raises(CheckFailed) as failure:
        check_paper(submission, keys, "1", 0.5)
    assert failure.value.message == (
        "paper 1: 0.15 of 0.5 points: 2 missing (c, h); 1 too many (d); 1 not explained (d)"
    )
    assert failure.value.share == pytest.approx(0.3)


def test_a_paper_that_is_not_there_has_no_marks(folders: tuple[Path, Path]):
    submission, _ = folders
    (submission / "q1_answers.toml").write_text('[papers.1]\na = "why"\n')
    assert answers_of(submission, "2") == {}


def test_what_an_editor_puts_before_the_text_is_passed_over(folders: tuple[Path, Path]):
    submission, _ = folders
    (submission / "q1_answers.toml").write_text('[papers.1]\na = "why"\n', encoding="utf-8-sig")
    assert answers_of(submission, "1") == {"a": "why"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no q1_answers.toml"),
        ("papers = [", "can't be read"),
        ("papers = 3", "papers should be tables"),
        ("[papers]\n1 = 3", "should be a table"),
        ('[papers.1]\nq = "why"', "but the options are a to p"),
        ('[papers.1]\nab = "why"', "but the options are a to p"),
        ("[papers.1]\na = true", "an explanation is a text"),
        ("#" * (1 << 20) + "##", "more than 1 MiB"),
        ("a = " + "[" * 5000, "brackets go too deep"),
    ],
)
def test_answers_that_cannot_be_read_earn_nothing(text: str | None, message: str, folders: tuple[Path, Path]):
    submission, keys = folders
    if text is not None:
        (submission / "q1_answers.toml").write_text(text)
    with pytest.raises(CheckFailed, match=message) as failure:
        check_paper(submission, keys, "1", 0.5)
    assert failure.value.share == 0


@pytest.mark.parametrize(
    "text",
    ["papers = [", "a = " + "[" * 5000, "[papers.2]\ntasks = []", '[papers.1]\ntasks = ["z"]', "[papers]\n1 = 2"],
)
def test_a_key_that_cannot_be_used_is_nobody_elses_fault(text: str, folders: tuple[Path, Path]):
    _, keys = folders
    (keys / "q1.toml").write_text(text)
    with pytest.raises(UsageError, match=r"q1\.toml"):
        key_of(keys, "1")


def test_the_command_scores_it_with_a_key_and_leaves_it_to_hand_without(folders: tuple[Path, Path], tmp_path: Path):
    _, keys = folders
    answers = Edit("q1_answers.toml", "\nh = ", "\ng = ")
    folder = Changes(edits=(answers,)).write("dpl2023", tmp_path / "changed")
    options = ["--homework", "dpl2023", "--only", "questionnaire", "--json", "-", "-n", "1", "--keys", keys]
    done = gradmark("grade", folder, *options)
    (section,) = json.loads(done.stdout)["sections"]
    assert section["score"] == pytest.approx(1.8)
    assert [check["status"] for check in section["checks"]] == ["failed", "passed", "passed", "passed"]
