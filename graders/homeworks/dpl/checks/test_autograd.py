"""Question 3: AutogradNeuralNetwork."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section

from .. import networks
from ..cases import DEEP_SHAPES, NetworkCase, network_cases
from ..networks import AUTOGRAD, RATES


@section("autograd")
@few_cases
@given(case=network_cases())
def test_architecture(student: Student, case: NetworkCase) -> None:
    """Any shape: weights[i] is (n_out, n_in), biases[i] is (n_out, 1)."""
    networks.check_architecture(student, AUTOGRAD, case)


@section("autograd")
@given(case=network_cases())
def test_outputs(student: Student, case: NetworkCase) -> None:
    """_feed_forward(X) returns first each layer's Wx + b, of all layers."""
    networks.check_sums(student, AUTOGRAD, case)


@section("autograd")
@given(case=network_cases())
def test_act_outputs(student: Student, case: NetworkCase) -> None:
    """_feed_forward(X) returns second each layer's activations: ReLU in hidden layers, softmax in the last."""
    networks.check_activations(student, AUTOGRAD, case)


@section("autograd")
@few_cases
@given(case=network_cases(batches=st.just(1)))
def test_batch_of_one(student: Student, case: NetworkCase) -> None:
    """A single example is fed forward and trained on like any other number of them."""
    networks.check_activations(student, AUTOGRAD, case)
    networks.check_step(student, AUTOGRAD, case, RATES[:1])


@section("autograd")
@few_cases
@given(case=network_cases())
def test_forward_twice(student: Student, case: NetworkCase) -> None:
    """A forward pass has no memory: it belongs to the X that it is given, and changes nothing."""
    networks.check_forward_twice(student, AUTOGRAD, case)


@section("autograd")
@given(case=network_cases(DEEP_SHAPES))
def test_step(student: Student, case: NetworkCase) -> None:
    """train_one_epoch moves every weight and bias against its gradient, found by autograd through your forward pass."""
    networks.check_step(student, AUTOGRAD, case, RATES[:1])


@section("autograd")
@few_cases
@given(case=network_cases())
def test_epochs(student: Student, case: NetworkCase) -> None:
    """Several epochs with changing rates: each starts from the last one's parameters, with gradients of its own."""
    networks.check_step(student, AUTOGRAD, case, RATES)


@section("autograd")
@few_cases
@given(case=network_cases())
def test_returned_loss(student: Student, case: NetworkCase) -> None:
    """train_one_epoch returns the epoch's loss: the average cross-entropy."""
    networks.check_returned_loss(student, AUTOGRAD, case)


@section("autograd")
@few_cases
@given(case=network_cases())
def test_loss(student: Student, case: NetworkCase) -> None:
    """loss(X, y, y_1hot) takes examples in rows, and trains nothing."""
    networks.check_loss(student, AUTOGRAD, case)


@section("autograd")
@few_cases
@given(case=network_cases())
def test_predict(student: Student, case: NetworkCase) -> None:
    """predict(X) gives the most probable class of each row."""
    networks.check_predict(student, AUTOGRAD, case)


@section("autograd")
@few_cases
@given(case=network_cases())
def test_inputs_unchanged(student: Student, case: NetworkCase) -> None:
    """Training leaves the examples and their labels as they were."""
    networks.check_inputs_unchanged(student, AUTOGRAD, case)
