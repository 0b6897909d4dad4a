"""Section 3.4 of the handout: cross-entropy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Remote, Shape, Student, expect, few_cases, section

from .. import oracle
from ..cases import MatrixCase, matrix_cases


def entropy(student: Student) -> Remote:
    """The student's loss."""
    return student("neural_networks.losses").CrossEntropy("cross_entropy")


@section("cross_entropy")
@given(case=matrix_cases())
def test_forward(student: Student, case: MatrixCase) -> None:
    """CrossEntropy.forward(Y, Y_hat) is the mean over the batch."""
    expect(entropy(student).forward(case.Y, case.Y_hat)).to_equal(
        oracle.cross_entropy(Y=case.Y, Y_hat=case.Y_hat).loss, Shape.SCALAR
    )


@section("cross_entropy")
@given(case=matrix_cases())
def test_backward(student: Student, case: MatrixCase) -> None:
    """CrossEntropy.backward(Y, Y_hat) is its gradient in Y_hat, divided by the batch size."""
    wanted = oracle.cross_entropy(Y=case.Y, Y_hat=case.Y_hat)
    expect(entropy(student).backward(case.Y, case.Y_hat)).to_equal(wanted.slope)


@section("cross_entropy")
@few_cases
@given(case=matrix_cases(st.just(1)))
def test_batch_of_one(student: Student, case: MatrixCase) -> None:
    """A batch of one example works like any other."""
    loss, wanted = entropy(student), oracle.cross_entropy(Y=case.Y, Y_hat=case.Y_hat)
    expect(loss.forward(case.Y, case.Y_hat)).to_equal(wanted.loss, Shape.SCALAR)
    expect(loss.backward(case.Y, case.Y_hat)).to_equal(wanted.slope)


@section("cross_entropy")
@few_cases
@given(case=matrix_cases())
def test_inputs_unchanged(student: Student, case: MatrixCase) -> None:
    """forward and backward leave Y and Y_hat as they were."""
    loss = entropy(student)
    loss.forward(case.Y, case.Y_hat)
    loss.backward(case.Y, case.Y_hat)
    for array in (case.Y, case.Y_hat):
        expect(student.sent(array)).to_be_unchanged(array)
