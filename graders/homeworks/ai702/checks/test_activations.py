"""Section 6 of the handout: activation functions, 10 points. backward() returns dA/dZ, elementwise."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from graders.checking import Arrays, Convention, Remote, Student, check_gradients, expect, few_cases, section

from .. import oracle
from ..cases import ActivationCase, activation_cases, plain

ONE = st.just(1)
ORACLES = {"Identity": oracle.identity, "Sigmoid": oracle.sigmoid, "Tanh": oracle.tanh, "ReLU": oracle.relu}


def make(student: Student, name: str) -> Remote:
    """One of the student's activations."""
    layer: Remote = getattr(student("mytorch.nn"), name)()
    return layer


def check_forward(student: Student, name: str, Z: np.ndarray) -> None:
    expect(make(student, name).forward(Z)).to_equal(ORACLES[name](Z=Z).A)


def check_backward(student: Student, name: str, Z: np.ndarray) -> None:
    layer = make(student, name)
    layer.forward(Z)
    expect(layer.backward()).to_equal(ORACLES[name](Z=Z).dAdZ)


def check_both(student: Student, name: str, Z: np.ndarray) -> None:
    layer, wanted = make(student, name), ORACLES[name](Z=Z)
    expect(layer.forward(Z)).to_equal(wanted.A)
    expect(layer.backward()).to_equal(wanted.dAdZ)


def check_shapes(student: Student, name: str, Z: np.ndarray) -> None:
    layer = make(student, name)
    expect(layer.forward(Z)).to_be_floating(Z.shape)
    expect(layer.backward()).to_have_shape(Z.shape)


def check_batch_size_changes(student: Student, name: str, case: ActivationCase) -> None:
    layer, other = make(student, name), make(student, name)
    layer.forward(case.array("Z_before", case.N + 3, case.C))
    layer.forward(case.Z)
    other.forward(case.array("Z_before", case.N + 3, case.C))
    expect(layer.backward()).to_equal(ORACLES[name](Z=case.Z).dAdZ)


def check_inputs_unchanged(student: Student, name: str, Z: np.ndarray) -> None:
    layer, wanted = make(student, name), ORACLES[name](Z=Z).A
    A = layer.forward(Z)
    expect(A).to_equal(wanted)
    dAdZ = layer.backward()
    expect(student.sent(Z)).to_be_unchanged(Z)
    expect(A).to_equal(wanted, because=f"{dAdZ} writes into the array that {A} returned: make a new one")


def check_slopes(student: Student, name: str, case: ActivationCase) -> None:
    layer = make(student, name)

    def forward(inputs: Arrays) -> Remote:
        return layer.forward(inputs["Z"])

    def backward(_: np.ndarray) -> dict[str, Remote]:
        return {"Z": layer.backward()}

    check_gradients(student, forward, backward, {"Z": case.Z}, Convention(local=("Z",)), seed=case.seed)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_identity(student: Student, case: ActivationCase) -> None:
    """Identity, where there is one: forward returns Z, backward returns ones of Z's shape."""
    if not student("mytorch.nn").has("Identity"):
        student.warn(
            "there is no Identity in mytorch/nn/activation.py; the text doesn't ask for it, starter code has it"
        )
        return
    check_both(student, "Identity", case.Z)


@section("activations")
@given(case=activation_cases())
@example(case=ActivationCase(seed=2, N=16, C=9, regime="wide"))
def test_sigmoid_forward(student: Student, case: ActivationCase) -> None:
    """Sigmoid.forward(Z) returns 1 / (1 + exp(-Z)) (equation 8)."""
    check_forward(student, "Sigmoid", case.Z)


