"""Section 8 of the handout: loss functions, 10 points."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Arrays, Convention, Remote, Shape, Student, check_gradients, expect, few_cases, section

from .. import oracle
from ..cases import LossCase, loss_cases, plain

ONE = st.just(1)
MSE_TARGETS = ("real", "one-hot")
LABELS = ("one-hot", "distribution")


def make(student: Student, name: str) -> Remote:
    """One of the student's losses."""
    loss: Remote = getattr(student("mytorch.nn"), name)()
    return loss


def answer(name: str, case: LossCase) -> oracle.Answer:
    """What the loss must compute."""
    return (oracle.mse if name == "MSELoss" else oracle.cross_entropy)(A=case.A, Y=case.Y)


def check_forward(student: Student, name: str, case: LossCase) -> None:
    expect(make(student, name).forward(case.A, case.Y)).to_equal(answer(name, case).loss, Shape.SCALAR)


def check_backward(student: Student, name: str, case: LossCase) -> None:
    loss = make(student, name)
    loss.forward(case.A, case.Y)
    expect(loss.backward()).to_equal(answer(name, case).dLdA)


def check_both(student: Student, name: str, case: LossCase) -> None:
    loss, wanted = make(student, name), answer(name, case)
    expect(loss.forward(case.A, case.Y)).to_equal(wanted.loss, Shape.SCALAR)
    expect(loss.backward()).to_equal(wanted.dLdA)


def check_shapes(student: Student, name: str, case: LossCase) -> None:
    loss = make(student, name)
    expect(loss.forward(case.A, case.Y)).to_be_floating((), Shape.SCALAR)
    expect(loss.backward()).to_be_floating(case.A.shape)


def check_batch_size_changes(student: Student, name: str, case: LossCase) -> None:
    loss, other = make(student, name), make(student, name)
    loss.forward(*case.before)
    loss.forward(case.A, case.Y)
    other.forward(*case.before)
    expect(loss.backward()).to_equal(answer(name, case).dLdA)


def check_inputs_unchanged(student: Student, name: str, case: LossCase) -> None:
    loss = make(student, name)
    loss.forward(case.A, case.Y)
    loss.backward()
    for array in (case.A, case.Y):
        expect(student.sent(array)).to_be_unchanged(array)


def check_slopes(student: Student, name: str, case: LossCase, factor: float) -> None:
    loss = make(student, name)

    def forward(inputs: Arrays) -> Remote:
        return loss.forward(inputs["A"], case.Y)

    def backward(_: np.ndarray) -> dict[str, Remote]:
        return {"A": loss.backward()}

    convention = Convention(scale_by={"A": factor}, ignores_cotangent=True)
    guarded = {"A": answer(name, case).dLdA}
    check_gradients(student, forward, backward, {"A": case.A}, convention, seed=case.seed, guarded=guarded)


def single(case: LossCase) -> LossCase:
    """The case in single precision: in double, finite differences tell a log(p + 1e-12) from a log(p)."""
    return dataclasses.replace(case, dtype="float32", scale=min(case.scale, 1.0))


@section("losses")
@given(case=loss_cases(*MSE_TARGETS))
def test_mse_forward(student: Student, case: LossCase) -> None:
    """MSELoss.forward(A, Y) returns SSE / (2 N C) (equation 34)."""
    check_forward(student, "MSELoss", case)


@section("losses")
@given(case=loss_cases(*MSE_TARGETS))
def test_mse_backward(student: Student, case: LossCase) -> None:
    """MSELoss.backward() returns the gradient with respect to A (equation 35)."""
    check_backward(student, "MSELoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*MSE_TARGETS))
def test_mse_shapes(student: Student, case: LossCase) -> None:
    """MSELoss.forward returns one number, backward an array of A's shape."""
    check_shapes(student, "MSELoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*MSE_TARGETS, batches=ONE))
def test_mse_batch_of_one(student: Student, case: LossCase) -> None:
    """MSELoss works on a batch of one example."""
    check_both(student, "MSELoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*MSE_TARGETS))
def test_mse_batch_size_changes(student: Student, case: LossCase) -> None:
    """MSELoss.backward() belongs to the last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "MSELoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*MSE_TARGETS))
def test_mse_inputs_unchanged(student: Student, case: LossCase) -> None:
    """MSELoss leaves A and Y as they were."""
    check_inputs_unchanged(student, "MSELoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*MSE_TARGETS).map(plain))
def test_mse_finite_differences(student: Student, case: LossCase) -> None:
    """MSELoss's gradient is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "MSELoss", case, factor=1.0)


@section("losses")
@given(case=loss_cases(*LABELS))
def test_cross_entropy_forward(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss.forward(A, Y) returns the mean over the batch of -Y log softmax(A) (equation 42)."""
    check_forward(student, "CrossEntropyLoss", case)


@section("losses")
@given(case=loss_cases(*LABELS))
def test_cross_entropy_backward(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss.backward() returns softmax(A) - Y (equation 43), not divided by the batch size."""
    check_backward(student, "CrossEntropyLoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS))
def test_cross_entropy_shapes(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss.forward returns one number, backward an array of A's shape."""
    check_shapes(student, "CrossEntropyLoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS, batches=ONE))
def test_cross_entropy_batch_of_one(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss works on a batch of one example."""
    check_both(student, "CrossEntropyLoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS))
def test_cross_entropy_batch_size_changes(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss.backward() belongs to the last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "CrossEntropyLoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS))
def test_cross_entropy_inputs_unchanged(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss leaves A and Y as they were."""
    check_inputs_unchanged(student, "CrossEntropyLoss", case)


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS).map(single))
def test_cross_entropy_finite_differences(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss's gradient is N times the slope of your own forward, measured by finite differences."""
    check_slopes(student, "CrossEntropyLoss", case, factor=float(case.N))


@section("losses")
@few_cases
@given(case=loss_cases(*LABELS).map(lambda case: LossCase(case.seed, case.N, case.C, case.targets, 1000.0)))
def test_cross_entropy_large_logits(student: Student, case: LossCase) -> None:
    """CrossEntropyLoss gives finite, right values for outputs as large as 1000."""
    check_both(student, "CrossEntropyLoss", case)
