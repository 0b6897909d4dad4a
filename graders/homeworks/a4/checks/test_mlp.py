"""Question 2: the multi-layer perceptron, 10 points; marked on layers that are right, then on the student's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
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

from .. import oracle, rules
from ..cases import ONE, MLPCase, mlp_cases
from ..chains import give, own_layers, right_layers
from ..layers import Layout, new_dense


def answer(case: MLPCase) -> oracle.Answer:
    """What the network must compute."""
    return oracle.mlp(x=case.x, W=case.W, b=case.b, output_grad=case.output_grad, rate=case.rate)


def make(student: Student, case: MLPCase, *, transposed: bool = False) -> tuple[Remote, list[Remote]]:
    """The student's MLP of layers that are right, and its dense layers."""
    layers = right_layers(student, case, transposed=transposed)
    return student("q2").MLP(layers), layers[::2]


def check_all(student: Student, case: MLPCase) -> None:
    """Output, gradient in x, gradients in all parameters."""
    mlp, dense = make(student, case)
    wanted = answer(case)
    expect(mlp.forward(case.x)).to_equal(wanted.outputs)
    expect(mlp.backward(case.output_grad)).to_equal(wanted.input_grad)
    for layer, W_grad, b_grad in zip(dense, wanted.W_grad, wanted.b_grad, strict=True):
        expect(layer.weights_grad).to_equal(W_grad)
        expect(layer.bias_grad).to_equal(b_grad)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_forward(student: Student, case: MLPCase) -> None:
    """MLP(layers).forward(x) goes through the layers from the first to the last."""
    mlp, _ = make(student, case)
    expect(mlp.forward(case.x)).to_equal(answer(case).outputs)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_backward(student: Student, case: MLPCase) -> None:
    """backward(output_grad) goes back through the layers and returns the gradient with respect to x."""
    check_all(student, case)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_update(student: Student, case: MLPCase) -> None:
    """update(learning_rate) updates the parameters of every layer, once."""
    for transposed in (False, True):
        mlp, dense = make(student, case, transposed=transposed)
        wanted = answer(case)
        mlp.forward(case.x)
        mlp.backward(case.output_grad)
        mlp.update(case.rate)
        for layer, W, b in zip(dense, wanted.W_after, wanted.b_after, strict=True):
            expect(layer.weights).to_equal(Layout(transposed, flat=False).expected_weights(W))
            expect(layer.bias).to_equal(b)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_init_weights(student: Student, case: MLPCase) -> None:
    """init_weights() calls that of every layer."""
    mlp, dense = make(student, case)
    before = [read_whole(layer._initialised) for layer in dense]
    mlp.init_weights()
    after = [read_whole(layer._initialised) for layer in dense]
    for index, (earlier, later) in enumerate(zip(before, after, strict=True)):
        if later <= earlier:
            raise CheckFailed(f"init_weights() leaves dense layer {index + 1} of {len(dense)} as it was")


@section("mlp")
@few_cases
@given(case=mlp_cases(batches=ONE))
def test_batch_of_one(student: Student, case: MLPCase) -> None:
    """A batch of one example works like any other."""
    check_all(student, case)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_steps(student: Student, case: MLPCase) -> None:
    """Two steps of gradient descent, with batches of different size, give the right parameters."""
    mlp, dense = make(student, case)
    first = answer(case)
    then = MLPCase(case.seed + 1, case.N + 3, case.sizes, case.rate)
    W, b = [w.value for w in first.W_after], [c.value for c in first.b_after]
    x, output_grad = then.x, then.output_grad
    wanted = oracle.mlp(x=x, W=W, b=b, output_grad=output_grad, rate=case.rate)
    for inputs, gradient in ((case.x, case.output_grad), (x, output_grad)):
        mlp.forward(inputs)
        mlp.backward(gradient)
        mlp.update(case.rate)
    for layer, weights, bias in zip(dense, wanted.W_after, wanted.b_after, strict=True):
        expect(layer.weights).to_equal(weights)
        expect(layer.bias).to_equal(bias)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_inputs_unchanged(student: Student, case: MLPCase) -> None:
    """forward and backward leave x and output_grad as they were."""
    mlp, _ = make(student, case)
    mlp.forward(case.x)
    mlp.backward(case.output_grad)
    for array in (case.x, case.output_grad):
        expect(student.sent(array)).to_be_unchanged(array)


def one_by_one(student: Student, layers: list[Remote], case: MLPCase) -> list[np.ndarray]:
    """The output of layers that are called in a row, and the gradient in x."""
    value, gradient = student.sent(case.x), student.sent(case.output_grad)
    for layer in layers:
        value = layer.forward(value)
    for layer in reversed(layers):
        gradient = layer.backward(gradient)
    return [array.astype(np.float64) for array in read_arrays(student, value, gradient)]


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_own_layers(student: Student, case: MLPCase) -> None:
    """Of your own layers, the MLP gives what these give one after the other."""
    try:
        _, layout = new_dense(student, 3, 4)
        alone = own_layers(student, case)
        give(alone, case, layout)
        wanted = one_by_one(student, alone, case)
    except (StudentError, CheckFailed):
        student.warn("your own layers of q1.py don't work yet, so the MLP was marked on others")
        return
    layers = own_layers(student, case)
    mlp = student("q2").MLP(layers)
    give(layers, case, layout)
    expect(mlp.forward(case.x)).to_equal(certain(wanted[0]))
    expect(mlp.backward(case.output_grad)).to_equal(certain(wanted[1]))


@section("mlp")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """MLP is written in q2.py, not in a file of its own."""
    rules.check_own_code(submission, "q2.py", "MLP")