@section("activations")
@given(case=activation_cases())
def test_sigmoid_backward(student: Student, case: ActivationCase) -> None:
    """Sigmoid.backward() returns dA/dZ = A - A ⊙ A (equation 11)."""
    check_backward(student, "Sigmoid", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_sigmoid_shapes(student: Student, case: ActivationCase) -> None:
    """Sigmoid's output and derivative have the shape of Z."""
    check_shapes(student, "Sigmoid", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_sigmoid_batch_of_one(student: Student, case: ActivationCase) -> None:
    """Sigmoid works on a batch of one example."""
    check_both(student, "Sigmoid", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_sigmoid_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """Sigmoid.backward() belongs to the last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "Sigmoid", case)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_sigmoid_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """Sigmoid leaves Z as it was; backward leaves the A that forward returned."""
    check_inputs_unchanged(student, "Sigmoid", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases().map(plain))
def test_sigmoid_finite_differences(student: Student, case: ActivationCase) -> None:
    """Sigmoid's derivative is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "Sigmoid", case)


@section("activations")
@given(case=activation_cases())
def test_tanh_forward(student: Student, case: ActivationCase) -> None:
    """Tanh.forward(Z) returns tanh(Z) (equation 14)."""
    check_forward(student, "Tanh", case.Z)


@section("activations")
@given(case=activation_cases())
def test_tanh_backward(student: Student, case: ActivationCase) -> None:
    """Tanh.backward() returns dA/dZ (equation 16)."""
    check_backward(student, "Tanh", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_tanh_shapes(student: Student, case: ActivationCase) -> None:
    """Tanh's output and derivative have the shape of Z."""
    check_shapes(student, "Tanh", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_tanh_batch_of_one(student: Student, case: ActivationCase) -> None:
    """Tanh works on a batch of one example."""
    check_both(student, "Tanh", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_tanh_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """Tanh.backward() belongs to the last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "Tanh", case)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_tanh_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """Tanh leaves Z as it was; backward leaves the A that forward returned."""
    check_inputs_unchanged(student, "Tanh", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases().map(plain))
def test_tanh_finite_differences(student: Student, case: ActivationCase) -> None:
    """Tanh's derivative is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "Tanh", case)


@section("activations")
@given(case=activation_cases())
def test_relu_forward(student: Student, case: ActivationCase) -> None:
    """ReLU.forward(Z) keeps what is positive and puts 0 for the rest (equation 18)."""
    check_forward(student, "ReLU", case.Z)


@section("activations")
@given(case=activation_cases())
def test_relu_backward(student: Student, case: ActivationCase) -> None:
    """ReLU.backward() returns the two-valued derivative of equation 20."""
    check_backward(student, "ReLU", case.Z)


@section("activations")
@given(case=st.builds(ActivationCase, st.integers(0, 2**32 - 1), st.just(5), st.just(6), st.just("zeros")))
@example(case=ActivationCase(seed=0, N=2, C=3, regime="zeros"))
def test_relu_at_zero(student: Student, case: ActivationCase) -> None:
    """ReLU's derivative is the second case of equation 20 where A is exactly 0."""
    check_backward(student, "ReLU", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_relu_shapes(student: Student, case: ActivationCase) -> None:
    """ReLU's output and derivative have the shape of Z."""
    check_shapes(student, "ReLU", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases(batches=ONE))
def test_relu_batch_of_one(student: Student, case: ActivationCase) -> None:
    """ReLU works on a batch of one example."""
    check_both(student, "ReLU", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_relu_batch_size_changes(student: Student, case: ActivationCase) -> None:
    """ReLU.backward() belongs to the last forward, whatever the size of the batch before."""
    check_batch_size_changes(student, "ReLU", case)


@section("activations")
@few_cases
@given(case=activation_cases())
def test_relu_inputs_unchanged(student: Student, case: ActivationCase) -> None:
    """ReLU leaves Z as it was; backward leaves the A that forward returned."""
    check_inputs_unchanged(student, "ReLU", case.Z)


@section("activations")
@few_cases
@given(case=activation_cases().map(plain))
def test_relu_finite_differences(student: Student, case: ActivationCase) -> None:
    """ReLU's derivative is the slope of your own forward, measured by finite differences."""
    check_slopes(student, "ReLU", case)


LARGE = np.array([[-1000.0, -500.0, -50.0], [50.0, 500.0, 1000.0]])


@section("activations")
def test_sigmoid_large_inputs(student: Student) -> None:
    """Sigmoid gives 0 and 1, without overflow, for inputs as large as 1000."""
    check_both(student, "Sigmoid", LARGE)


@section("activations")
def test_tanh_large_inputs(student: Student) -> None:
    """Tanh gives -1 and 1, without overflow, for inputs as large as 1000."""
    check_both(student, "Tanh", LARGE)
