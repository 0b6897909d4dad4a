"""Question 5.1: BasicNeuralNetwork, whose gradients are written by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section

from ...dpl import networks
from ...dpl.cases import DEEP_SHAPES, NetworkCase, network_cases
from ...dpl.networks import BASIC, RATES


@section("basic")
@few_cases
@given(case=network_cases())
def test_architecture(student: Student, case: NetworkCase) -> None:
    """Any shape: weights[i] is (n_out, n_in), biases[i] is (n_out, 1)."""
    networks.check_architecture(student, BASIC, case)


@section("basic")
@given(case=network_cases())
def test_outputs(student: Student, case: NetworkCase) -> None:
    """_feed_forward(X) returns first each layer's Wx + b, of all layers."""
    networks.check_sums(student, BASIC, case)


@section("basic")
@given(case=network_cases())
def test_act_outputs(student: Student, case: NetworkCase) -> None:
    """_feed_forward(X) returns second each layer's activations: ReLU in hidden layers, softmax in the last."""
    networks.check_activations(student, BASIC, case)


@section("basic")
@few_cases
@given(case=network_cases(batches=st.just(1)))
def test_batch_of_one(student: Student, case: NetworkCase) -> None:
    """A single example is fed forward and trained on like any other number of them."""
    networks.check_activations(student, BASIC, case)
    networks.check_step(student, BASIC, case, RATES[:1])


@section("basic")
@few_cases
@given(case=network_cases())
def test_forward_twice(student: Student, case: NetworkCase) -> None:
    """A forward pass has no memory: it belongs to the X that it is given, and changes nothing."""
    networks.check_forward_twice(student, BASIC, case)


@section("basic")
@given(case=network_cases(DEEP_SHAPES))
def test_weight_step(student: Student, case: NetworkCase) -> None:
    """train_one_epoch moves every weight by its gradient, as autograd finds it, times the learning rate."""
    networks.check_weight_step(student, BASIC, case)


@section("basic")
@given(case=network_cases(DEEP_SHAPES))
def test_bias_step(student: Student, case: NetworkCase) -> None:
    """train_one_epoch moves every bias by its gradient, as autograd finds it, times the learning rate."""
    networks.check_bias_step(student, BASIC, case)


@section("basic")
@few_cases
@given(case=network_cases())
def test_epochs(student: Student, case: NetworkCase) -> None:
    """Several epochs with changing rates: each starts from the last one's parameters, with gradients of its own."""
    networks.check_step(student, BASIC, case, RATES)


@section("basic")
@few_cases
@given(case=network_cases())
def test_returned_loss(student: Student, case: NetworkCase) -> None:
    """train_one_epoch returns the epoch's loss: the average cross-entropy."""
    networks.check_returned_loss(student, BASIC, case)


@section("basic")
@few_cases
@given(case=network_cases())
def test_loss(student: Student, case: NetworkCase) -> None:
    """loss(X, y, y_1hot) takes examples in rows, and trains nothing."""
    networks.check_loss(student, BASIC, case)


@section("basic")
@few_cases
@given(case=network_cases())
def test_predict(student: Student, case: NetworkCase) -> None:
    """predict(X) gives the most probable class of each row."""
    networks.check_predict(student, BASIC, case)


@section("basic")
@few_cases
@given(case=network_cases())
def test_inputs_unchanged(student: Student, case: NetworkCase) -> None:
    """Training leaves the examples and their labels as they were."""
    networks.check_inputs_unchanged(student, BASIC, case)
