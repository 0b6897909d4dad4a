"""Question 1.3: the cross-entropy loss, 10 points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
    Arrays,
    CheckFailed,
    Convention,
    Remote,
    Shape,
    Simplex,
    Student,
    check_gradients,
    expect,
    few_cases,
    read_arrays,
    section,
)

from .. import oracle, rules
from ..cases import ONE, LossCase, loss_cases
from ..layers import Q1


def make(student: Student) -> Remote:
    """The student's loss."""
    return student(Q1).CrossEntropyLossLayer()


def answer(case: LossCase, upstream: float = 1.0) -> oracle.Answer:
    """What the loss must compute."""
    return oracle.cross_entropy(prediction=case.prediction, chosen=case.chosen, upstream=upstream)


@section("cross_entropy")
@given(case=loss_cases())
def test_forward(student: Student, case: LossCase) -> None:
    """forward(prediction, target) returns the mean over the batch of -log p of the right class."""
    expect(make(student).forward(case.prediction, case.target)).to_equal(answer(case).loss, Shape.SCALAR)


@section("cross_entropy")
@given(case=loss_cases())
def test_backward(student: Student, case: LossCase) -> None:
    """backward(1) returns the gradient with respect to the probabilities, divided by N as the loss is."""
    loss = make(student)
    loss.forward(case.prediction, case.target)
    expect(loss.backward(1)).to_equal(answer(case).prediction_grad)


@section("cross_entropy")
@few_cases
@given(case=loss_cases(batches=ONE))
def test_batch_of_one(student: Student, case: LossCase) -> None:
    """A batch of one example works like any other."""
    loss, wanted = make(student), answer(case)
    expect(loss.forward(case.prediction, case.target)).to_equal(wanted.loss, Shape.SCALAR)
    expect(loss.backward(1)).to_equal(wanted.prediction_grad)


@section("cross_entropy")
@few_cases
@given(case=loss_cases())
def test_batch_size_changes(student: Student, case: LossCase) -> None:
    """backward belongs to the loss's own last forward, whatever the size of the batch before."""
    loss, other = make(student), make(student)
    before = LossCase(case.seed + 1, case.N + 3, case.C)
    loss.forward(before.prediction, before.target)
    loss.forward(case.prediction, case.target)
    other.forward(before.prediction, before.target)
    expect(loss.backward(1)).to_equal(answer(case).prediction_grad)


@section("cross_entropy")
@few_cases
@given(case=loss_cases())
def test_inputs_unchanged(student: Student, case: LossCase) -> None:
    """forward and backward leave prediction and target as they were."""
    loss = make(student)
    loss.forward(case.prediction, case.target)
    loss.backward(1)
    for array in (case.prediction, case.target):
        expect(student.sent(array)).to_be_unchanged(array)


@section("cross_entropy")
@few_cases
@given(case=loss_cases(dtypes=("float64",)))
def test_finite_differences(student: Student, case: LossCase) -> None:
    """The gradient is the slope of your own forward, measured by finite differences."""
    loss = make(student)

    def forward(inputs: Arrays) -> Remote:
        return loss.forward(inputs["prediction"], case.target)

    def backward(_: np.ndarray) -> dict[str, Remote]:
        return {"prediction": loss.backward(1)}

    check_gradients(
        student,
        forward,
        backward,
        {"prediction": case.prediction},
        Convention(ignores_cotangent=True),
        seed=case.seed,
        domains={"prediction": Simplex()},
        guarded={"prediction": answer(case).prediction_grad},
    )


@section("cross_entropy")
@few_cases
@given(case=loss_cases())
def test_upstream(student: Student, case: LossCase) -> None:
    """backward(output_grad) scales with output_grad."""
    loss = make(student)
    loss.forward(case.prediction, case.target)
    expect(loss.backward(2.5)).to_equal(answer(case, 2.5).prediction_grad)


@section("cross_entropy")
@few_cases
@given(case=loss_cases())
def test_probability_of_zero(student: Student, case: LossCase) -> None:
    """A right class of probability 0 gives a finite loss."""
    flat = np.full((case.N, case.C), 1 / (case.C - 1))
    flat[np.arange(case.N), case.target] = 0.0
    (loss,) = read_arrays(student, make(student).forward(case.keep("certain", flat), case.target))
    if not np.isfinite(loss).all():
        raise CheckFailed(f"the loss of a probability of 0 is {loss}", "Bound the probability away from 0.")


@section("cross_entropy")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """CrossEntropyLossLayer is written in q1.py, not in a file of its own."""
    rules.check_own_code(submission, "q1.py", "CrossEntropyLossLayer")
