"""Question 1.2: ReLULayer, 10 points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import example, given

from graders.checking import CheckFailed, Student, compare, expect, few_cases, read_array, section
from graders.checking.expect import words

from .. import oracle, rules
from ..activations import (
    PLAIN,
    check_backward,
    check_batch_size_changes,
    check_both,
    check_forward,
    check_inputs_unchanged,
    check_slopes,
    make,
)
from ..cases import ONE, ActivationCase, activation_cases


@section("relu")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_forward(student: Student, case: ActivationCase) -> None:
    """forward(x) returns max(x, 0), elementwise."""
    check_forward(student, "ReLULayer", case)


@section("relu")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_backward(student: Student, case: ActivationCase) -> None:
    """backward(output_grad) returns output_grad where x is positive, 0 where it is negative."""
    check_backward(student, "ReLULayer", case)


@section("relu")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_batch_of_one(student: Student, case: ActivationCase) -> None:
    """A batch of one example works like any other."""
    check_both(student, "ReLULayer", case)


@section("relu")
@few_cases
@given(case=activation_cases())
def test_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """backward belongs to the layer's own last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "ReLULayer", case)


@section("relu")
@few_cases
@given(case=activation_cases())
def test_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """forward and backward leave x and output_grad as they were."""
    check_inputs_unchanged(student, "ReLULayer", case)


@section("relu")
@few_cases
@given(case=PLAIN)
def test_finite_differences(student: Student, case: ActivationCase) -> None:
    """The gradient is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "ReLULayer", case)


@section("relu")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """ReLULayer is written in q1.py, not in a file of its own."""
    rules.check_own_code(submission, "q1.py", "ReLULayer")


@section("relu")
@few_cases
@given(case=activation_cases(regimes=("zeros",)))
def test_at_zero(student: Student, case: ActivationCase) -> None:
    """Where x is exactly 0, the output is 0 and the derivative is 0, or 1, in all places the same."""
    layer = make(student, "ReLULayer")
    wanted = oracle.relu(x=case.x, output_grad=case.output_grad)
    expect(layer.forward(case.x)).to_equal(wanted.outputs)
    got = read_array(layer.backward(case.output_grad))
    zeros = case.x == 0
    if got.shape == zeros.shape and np.array_equal(got[zeros], case.output_grad[zeros]):
        got = np.where(zeros, 0.0, got)
    difference = compare(got, wanted.input_grad).difference
    if difference is not None:
        raise CheckFailed(*words("backward(output_grad)", difference), difference)
