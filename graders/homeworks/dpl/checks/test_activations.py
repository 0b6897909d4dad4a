"""The warm-up: activations.py."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section

from .. import activations
from ..cases import ActivationCase, EntropyCase, activation_cases, entropy_cases


@section("activations")
@given(case=activation_cases())
def test_relu(student: Student, case: ActivationCase) -> None:
    """relu(Z) is Z where Z is positive, and 0 elsewhere."""
    activations.check_relu(student, case)


@section("activations")
@given(case=activation_cases("plain", "small", "offset"))
def test_softmax(student: Student, case: ActivationCase) -> None:
    """softmax(Z) makes probabilities of each column."""
    activations.check_softmax(student, "softmax", case)


@section("activations")
@given(case=activation_cases())
def test_stable_softmax(student: Student, case: ActivationCase) -> None:
    """stable_softmax(Z) gives what softmax gives."""
    activations.check_softmax(student, "stable_softmax", case)


@section("activations")
@given(case=activation_cases("far", "spread"))
def test_stable_softmax_large_inputs(student: Student, case: ActivationCase) -> None:
    """stable_softmax(Z) survives inputs around 1000 and -1000, in one batch."""
    activations.check_softmax(student, "stable_softmax", case)


@section("activations")
@given(case=entropy_cases())
def test_cross_entropy(student: Student, case: EntropyCase) -> None:
    """cross_entropy(X, y_1hot) is the average over the examples, which are columns."""
    activations.check_cross_entropy(student, case)


@section("activations")
@few_cases
@given(case=entropy_cases())
def test_cross_entropy_of_zero(student: Student, case: EntropyCase) -> None:
    """cross_entropy stays finite where a probability is 0: that costs -log(epsilon)."""
    activations.check_cross_entropy_of_zero(student, case)


@section("activations")
@few_cases
@given(activation=activation_cases(batches=st.just(1)), entropy=entropy_cases(st.just(1)))
def test_batch_of_one(student: Student, activation: ActivationCase, entropy: EntropyCase) -> None:
    """One example works like any other number of them."""
    activations.check_relu(student, activation)
    activations.check_softmax(student, "stable_softmax", activation)
    activations.check_cross_entropy(student, entropy)


@section("activations")
@few_cases
@given(activation=activation_cases(), entropy=entropy_cases())
def test_inputs_unchanged(student: Student, activation: ActivationCase, entropy: EntropyCase) -> None:
    """The functions leave their arguments as they were."""
    for name in ("relu", "softmax", "stable_softmax"):
        activations.check_unchanged(student, name, activation)
    activations.check_cross_entropy_unchanged(student, entropy)
