"""Question 1.1: the fully-connected layer, 15 points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
    Arrays,
    CheckFailed,
    Remote,
    Student,
    check_gradients,
    expect,
    few_cases,
    read_array,
    section,
)

from .. import initialisation, oracle, rules
from ..cases import ONE, DenseCase, dense_cases, square_cases
from ..layers import expect_row, make_dense, new_dense, set_parameters


def answer(case: DenseCase) -> oracle.Answer:
    """What the layer must compute."""
    return oracle.dense(x=case.x, W=case.W, b=case.b, output_grad=case.output_grad, rate=case.rate)


def check_all(student: Student, case: DenseCase) -> None:
    """Output and all three gradients."""
    layer, layout = make_dense(student, case)
    wanted = answer(case)
    expect(layer.forward(case.x)).to_equal(wanted.outputs)
    expect(layer.backward(case.output_grad)).to_equal(wanted.input_grad)
    expect(layer.weights_grad).to_equal(layout.expected_weights(wanted.W_grad))
    expect_row(layer.bias_grad, wanted.b_grad)


@section("dense")
@few_cases
@given(case=dense_cases())
def test_init(student: Student, case: DenseCase) -> None:
    """Dense(d, m) has weights of shape (m, d), or (d, m), and a bias of zeros, (m,) or (1, m)."""
    layer, _ = new_dense(student, case.d, case.m)
    if np.any(read_array(layer.bias)):
        raise CheckFailed(f"{layer.bias!r} isn't zero after init_weights()", "Every bias starts at zero.")


@section("dense")
def test_xavier(student: Student) -> None:
    """init_weights() draws weights uniformly between -sqrt(6 / (d + m)) and sqrt(6 / (d + m))."""
    for d, m in initialisation.SIZES:
        layer, _ = new_dense(student, d, m)
        initialisation.check_weights(layer.weights, d, m)


@section("dense")
def test_init_again(student: Student) -> None:
    """init_weights() can be called again: weights and bias that had changed are drawn anew."""
    d, m = initialisation.SIZES[0]
    layer, layout = new_dense(student, d, m)
    set_parameters(layer, layout, np.full((m, d), 5.0), np.full((1, m), 7.0))
    layer.init_weights()
    initialisation.check_weights(layer.weights, d, m)
    if np.any(read_array(layer.bias)):
        raise CheckFailed("a second init_weights() leaves the bias as it was", "Every bias is set to zero.")


@section("dense")
@given(case=dense_cases())
def test_forward(student: Student, case: DenseCase) -> None:
    """forward(x) returns x Wᵀ + b."""
    layer, _ = make_dense(student, case)
    expect(layer.forward(case.x)).to_equal(answer(case).outputs)


@section("dense")
@few_cases
@given(case=dense_cases())
def test_forward_bias(student: Student, case: DenseCase) -> None:
    """forward(x) adds each output's bias to every example of the batch."""
    case.keep("W", np.zeros((case.m, case.d)))
    layer, _ = make_dense(student, case)
    expect(layer.forward(case.x)).to_equal(answer(case).outputs)


@section("dense")
@given(case=dense_cases())
def test_backward_input(student: Student, case: DenseCase) -> None:
    """backward(output_grad) returns the gradient with respect to x."""
    layer, _ = make_dense(student, case)
    layer.forward(case.x)
    expect(layer.backward(case.output_grad)).to_equal(answer(case).input_grad)


@section("dense")
@given(case=dense_cases())
def test_backward_weights(student: Student, case: DenseCase) -> None:
    """backward(output_grad) leaves weights_grad: laid out like weights, summed over the batch."""
    layer, layout = make_dense(student, case)
    layer.forward(case.x)
    layer.backward(case.output_grad)
    expect(layer.weights_grad).to_equal(layout.expected_weights(answer(case).W_grad))


@section("dense")
@given(case=dense_cases())
def test_backward_bias(student: Student, case: DenseCase) -> None:
    """backward(output_grad) leaves bias_grad, summed over the batch."""
    layer, _ = make_dense(student, case)
    layer.forward(case.x)
    layer.backward(case.output_grad)
    expect_row(layer.bias_grad, answer(case).b_grad)


