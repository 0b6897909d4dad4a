"""The checks of networks.py: a network of any shape, its forward pass, gradient descent, loss and predictions.

Both classes are driven alike. Parameters are written in place: they may be tensors, Parameters or Variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graders.checking import CheckFailed, Remote, Shape, Student, compare, examine, expect

from . import oracle
from .cases import NetworkCase

MODULE = "my_neural_networks.networks"
AUTOGRAD = "AutogradNeuralNetwork"
BASIC = "BasicNeuralNetwork"
RATES = (0.3, 0.1, 0.8)
"""Learning rates of three epochs, all different, each large enough to be seen in float32; the square of the first is
no simple share of it."""
DECISIVE = 1e-4
"""By how much one class has to be more probable than another for a prediction to be wrong."""


def make(student: Student, name: str, case: NetworkCase) -> Remote:
    """The student's network of the case's shape, with its weights and biases."""
    network: Remote = getattr(student(MODULE), name)(case.shape)
    for held, arrays in ((network.weights, case.W), (network.biases, case.b)):
        for place, array in enumerate(arrays):
            expect(held[place]).to_have_shape(array.shape)
            held[place].data.copy_(student.tensor(array))
    return network


def answer(case: NetworkCase) -> oracle.Answer:
    """The network's forward pass, its loss and its gradients."""
    return oracle.network(X=case.X, Y=case.Y, W=case.W, b=case.b)


def descended(case: NetworkCase, rates: Sequence[float] = RATES) -> oracle.Answer:
    """What gradient descent makes of the case's parameters."""
    return oracle.descended(X=case.X, Y=case.Y, W=case.W, b=case.b, rates=rates)


def train(student: Student, network: Remote, case: NetworkCase, rate: float) -> Remote:
    """One epoch on the case's examples; what it returns."""
    X, y, Y = student.tensor(case.X_rows), student.tensor(case.y), student.tensor(case.Y_rows)
    return network.train_one_epoch(X, y, Y, rate)


def check_architecture(student: Student, name: str, case: NetworkCase) -> None:
    """As many layers as the shape says; weights (n_out, n_in), biases (n_out, 1)."""
    network = getattr(student(MODULE), name)(case.shape)
    for what, arrays in (("weights", case.W), ("biases", case.b)):
        held = getattr(network, what)
        if len(held) != len(arrays):
            raise CheckFailed(f"{what} has {len(held)} entries, but should have {len(arrays)} [shape={case.shape}]")
        for place, array in enumerate(arrays):
            expect(held[place]).to_have_shape(array.shape)


def check_sums(student: Student, name: str, case: NetworkCase) -> None:
    """_feed_forward's first list: each layer's weighted sums, plus biases."""
    outputs = make(student, name, case)._feed_forward(student.tensor(case.X))[0]
    _expect_list(outputs, answer(case).outputs, "outputs")


def check_activations(student: Student, name: str, case: NetworkCase) -> None:
    """_feed_forward's second list: ReLU of the sums in hidden layers, softmax in the last."""
    act_outputs = make(student, name, case)._feed_forward(student.tensor(case.X))[1]
    _expect_list(act_outputs, answer(case).act_outputs, "act_outputs")


def _expect_list(remote: Remote, wanted: list[Any], what: str) -> None:
    if len(remote) != len(wanted):
        raise CheckFailed(f"_feed_forward's {what} has {len(remote)} entries, but should have one for each layer")
    for place, expected in enumerate(wanted):
        expect(remote[place]).to_equal(expected)


def check_forward_twice(student: Student, name: str, case: NetworkCase) -> None:
    """A forward pass belongs to the X that it is given, of whatever size, and leaves X and the parameters alone."""
    network, X = make(student, name, case), student.tensor(case.X)
    network._feed_forward(student.tensor(case.array("X_before", case.shape[0], case.N + 3, dtype="float32")))
    expect(network._feed_forward(X)[1][len(case.W) - 1]).to_equal(answer(case).act_outputs[-1])
    expect(X).to_be_unchanged(case.X)
    for held, arrays in ((network.weights, case.W), (network.biases, case.b)):
        for place, array in enumerate(arrays):
            expect(held[place]).to_be_unchanged(array)


