"""How a check ended, from what its call raised."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from graders.checking.cases import Case
from graders.checking.expect import CheckFailed, certain
from graders.checking.student import Student
from graders.coursework.packs.pack import Homework, load_homework
from graders.coursework.record import Status
from graders.judging.compare import compare
from graders.marking.examples import Examples
from graders.marking.outcome import outcome
from graders.sandbox.faults import StudentCrash, StudentError, StudentTimeout
from tests.support import StandInSession, locate, toy_homework


@pytest.fixture
def homework(tmp_path: Path) -> Homework:
    return load_homework(str(toy_homework(tmp_path)))


def call(error: BaseException | None) -> pytest.CallInfo[None]:
    def run() -> None:
        if error is not None:
            raise error

    return pytest.CallInfo.from_call(run, when="call")


def skip() -> NoReturn:
    pytest.skip("no need")


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (None, Status.PASSED, ""),
        (CheckFailed("wrong", "try this"), Status.FAILED, "wrong"),
        (StudentError({"type": "ValueError", "text": "no"}), Status.ERROR, " raised ValueError: no"),
        (StudentTimeout("too long"), Status.TIMEOUT, "too long"),
        (StudentCrash("gone"), Status.CRASHED, "gone"),
        (ZeroDivisionError("ours"), Status.GRADER_FAULT, "gradmark itself failed here: ZeroDivisionError"),
        (AssertionError("ours"), Status.GRADER_FAULT, "gradmark itself failed here: AssertionError"),
    ],
)
def test_each_kind_of_error_is_a_status_of_its_own(
    homework: Homework, error: BaseException | None, status: Status, message: str
) -> None:
    result = outcome(homework, "layer.forward", None, call(error))
    assert (result.id, result.title, result.status, result.advisory) == (
        "layer.forward",
        "forward works.",
        status,
        False,
    )
    assert result.message.startswith(message)


def test_a_skip_keeps_its_reason(homework: Homework) -> None:
    result = outcome(homework, "layer.forward", None, pytest.CallInfo.from_call(skip, when="call"))
    assert (result.status, result.message) == (Status.SKIPPED, "no need")


def test_advice_is_marked_as_such(homework: Homework) -> None:
    assert outcome(homework, "layer.large_inputs", None, call(CheckFailed("wrong"))).advisory


def test_a_failure_shows_its_case_its_calls_its_arrays_warnings_and_output(homework: Homework) -> None:
    session = StandInSession()
    session.output = "printed\n"
    examples = Examples(Student(session, locate), 0)  # type: ignore[arg-type]
    examples.failing, examples.steps = Case(7), ["layer.forward(A)"]
    examples.failing.array("A", 2)
    examples.student.warn("be careful")
    difference = compare(np.array([1.0, 3.0]), certain(np.array([1.0, 2.0]))).difference

    result = outcome(homework, "layer.forward", examples, call(CheckFailed("wrong", "", difference)))

    found = result.counterexample
    assert found["case"] == {"seed": 7}
    assert found["inputs"]["A"]["shape"] == [2]
    assert found["calls"] == ["layer.forward(A)"]
    assert (found["got"]["values"], found["expected"]["values"]) == ([1.0, 3.0], [1.0, 2.0])
    assert (found["index"], found["wrong_entries"], found["entries"], found["largest_error"]) == ([1], 1, 2, 1.0)
    assert result.warnings == ["be careful"]
    assert result.output == "printed\n"


def test_a_check_that_passed_shows_no_counterexample(homework: Homework) -> None:
    examples = Examples(Student(StandInSession(), locate), 0)  # type: ignore[arg-type]
    assert outcome(homework, "layer.forward", examples, call(None)).counterexample == {}
