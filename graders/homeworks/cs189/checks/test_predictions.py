"""Section 6.2 of the handout: predictions for the test images of CIFAR-10."""

from __future__ import annotations

from pathlib import Path

from graders.checking import CheckFailed, Student, section

from ..predictions import accuracy


def check(submission: Path, keys: Path, least: float) -> None:
    """Whether enough predictions are right."""
    found = accuracy(submission, keys)
    if found < least:
        raise CheckFailed(f"{found:.2%} of predictions.csv are right, but should be {least:.0%}")


@section("predictions")
def test_seventy(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """predictions.csv is right for at least 70 % of the images."""
    check(submission, keys, 0.70)


@section("predictions")
def test_seventy_five(student: Student, submission: Path, keys: Path) -> None:  # noqa: ARG001 - a check has a student
    """predictions.csv is right for at least 75 % of the images."""
    check(submission, keys, 0.75)