@section("dense")
@given(case=dense_cases())
def test_update(student: Student, case: DenseCase) -> None:
    """update(learning_rate) takes learning_rate times the gradient off weights and bias."""
    layer, layout = make_dense(student, case)
    wanted = answer(case)
    layer.forward(case.x)
    layer.backward(case.output_grad)
    layer.update(case.rate)
    expect(layer.weights).to_equal(layout.expected_weights(wanted.W_after))
    expect_row(layer.bias, wanted.b_after)


@section("dense")
@few_cases
@given(case=dense_cases(batches=ONE))
def test_batch_of_one(student: Student, case: DenseCase) -> None:
    """A batch of one example works like any other."""
    check_all(student, case)


@section("dense")
@few_cases
@given(case=square_cases())
def test_square(student: Student, case: DenseCase) -> None:
    """A layer with as many outputs as inputs works like any other."""
    check_all(student, case)


@section("dense")
@few_cases
@given(case=dense_cases())
def test_batch_size_changes(student: Student, case: DenseCase) -> None:
    """After two forwards with batches of different size, backward belongs to the layer's last one."""
    layer, layout = make_dense(student, case)
    other, _ = make_dense(student, case)
    wanted = answer(case)
    before = case.array("x_before", case.N + 3, case.d)
    layer.forward(before)
    layer.forward(case.x)
    other.forward(before)
    expect(layer.backward(case.output_grad)).to_equal(wanted.input_grad)
    expect(layer.weights_grad).to_equal(layout.expected_weights(wanted.W_grad))
    expect_row(layer.bias_grad, wanted.b_grad)


@section("dense")
@few_cases
@given(case=dense_cases())
def test_no_accumulation(student: Student, case: DenseCase) -> None:
    """A second forward and backward, with other parameters, replaces the gradients, it does not add to them."""
    layer, layout = make_dense(student, case)
    wanted = answer(case)
    set_parameters(layer, layout, case.array("W_before", case.m, case.d), case.array("b_before", 1, case.m))
    layer.forward(case.array("x_before", case.N + 3, case.d))
    layer.backward(case.array("output_grad_before", case.N + 3, case.m))
    set_parameters(layer, layout, case.W, case.b)
    expect(layer.forward(case.x)).to_equal(wanted.outputs)
    expect(layer.backward(case.output_grad)).to_equal(wanted.input_grad)
    expect(layer.weights_grad).to_equal(layout.expected_weights(wanted.W_grad))
    expect_row(layer.bias_grad, wanted.b_grad)


@section("dense")
@few_cases
@given(case=dense_cases())
def test_inputs_unchanged(student: Student, case: DenseCase) -> None:
    """forward and backward leave x, output_grad, weights and bias as they were."""
    layer, layout = make_dense(student, case)
    layer.forward(case.x)
    layer.backward(case.output_grad)
    for array in (case.x, case.output_grad):
        expect(student.sent(array)).to_be_unchanged(array)
    expect(layer.weights).to_be_unchanged(layout.weights(case.W))
    expect(layer.bias).to_be_unchanged(layout.bias(case.b))


@section("dense")
@few_cases
@given(case=dense_cases(regimes=("plain",)))
def test_finite_differences(student: Student, case: DenseCase) -> None:
    """The three gradients are the slopes of your own forward, measured by finite differences."""
    layer, layout = make_dense(student, case)

    def forward(inputs: Arrays) -> Remote:
        layer.weights, layer.bias = inputs["weights"], inputs["bias"]
        return layer.forward(inputs["x"])

    def backward(output_grad: np.ndarray) -> dict[str, Remote]:
        return {"x": layer.backward(output_grad), "weights": layer.weights_grad, "bias": layer.bias_grad}

    inputs = {"x": case.x, "weights": layout.weights(case.W), "bias": layout.bias(case.b)}
    check_gradients(student, forward, backward, inputs, seed=case.seed)


@section("dense")
def test_own_code(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """Dense is written in q1.py, not in a file of its own."""
    rules.check_own_code(submission, "q1.py", "Dense")


@section("dense")
@few_cases
@given(case=dense_cases(regimes=("plain",)))
def test_dimensions(student: Student, case: DenseCase) -> None:
    """forward(x) refuses an x with another number of columns than d."""
    layer, _ = make_dense(student, case)
    rules.check_refused(student, layer.forward, case.array("too_wide", case.N, case.d + 1))
