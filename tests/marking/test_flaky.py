"""What Hypothesis calls flaky is told for what it is: code that gave no answer, or that does not answer alike."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis.errors import FlakyFailure

from graders.checking import CheckFailed
from graders.checking.student import Student
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.marking.examples import INCONSTANT, Examples, FirstFailure, watch
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.sandbox.faults import StudentCrash, StudentTimeout
from graders.sandbox.process import Worker
from graders.sandbox.session import Session
from tests.support import StandInSession, locate, toy_homework, write_tree

CHECKS = """
    import numpy as np
    from hypothesis import given
    from hypothesis import strategies as st

    from graders.checking import section
    from graders.checking.expect import Expected, expect

    @section("layer")
    @given(size=st.integers(1, 50))
    def test_drawn(student, size):
        \"\"\"It adds one.\"\"\"
        x = np.arange(float(size))
        (value,) = student.read(student("toy").add(x))
        expect(student("toy").add(x)).to_equal(x + 1)

    @section("layer")
    @given(data=st.data())
    def test_draws_more(student, data):
        \"\"\"It adds one to whatever is drawn on the way.\"\"\"
        for _ in range(data.draw(st.integers(1, 3))):
            x = np.arange(float(data.draw(st.integers(1, 50))))
            expect(student("toy").add(x)).to_equal(x + 1)
            student.settle()
"""
RUBRIC = """
    id = "toy"
    title = "A toy homework"
    total = 1

    [modules.toy]
    add = ["layer.py"]

    [[sections]]
    id = "layer"
    title = "A layer"
    points = 1
    policy = "all-or-nothing"
    checks = ["layer.drawn", "layer.draws_more"]
