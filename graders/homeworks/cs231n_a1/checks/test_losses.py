"""The softmax loss with loops and without, and the networks' weights."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section

from ...cs231n.networks import check_scale
from ..cases import ClassifierCase, classifier_cases
from ..losses import check_loops, expect_agreement


@section("softmax")
@few_cases
@given(case=classifier_cases())
def test_agreement(student: Student, case: ClassifierCase) -> None:
    """softmax_loss_vectorized gives what softmax_loss_naive gives."""
    expect_agreement(student, case, "softmax", "softmax")


@section("softmax")
def test_without_loops(student: Student) -> None:
    """softmax_loss_vectorized has no loops, over examples or classes."""
    check_loops(student, "softmax", "softmax")


@section("two_layer_net")
def test_weights(student: Student) -> None:
    """Weights are drawn from a normal distribution with deviation weight_scale."""
    made = student("cs231n.classifiers.fc_net").TwoLayerNet(50, 40, 20, 0.03)
    check_scale(made, ["W1", "W2"], 0.03)


@section("fully_connected_net")
def test_weights_of_deep_net(student: Student) -> None:
    """Weights are drawn from a normal distribution with deviation weight_scale."""
    made = student("cs231n.classifiers.fc_net").FullyConnectedNet(
        [40, 30], input_dim=50, num_classes=20, weight_scale=0.03, dtype="float64"
    )
    check_scale(made, ["W1", "W2", "W3"], 0.03)
