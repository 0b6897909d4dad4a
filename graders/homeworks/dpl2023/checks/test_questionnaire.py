"""Question 1: the tasks of four papers, against the instructor's key."""

from __future__ import annotations

from pathlib import Path

from graders.checking import Student, section

from ...dpl.questionnaire import check_paper

POINTS = 0.5


@section("questionnaire")
def test_paper_1(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """Paper 1: which tasks apply, each with an explanation (q1_answers.toml)."""
    check_paper(submission, keys, "1", POINTS)


@section("questionnaire")
def test_paper_2(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """Paper 2: which tasks apply, each with an explanation (q1_answers.toml)."""
    check_paper(submission, keys, "2", POINTS)


@section("questionnaire")
def test_paper_3(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """Paper 3: which tasks apply, each with an explanation (q1_answers.toml)."""
    check_paper(submission, keys, "3", POINTS)


@section("questionnaire")
def test_paper_4(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """Paper 4: which tasks apply, each with an explanation (q1_answers.toml)."""
    check_paper(submission, keys, "4", POINTS)
