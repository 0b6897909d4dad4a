"""Section 7.1 of the handout: MLP0, 10 points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section

from .. import mlp
from ..cases import MLPCase, mlp_cases, plain
from ..mlp import MLP0


@section("mlp0")
def test_architecture(student: Student) -> None:
    """MLP0's only layer is Linear(2, 3)."""
    mlp.check_architecture(student, MLP0)


@section("mlp0")
@given(case=mlp_cases(*MLP0.sizes))
def test_forward(student: Student, case: MLPCase) -> None:
    """MLP0.forward(A0) returns the output of the last activation."""
    mlp.check_forward(student, MLP0, case)


@section("mlp0")
@given(case=mlp_cases(*MLP0.sizes))
def test_backward(student: Student, case: MLPCase) -> None:
    """MLP0.backward(dLdA) leaves the right dLdW and dLdb in every layer."""
    mlp.check_backward(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes))
def test_shapes(student: Student, case: MLPCase) -> None:
    """MLP0's output has one row for each example, each gradient has its parameter's shape."""
    mlp.check_shapes(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes, batches=st.just(1)))
def test_batch_of_one(student: Student, case: MLPCase) -> None:
    """MLP0 works on a batch of one example."""
    mlp.check_both(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes))
def test_batch_size_changes(student: Student, case: MLPCase) -> None:
    """After two forwards with batches of different size, MLP0.backward belongs to the last one."""
    mlp.check_batch_size_changes(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes))
def test_no_accumulation(student: Student, case: MLPCase) -> None:
    """A second forward and backward of MLP0 replaces the gradients, it does not add to them."""
    mlp.check_no_accumulation(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes))
def test_inputs_unchanged(student: Student, case: MLPCase) -> None:
    """MLP0 leaves its input, the upstream gradient and its parameters as they were."""
    mlp.check_inputs_unchanged(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes))
def test_debug(student: Student, case: MLPCase) -> None:
    """What MLP0(debug=True) keeps of its intermediate values is right."""
    mlp.check_debug(student, MLP0, case)


@section("mlp0")
@few_cases
@given(case=mlp_cases(*MLP0.sizes).map(plain))
def test_finite_differences(student: Student, case: MLPCase) -> None:
    """Every layer's dLdW and dLdb are the slopes of your own forward, measured by finite differences."""
    mlp.check_slopes(student, MLP0, case)