def check_step(student: Student, name: str, case: NetworkCase, rates: Sequence[float]) -> None:
    """Weights and biases after an epoch of gradient descent at each rate."""
    network, wanted = make(student, name, case), descended(case, rates)
    for rate in rates:
        train(student, network, case, rate)
    for held, arrays in ((network.weights, wanted.W), (network.biases, wanted.b)):
        for place, array in enumerate(arrays):
            expect(held[place]).to_equal(array)


def check_weight_step(student: Student, name: str, case: NetworkCase) -> None:
    """Every weight after one epoch."""
    network = make(student, name, case)
    train(student, network, case, RATES[0])
    for place, array in enumerate(descended(case, RATES[:1]).W):
        expect(network.weights[place]).to_equal(array)


def check_bias_step(student: Student, name: str, case: NetworkCase) -> None:
    """Every bias after one epoch."""
    network = make(student, name, case)
    train(student, network, case, RATES[0])
    for place, array in enumerate(descended(case, RATES[:1]).b):
        expect(network.biases[place]).to_equal(array)


def check_returned_loss(student: Student, name: str, case: NetworkCase) -> None:
    """train_one_epoch returns the loss of its forward pass; the loss after its update stands for that."""
    network, wanted = make(student, name, case), descended(case, RATES[:1])
    returned = train(student, network, case, RATES[0])
    before, after = wanted.losses

    def verdict(value: np.ndarray) -> None:
        difference = compare(value, before, Shape.SCALAR).difference
        if compare(value, after, Shape.SCALAR).difference is None:
            student.warn("train_one_epoch returns the loss after its update, not that of its forward pass")
        elif difference is not None:
            raise CheckFailed.of(repr(returned), difference)

    examine(returned, verdict)


def check_loss(student: Student, name: str, case: NetworkCase) -> None:
    """loss(X, y, y_1hot) is the mean cross-entropy, and trains nothing."""
    network = make(student, name, case)
    X, y, Y = student.tensor(case.X_rows), student.tensor(case.y), student.tensor(case.Y_rows)
    for _ in range(2):
        expect(network.loss(X, y, Y)).to_equal(answer(case).loss, Shape.SCALAR)


def check_predict(student: Student, name: str, case: NetworkCase) -> None:
    """predict(X) gives each row's most probable class, as (N,); classes that are as probable may stand for it."""
    network = make(student, name, case)
    predicted = network.predict(student.tensor(case.X_rows))
    expect(predicted).to_have_shape((case.N,))
    probabilities = answer(case).act_outputs[-1].value

    def verdict(classes: np.ndarray) -> None:
        if not np.isin(classes, np.arange(len(probabilities))).all():
            strange = classes[~np.isin(classes, np.arange(len(probabilities)))][0]
            raise CheckFailed(f"{predicted} has {strange:g}, but should have classes 0 to {case.shape[-1] - 1}")
        given = probabilities[classes.astype(int), np.arange(case.N)]
        wrong = np.flatnonzero(given < probabilities.max(axis=0) - DECISIVE)
        if wrong.size:
            best = probabilities[:, wrong[0]].argmax()
            raise CheckFailed(f"{predicted}[{wrong[0]}] is {classes[wrong[0]]:g}, but should be {best}")

    examine(predicted, verdict, (case.N,))


def check_inputs_unchanged(student: Student, name: str, case: NetworkCase) -> None:
    """Training leaves the examples and their labels as they were."""
    network = make(student, name, case)
    X, y, Y = student.tensor(case.X_rows), student.tensor(case.y), student.tensor(case.Y_rows)
    network.train_one_epoch(X, y, Y, RATES[0])
    for held, array in ((X, case.X_rows), (y, case.y), (Y, case.Y_rows)):
        expect(held).to_be_unchanged(array)
