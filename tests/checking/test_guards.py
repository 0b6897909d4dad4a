"""A guard of a submission's is one: the same in all entries of an answer, and in all examples of a check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from torch import Tensor

from graders.checking import Answer, CheckFailed, Shape, certain, expect, measured
from graders.checking.student import Student
from reference import guards
from reference.autodiff import vjp
from tests.support import answering

CASES = [np.array([[3e-6, 0.3, 0.7 - 3e-6], [2e-5, 0.5, 0.5 - 2e-5]]), np.array([[1e-6, 0.2, 0.8 - 1e-6]])]


@measured
def entropy(P: Tensor) -> dict[str, Tensor]:
    """The mean of -log of the first probability of each row, and its gradient."""
    loss, (slope,) = vjp(lambda p: -guards.log(p)[:, 0].mean(), [P], P.new_ones(()))
    return {"loss": loss, "slope": slope}


def written(eps: float, case: np.ndarray) -> float:
    return float(-np.log(case[:, 0] + eps).mean())


def judged(answers: Sequence[object], wanted: Callable[[Answer], object] = lambda answer: answer.loss) -> Student:
    """The student after these answers, one for each case."""
    student, remote = answering(*answers)
    for case, _ in zip(CASES, answers, strict=False):
        expect(remote).to_equal(wanted(entropy(P=case)))  # type: ignore[arg-type]
        student.settle()
    return student


@pytest.mark.parametrize("eps", [1e-7, 1e-8, 3.3e-9, 1e-10])
def test_one_guard_in_all_examples_passes_and_its_size_is_told(eps: float):
    (warning,) = judged([written(eps, case) for case in CASES]).warnings
    assert warning.startswith(f"a small guard is accepted: {eps:.3g} is added inside the logarithm. The loss is off")


def test_the_words_that_hide_values_have_no_size():
    (discreet,) = judged([written(1e-8, case) for case in CASES]).warnings.values()
    assert "a small number is added inside the logarithm" in discreet
    assert "1e-08" not in discreet


def test_two_guards_in_two_examples_fail_and_the_advice_is_taken_back():
    student, remote = answering(written(1e-8, CASES[0]), written(1e-7, CASES[1]))
    expect(remote).to_equal(entropy(P=CASES[0]).loss)
    student.settle()
    assert len(student.warnings) == 1
    expect(remote).to_equal(entropy(P=CASES[1]).loss)
    with pytest.raises(CheckFailed, match="but should be"):
        student.settle()
    assert student.warnings == {}


def test_a_kind_that_fits_the_first_example_alone_is_given_up_for_one_that_fits_all():
    least = [float(-np.log(np.maximum(case[:, 0], 1e-7)).mean()) for case in (SMALL, SMALLER)]
    student, remote = answering(*least)
    for case in (SMALL, SMALLER):
        expect(remote).to_equal(entropy(P=case).loss)
        student.settle()
    (warning,) = student.warnings
    assert "what the logarithm is taken of is never less than 1e-07" in warning


SMALL = np.array([[5e-8, 0.5, 0.5 - 5e-8], [0.1, 0.2, 0.7]])
SMALLER = np.array([[1e-9, 0.5, 0.5 - 1e-9], [3e-7, 0.2, 0.8 - 3e-7]])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda p: -np.log(p[:, 0] + 1e-6).mean(),
        lambda p: -np.log(p[:, 0] - 1e-8).mean(),
        lambda p: -(np.log(p[:, 0]) * (1 - 1e-3)).mean(),
        lambda p: -(np.log(p[:, 0]) + 1e-3).mean(),
        lambda p: np.nan,
    ],
    ids=["too large", "sign", "times", "beside", "no number"],
)
def test_what_is_no_small_guard_fails(wrong: Callable[[np.ndarray], float]):
    with pytest.raises(CheckFailed):
        judged([float(wrong(case)) for case in CASES])


def slopes(case: np.ndarray, divided_by: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    found = np.zeros(case.shape)
    found[:, 0] = -1 / divided_by(case[:, 0])
    return found


@pytest.mark.parametrize(
    ("divided_by", "words"),
    [
        (lambda p: len(p) * (p + 1e-9), "1e-09 is added to what the gradient divides by"),
        (lambda p: len(p) * p + 1e-9, "1e-09 is added to what the gradient divides by, after it is multiplied by"),
        (lambda p: len(p) * np.maximum(p, 1e-9), ""),
    ],
)
def test_a_gradient_may_be_guarded_in_each_of_these_ways(divided_by: Callable[[np.ndarray], np.ndarray], words: str):
    student = judged([slopes(case, divided_by) for case in CASES], lambda answer: answer.slope)
    assert words in "".join(student.warnings)


def test_a_loss_and_its_gradient_may_be_guarded_otherwise():
    student, remote = answering(written(1e-8, CASES[0]), slopes(CASES[0], lambda p: len(p) * (p + 1e-10)))
    expect(remote).to_equal(entropy(P=CASES[0]).loss)
    expect(remote).to_equal(entropy(P=CASES[0]).slope)
    student.settle()
    assert ["1e-08" in "".join(student.warnings), "1e-10" in "".join(student.warnings)] == [True, True]


def test_a_number_that_no_oracle_computed_has_no_guard():
    student, remote = answering(1 + 1e-4)
    expect(remote).to_equal(certain(1.0))
    with pytest.raises(CheckFailed):
        student.settle()


def test_another_submission_begins_without_what_was_found_in_the_last():
    student, remote = answering(written(1e-8, CASES[0]), written(1e-7, CASES[1]))
    expect(remote).to_equal(entropy(P=CASES[0]).loss)
    student.settle()
    student.warnings.clear()
    student.guards.clear()
    expect(remote).to_equal(entropy(P=CASES[1]).loss)
    student.settle()
    assert "1e-07" in "".join(student.warnings)


def test_a_shape_that_stands_for_the_right_one_is_still_remarked_on():
    student, remote = answering(np.array([written(1e-8, CASES[0])]))
    expect(remote).to_equal(entropy(P=CASES[0]).loss, Shape.SCALAR)
    student.settle()
    assert len(student.warnings) == 2
