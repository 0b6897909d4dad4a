"""The softmax loss with loops and without, and the networks' weights."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section

from ...cs231n.networks import Net, check_params
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
    """params has the layers' names, and weights are drawn from a normal distribution with deviation weight_scale."""
    made = student("cs231n.classifiers.fc_net").TwoLayerNet(50, 40, 20, 0.03)
    check_params(made, list(Net(("H",)).shapes), 0.03)


@section("fully_connected_net")
def test_weights_of_deep_net(student: Student) -> None:
    """params has the layers' names, and weights are drawn from a normal distribution with deviation weight_scale."""
    made = student("cs231n.classifiers.fc_net").FullyConnectedNet(
        [40, 30], input_dim=50, num_classes=20, weight_scale=0.03, dtype="float64"
    )
    check_params(made, list(Net(("H1", "H2")).shapes), 0.03)
