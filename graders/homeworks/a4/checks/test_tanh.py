"""Question 1.2: TanhLayer, 10 points."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given

from graders.checking import Student, few_cases, forbidden, section

from .. import rules
from ..activations import (
    HUGE,
    PLAIN,
    check_backward,
    check_batch_size_changes,
    check_both,
    check_forward,
    check_inputs_unchanged,
    check_slopes,
)
from ..cases import ONE, ActivationCase, activation_cases


@section("tanh")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_forward(student: Student, case: ActivationCase) -> None:
    """forward(x) returns (exp(x) - exp(-x)) / (exp(x) + exp(-x)), elementwise."""
    check_forward(student, "TanhLayer", case)


@section("tanh")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_backward(student: Student, case: ActivationCase) -> None:
    """backward(output_grad) returns output_grad times 1 - tanh(x)²."""
    check_backward(student, "TanhLayer", case)


@section("tanh")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_batch_of_one(student: Student, case: ActivationCase) -> None:
    """A batch of one example works like any other."""
    check_both(student, "TanhLayer", case)


@section("tanh")
@few_cases
@given(case=activation_cases())
def test_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """backward belongs to the layer's own last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "TanhLayer", case)


@section("tanh")
@few_cases
@given(case=activation_cases())
def test_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """forward and backward leave x and output_grad as they were."""
    check_inputs_unchanged(student, "TanhLayer", case)


@section("tanh")
@few_cases
@given(case=PLAIN)
def test_finite_differences(student: Student, case: ActivationCase) -> None:
    """The gradient is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "TanhLayer", case)


@section("tanh")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """TanhLayer is written in q1.py, not in a file of its own."""
    rules.check_own_code(submission, "q1.py", "TanhLayer")


@section("tanh")
@few_cases
@given(case=HUGE)
def test_large_inputs(student: Student, case: ActivationCase) -> None:
    """forward and backward are finite and right for inputs as large as 1000."""
    check_both(student, "TanhLayer", case)


@section("tanh")
def test_no_library_tanh(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """TanhLayer doesn't use np.tanh, or another library's."""
    rules.check_not_used(submission, "q1.py", "TanhLayer", rules.TANH)


@section("tanh")
@few_cases
@given(case=PLAIN)
def test_no_library_tanh_at_run_time(student: Student, case: ActivationCase) -> None:
    """TanhLayer works where np.tanh can't be called."""
    forbidden(student, *rules.AT_RUN_TIME)
    check_both(student, "TanhLayer", case)