"""


def ended(folder: Path, code: str, checks: str = CHECKS, **more: Any) -> dict[str, CheckResult]:
    """How the checks end for this code."""
    homework = load_homework(str(toy_homework(folder / "pack", RUBRIC, checks)))
    submission = write_tree(folder / "submission", {"layer.py": code})
    report = mark(Request(submission, homework, select(homework, [], {}), **more))
    return {check.id: check for section in report.sections for check in section.checks}


WRONG = "def add(x):\n    return x + (2 if x.size > 3 else 1)\n"
AT_RANDOM = "import random\n\ndef add(x):\n    return x + (1 if random.random() < {share} else 2)\n"
GONE = "import os\n\ndef add(x):\n    return x + 1 if x.size < 4 else os._exit(3)\n"
STUCK = "def add(x):\n    while x.size > 3:\n        pass\n    return x + 1\n"


@pytest.mark.parametrize(
    ("code", "status"),
    [(WRONG, Status.FAILED), (GONE, Status.CRASHED), (STUCK, Status.TIMEOUT)],
    ids=["wrong", "gone", "stuck"],
)
def test_a_check_that_draws_as_it_goes_ends_like_any_other(code: str, status: Status, tmp_path: Path) -> None:
    found = ended(tmp_path, code)
    assert [check.status for check in found.values()] == [status, status]
    assert not any(INCONSTANT in check.hint for check in found.values())


@pytest.mark.parametrize("seed", range(4))
def test_code_that_answers_at_random_has_failed(seed: int, tmp_path: Path) -> None:
    found = ended(tmp_path, AT_RANDOM.replace("{share}", "0.5"), seed=seed)
    assert {check.status for check in found.values()} == {Status.FAILED}


ONCE = "calls = []\n\ndef add(x):\n    calls.append(x)\n    return x + (2 if len(calls) == 2 else 1)\n"
"""Wrong in the second call alone."""


def test_code_that_answers_otherwise_the_second_time_is_told_so(tmp_path: Path) -> None:
    found = ended(tmp_path, ONCE)["layer.drawn"]
    assert (found.status, found.hint.endswith(INCONSTANT)) == (Status.FAILED, True)


def test_marks_alone_look_for_no_reasons(tmp_path: Path) -> None:
    assert INCONSTANT not in ended(tmp_path, ONCE, shrinks=0)["layer.drawn"].hint


def test_nothing_is_trained_once_more(tmp_path: Path) -> None:
    trains = CHECKS.replace("import section", "import budget, section").replace("@given", "@budget(3)\n    @given", 1)
    found = ended(tmp_path, ONCE, trains)["layer.drawn"]
    assert (found.status, found.hint) == (Status.FAILED, "")


@pytest.mark.parametrize("seconds", [0.001, 0.02])
def test_a_clock_that_runs_out_ends_a_check_as_timeout(
    seconds: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_session = Worker.open_session

    def impatiently(worker: Worker, _: float, *more: Any) -> Session:
        return open_session(worker, seconds, *more)

    monkeypatch.setattr(Worker, "open_session", impatiently)
    slow = "import time\n\ndef add(x):\n    time.sleep(0.05)\n    return x + 1\n"
    found = ended(tmp_path, slow, profile=Profile.QUICK)
    assert {check.status for check in found.values()} == {Status.TIMEOUT}


def new_attempt(shrinks: int = 5) -> tuple[Examples, StandInSession]:
    session = StandInSession()
    return Examples(Student(session, locate), shrinks), session  # type: ignore[arg-type]


def fail_with(examples: Examples, error: Exception, **arguments: object) -> None:
    """One example that ends so."""

    def test(**given: object) -> None:
        raise error

    with pytest.raises(type(error)):
        examples.run(test, arguments)


FLAKY = FlakyFailure("failed on the first call but did not on a subsequent one", [ValueError()])


@pytest.mark.parametrize("gone", [StudentTimeout("no answer within 10 s"), StudentCrash("gone")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_child_that_was_lost_decides_whatever_else_failed(gone: Exception, place: int) -> None:
    examples, _ = new_attempt()
    errors: list[Exception] = [CheckFailed("wrong"), CheckFailed("wrong, too")]
    errors.insert(place, gone)
    for number, error in enumerate(errors):
        fail_with(examples, error, case=number)
    assert examples.settled(FLAKY) is gone


def test_a_flaky_check_that_has_failed_has_failed_in_the_last_way() -> None:
    examples, _ = new_attempt()
    first, last = CheckFailed("first"), CheckFailed("last")
    fail_with(examples, first, case=1)
    fail_with(examples, last, case=2)
    assert examples.settled(FLAKY) is last
    assert examples.settled(BaseExceptionGroup("several", [first, ZeroDivisionError()])) is last


def test_what_no_example_explains_stays_what_it_is() -> None:
    examples, _ = new_attempt()
    other = ZeroDivisionError()
    assert examples.settled(FLAKY) is FLAKY
    assert examples.settled(other) is other
    group = ExceptionGroup("of the check's own", [ValueError()])
    fail_with(examples, group, case=1)
    assert examples.settled(group) is group


def test_nothing_is_looked_for_with_a_child_that_is_gone() -> None:
    examples, session = new_attempt()

    def test(student: Student, case: int) -> None:
        session.lost = True
        raise StudentTimeout("no answer within 10 s")

    with pytest.raises(FirstFailure) as caught:
        watch(test, lambda: examples)(student=examples.student, case=1)
    assert isinstance(caught.value.error, StudentTimeout)


def test_a_child_that_is_lost_after_a_failure_leaves_the_search_to_end() -> None:
    examples, _ = new_attempt()
    fail_with(examples, CheckFailed("wrong"), case=1)
    with pytest.raises(StudentCrash):
        watch(_crash, lambda: examples)(student=examples.student, case=2)


def _crash(student: Student, case: int) -> None:
    raise StudentCrash("gone")


@pytest.mark.parametrize(("again", "rightly"), [(None, True), (CheckFailed("wrong"), False), (OSError(), False)])
def test_a_failing_example_that_passes_once_more_changes_nothing_else(again: Exception | None, rightly: bool) -> None:
    examples, session = new_attempt()
    failure = CheckFailed("wrong")
    errors: list[Exception | None] = [failure, again]

    def test(student: Student, case: object) -> None:
        student.steps.append("layer.forward(x)")
        student.warn(f"a warning with {len(errors)} to come")
        error = errors.pop(0)
        if error is not None:
            raise error

    with pytest.raises(CheckFailed):
        examples.run(test, {"student": examples.student, "case": SimpleNamespace(N=1)})
    kept = examples.steps, examples.operations, examples.failing, list(examples.student.warnings)
    assert examples.answers_rightly_now(failure) is rightly
    assert (examples.steps, examples.operations, examples.failing, list(examples.student.warnings)) == kept
    assert examples.answers_rightly_now(CheckFailed("another")) is False
    session.lost = True
    assert examples.answers_rightly_now(failure) is False


PRINTING = """
    def add(x):
        print("size", len(x))
        return x + 1 if len(x) < 3 else x
"""


def test_what_was_printed_is_that_of_the_case_that_is_shown(tmp_path: Path) -> None:
    found = ended(tmp_path, PRINTING)["layer.drawn"]
    assert found.status is Status.FAILED
    assert found.output.split() == ["size", "3", "size", "3"]
