"""Section 7.3 of the handout: MLP4, 15 points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section

from .. import mlp
from ..cases import MLPCase, mlp_cases, plain
from ..mlp import MLP4


@section("mlp4")
def test_architecture(student: Student) -> None:
    """MLP4's layers are Linear(2, 4), (4, 8), (8, 8), (8, 4), (4, 2)."""
    mlp.check_architecture(student, MLP4)


@section("mlp4")
@given(case=mlp_cases(*MLP4.sizes))
def test_forward(student: Student, case: MLPCase) -> None:
    """MLP4.forward(A0) returns the output of the last activation."""
    mlp.check_forward(student, MLP4, case)


@section("mlp4")
@given(case=mlp_cases(*MLP4.sizes))
def test_backward(student: Student, case: MLPCase) -> None:
    """MLP4.backward(dLdA) leaves the right dLdW and dLdb in every layer."""
    mlp.check_backward(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes))
def test_shapes(student: Student, case: MLPCase) -> None:
    """MLP4's output has one row for each example, each gradient has its parameter's shape."""
    mlp.check_shapes(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes, batches=st.just(1)))
def test_batch_of_one(student: Student, case: MLPCase) -> None:
    """MLP4 works on a batch of one example."""
    mlp.check_both(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes))
def test_batch_size_changes(student: Student, case: MLPCase) -> None:
    """After two forwards with batches of different size, MLP4.backward belongs to the last one."""
    mlp.check_batch_size_changes(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes))
def test_no_accumulation(student: Student, case: MLPCase) -> None:
    """A second forward and backward of MLP4 replaces the gradients, it does not add to them."""
    mlp.check_no_accumulation(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes))
def test_inputs_unchanged(student: Student, case: MLPCase) -> None:
    """MLP4 leaves its input, the upstream gradient and its parameters as they were."""
    mlp.check_inputs_unchanged(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes))
def test_debug(student: Student, case: MLPCase) -> None:
    """What MLP4(debug=True) keeps of its intermediate values is right."""
    mlp.check_debug(student, MLP4, case)


@section("mlp4")
@few_cases
@given(case=mlp_cases(*MLP4.sizes).map(plain))
def test_finite_differences(student: Student, case: MLPCase) -> None:
    """Every layer's dLdW and dLdb are the slopes of your own forward, measured by finite differences."""
    mlp.check_slopes(student, MLP4, case)
