"""Question 1.2: SoftmaxLayer, 10 points."""

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
    check_saturated_softmax,
    check_slopes,
)
from ..cases import ONE, ActivationCase, activation_cases


@section("softmax")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_forward(student: Student, case: ActivationCase) -> None:
    """forward(x) returns exp(x_j) / sum_k exp(x_k), for each row."""
    check_forward(student, "SoftmaxLayer", case)


@section("softmax")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_backward(student: Student, case: ActivationCase) -> None:
    """backward(output_grad) returns the gradient times each row's whole Jacobian."""
    check_backward(student, "SoftmaxLayer", case)


@section("softmax")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_batch_of_one(student: Student, case: ActivationCase) -> None:
    """A batch of one example works like any other."""
    check_both(student, "SoftmaxLayer", case)


@section("softmax")
@few_cases
@given(case=activation_cases())
def test_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """backward belongs to the layer's own last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "SoftmaxLayer", case)


@section("softmax")
@few_cases
@given(case=activation_cases())
def test_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """forward and backward leave x and output_grad as they were."""
    check_inputs_unchanged(student, "SoftmaxLayer", case)


@section("softmax")
@few_cases
@given(case=PLAIN)
def test_finite_differences(student: Student, case: ActivationCase) -> None:
    """The gradient is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "SoftmaxLayer", case)


@section("softmax")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """SoftmaxLayer is written in q1.py, not in a file of its own."""
    rules.check_own_code(submission, "q1.py", "SoftmaxLayer")


@section("softmax")
@few_cases
@given(case=HUGE)
def test_large_inputs(student: Student, case: ActivationCase) -> None:
    """forward and backward are finite and right for inputs as large as 1000."""
    check_saturated_softmax(student, case)


@section("softmax")
def test_no_library_softmax(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """SoftmaxLayer doesn't use scipy.special.softmax, or another library's."""
    rules.check_not_used(submission, "q1.py", "SoftmaxLayer", rules.SOFTMAX)


@section("softmax")
@few_cases
@given(case=PLAIN)
def test_no_library_softmax_at_run_time(student: Student, case: ActivationCase) -> None:
    """SoftmaxLayer works where the libraries' own softmax can't be called."""
    forbidden(student, "torch.softmax", "torch.Tensor.softmax", "torch.nn.functional.softmax", "torch.nn.Softmax")
    check_both(student, "SoftmaxLayer", case)
