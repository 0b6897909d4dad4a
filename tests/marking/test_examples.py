"""A check's examples: the search for a small failing case is bounded and ends with one that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import CheckFailed
from graders.checking.cases import Case
from graders.checking.student import Student
from graders.marking.examples import Examples, watch
from graders.sandbox.faults import StudentCrash
from tests.support import StandInSession, locate


@dataclass(frozen=True)
class Sized(Case):
    N: int


SIZED = st.builds(Sized, st.integers(0, 2**32 - 1), st.integers(0, 10_000))


def new_attempt(shrinks: int) -> tuple[Examples, StandInSession]:
    session = StandInSession()
    return Examples(Student(session, locate), shrinks), session  # type: ignore[arg-type]


def search(examples: Examples, test: Callable[..., None], seed: int = 0, **strategies: st.SearchStrategy[Any]) -> None:
    """What a check does, with this many cases that a failing one is found."""
    phases = [hypothesis.Phase.generate, hypothesis.Phase.shrink]

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=200, database=None, phases=phases, report_multiple_bugs=False)
    @given(**strategies)
    def drawn_cases(**arguments: Any) -> None:
        examples.run(test, {"student": examples.student, **arguments})

    drawn_cases()


def failing_from(limit: int, seen: list[int]) -> Callable[..., None]:
    def test(student: Student, case: Sized) -> None:
        seen.append(case.N)
        case.array("A", 2)
        student.steps.append(f"layer.forward({case.N})")
        if limit <= case.N:
            raise CheckFailed(f"{case.N} is too large")

    return test


@pytest.mark.parametrize("shrinks", [0, 1, 5, 40, 200])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_search_for_a_small_case_is_bounded_and_ends_with_one_that_failed(shrinks: int, seed: int) -> None:
    examples, _ = new_attempt(shrinks)
    seen: list[int] = []
    with pytest.raises(CheckFailed) as caught:
        search(examples, failing_from(100, seen), seed, case=SIZED)
    first = next(index for index, size in enumerate(seen) if size >= 100)
    assert len(seen) - first - 1 <= shrinks
    assert isinstance(examples.failing, Sized)
    assert examples.failing.N >= 100
    assert caught.value.message == f"{examples.failing.N} is too large"
    assert examples.steps == [f"layer.forward({examples.failing.N})"]
    assert list(examples.failing.arrays) == ["A"]


def test_with_enough_attempts_the_smallest_case_is_found() -> None:
    examples, _ = new_attempt(1000)
    with pytest.raises(CheckFailed, match="100 is too large"):
        search(examples, failing_from(100, []), case=SIZED)
    assert examples.failing == Sized(0, 100)


def test_a_check_that_passes_has_no_failing_case() -> None:
    examples, _ = new_attempt(5)
    seen: list[int] = []
    search(examples, failing_from(10**9, seen), case=SIZED)
    assert examples.failing is None
    assert len(seen) == 200


def test_once_the_child_is_gone_nothing_more_is_asked_of_it() -> None:
    examples, session = new_attempt(40)
    seen: list[int] = []

    def test(student: Student, case: Sized) -> None:
        assert not session.lost
        seen.append(case.N)
        if case.N >= 100:
            session.lost = True
            raise StudentCrash("gone")

    with pytest.raises(StudentCrash, match="gone"):
        search(examples, test, case=SIZED)
    assert examples.failing is not None
    assert examples.failing.fields()["N"] == seen[-1] >= 100


def test_an_expectation_that_is_settled_at_the_end_belongs_to_its_example() -> None:
    examples, session = new_attempt(3)

    def test(student: Student, case: Sized) -> None:
        session.answers = [float(case.N)]
        student.judge(student.namespace("object"), lambda value: _at_most(value, 100.0))

    with pytest.raises(CheckFailed):
        search(examples, test, case=SIZED)
    assert examples.failing is not None
    assert examples.failing.fields()["N"] > 100


def _at_most(value: float, limit: float) -> None:
    if value > limit:
        raise CheckFailed(f"{value} is too large")


def test_an_error_of_ours_ends_the_search_as_any_failure_does() -> None:
    examples, _ = new_attempt(10)

    def test(student: Student, case: Sized) -> None:
        if case.N > 5:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        search(examples, test, case=SIZED)


def test_an_example_that_is_rejected_is_no_failure() -> None:
    examples, _ = new_attempt(10)

    def test(student: Student, case: Sized) -> None:
        hypothesis.assume(case.N % 2 == 0)

    search(examples, test, case=SIZED)
    assert examples.failing is None


def test_a_check_without_drawn_cases_runs_once() -> None:
    examples, _ = new_attempt(10)
    calls: list[Student] = []

    def test(student: Student) -> None:
        student.steps.append("MLP0()")
        calls.append(student)
        raise CheckFailed("no")

    with pytest.raises(CheckFailed):
        watch(test, lambda: examples)(student=examples.student)
    assert len(calls) == 1
    assert examples.failing is None
    assert examples.steps == ["MLP0()"]


def test_each_example_starts_afresh() -> None:
    examples, session = new_attempt(10)
    steps: list[int] = []

    def test(student: Student, case: Sized) -> None:
        steps.append(len(student.steps))
        assert session.queued == [["forget"]]
        student.steps.append("called")
        student.sent(np.ones(2))

    search(examples, test, case=SIZED)
    assert set(steps) == {0}


def test_arrays_are_called_by_their_names_in_the_case() -> None:
    examples, _ = new_attempt(10)
    written: list[str] = []

    def test(student: Student, case: Sized) -> None:
        written.append(student.write(case.array("A", 2)))
        written.append(student.write(np.ones((2, 3))))

    arguments: Mapping[str, Any] = {"student": examples.student, "case": Sized(1, 2)}
    examples.run(test, dict(arguments))
    assert written == ["A", "array(2, 3)"]
