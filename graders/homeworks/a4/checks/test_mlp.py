"""Question 2: the multi-layer perceptron, 10 points; marked on layers that are right, then on the student's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
    Answer,
    CheckFailed,
    Remote,
    Student,
    StudentError,
    certain,
    expect,
    few_cases,
    read_arrays,
    read_whole,
    section,
)
from graders.checking.components.calling.layouts import changed
from graders.checking.components.calling.objects import Object
from graders.checking.components.cases.case import ComponentCase

from .. import rules
from ..components import DENSE
from ..network import MLPCase, cases, mlp, own_layers, right_layers, turned


def make(student: Student, case: MLPCase, *, transposed: bool = False) -> tuple[Remote, list[Remote]]:
    """The student's MLP of layers that are right, and its dense layers."""
    layers = right_layers(student, case, transposed=transposed)
    return student("q2").MLP(layers), layers[::2]


def answer(case: MLPCase) -> Answer:
    """What the network must compute."""
    return mlp(x=case.x, W=case.W, b=case.b, output_grad=case.output_grad, rate=case.rate)


def step(network: Remote, case: MLPCase) -> None:
    """Forward, backward, update."""
    network.forward(case.x)
    network.backward(case.output_grad)
    network.update(case.rate)


def expect_moved(dense: list[Remote], wanted: Answer, *, transposed: bool = False) -> None:
    """The parameters of right layers after their steps."""
    for layer, W, b in zip(dense, wanted.W_after, wanted.b_after, strict=True):
        expect(layer.weights).to_equal(changed(W, turned) if transposed else W)
        expect(layer.bias).to_equal(b)


def check_all(student: Student, case: MLPCase) -> None:
    """Output, gradient in x, gradients in all parameters."""
    network, dense = make(student, case)
    wanted = answer(case)
    expect(network.forward(case.x)).to_equal(wanted.outputs)
    expect(network.backward(case.output_grad)).to_equal(wanted.input_grad)
    for layer, W_grad, b_grad in zip(dense, wanted.W_grad, wanted.b_grad, strict=True):
        expect(layer.weights_grad).to_equal(W_grad)
        expect(layer.bias_grad).to_equal(b_grad)


@section("mlp")
@few_cases
@given(case=cases())
def test_forward(student: Student, case: MLPCase) -> None:
    """MLP(layers).forward(x) goes through the layers from the first to the last."""
    network, _ = make(student, case)
    expect(network.forward(case.x)).to_equal(answer(case).outputs)


@section("mlp")
@few_cases
@given(case=cases())
def test_backward(student: Student, case: MLPCase) -> None:
    """backward(output_grad) goes back through the layers and returns the gradient with respect to x."""
    check_all(student, case)


@section("mlp")
@few_cases
@given(case=cases())
def test_update(student: Student, case: MLPCase) -> None:
    """update(learning_rate) updates the parameters of every layer, once."""
    for transposed in (False, True):
        network, dense = make(student, case, transposed=transposed)
        step(network, case)
        expect_moved(dense, answer(case), transposed=transposed)


@section("mlp")
@few_cases
@given(case=cases())
def test_init_weights(student: Student, case: MLPCase) -> None:
    """init_weights() calls that of every layer."""
    network, dense = make(student, case)
    before = [read_whole(layer._initialised) for layer in dense]
    network.init_weights()
    after = [read_whole(layer._initialised) for layer in dense]
    for index, (earlier, later) in enumerate(zip(before, after, strict=True)):
        if later <= earlier:
            raise CheckFailed(f"init_weights() leaves dense layer {index + 1} of {len(dense)} as it was")


@section("mlp")
@few_cases
@given(case=cases(1))
def test_batch_of_one(student: Student, case: MLPCase) -> None:
    """A batch of one example works like any other."""
    check_all(student, case)


@section("mlp")
@few_cases
@given(case=cases())
def test_steps(student: Student, case: MLPCase) -> None:
    """Two steps of gradient descent, with batches of different size, give the right parameters."""
    network, dense = make(student, case)
    first, then = answer(case), MLPCase(case.seed + 1, case.N + 3, case.sizes, case.rate)
    W, b = [w.value for w in first.W_after], [c.value for c in first.b_after]
    for each in (case, then):
        step(network, each)
    expect_moved(dense, mlp(x=then.x, W=W, b=b, output_grad=then.output_grad, rate=case.rate))


@section("mlp")
@few_cases
@given(case=cases())
def test_inputs_unchanged(student: Student, case: MLPCase) -> None:
    """forward and backward leave x and output_grad as they were."""
    network, _ = make(student, case)
    network.forward(case.x)
    network.backward(case.output_grad)
    for array in (case.x, case.output_grad):
        expect(student.sent(array)).to_be_unchanged(array)


@section("mlp")
@few_cases
@given(case=cases())
def test_own_layers(student: Student, case: MLPCase) -> None:
    """Of your own layers, the MLP gives what these give one after the other."""
    try:
        layout = Object(DENSE, student, ComponentCase(0, (("N", 2), ("d", 3), ("m", 4)))).layout
        given = [
            (layout.put("weights", W).copy(), layout.put("bias", b).copy()) for W, b in zip(case.W, case.b, strict=True)
        ]
        wanted = one_by_one(student, own_layers(student, case), given, case)
    except (StudentError, CheckFailed):
        student.warn("your own layers of q1.py don't work yet, so the MLP was marked on others")
        return
    layers = own_layers(student, case)
    network = student("q2").MLP(layers)
    give(layers, given)
    expect(network.forward(case.x)).to_equal(certain(wanted[0]))
    expect(network.backward(case.output_grad)).to_equal(certain(wanted[1]))


def give(layers: list[Remote], given: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Set the dense layers' parameters: an MLP that is made of them may have drawn new ones."""
    for dense, (W, b) in zip(layers[::2], given, strict=True):
        dense.weights, dense.bias = W, b


def one_by_one(
    student: Student, layers: list[Remote], given: list[tuple[np.ndarray, np.ndarray]], case: MLPCase
) -> list[np.ndarray]:
    """The output of layers that are called in a row, and the gradient in x."""
    give(layers, given)
    value, gradient = student.sent(case.x), student.sent(case.output_grad)
    for layer in layers:
        value = layer.forward(value)
    for layer in reversed(layers):
        gradient = layer.backward(gradient)
    return [array.astype(np.float64) for array in read_arrays(student, value, gradient)]


@section("mlp")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """MLP is written in q2.py, not in a file of its own."""
    rules.check_own_code(submission, "q2.py", "MLP")
