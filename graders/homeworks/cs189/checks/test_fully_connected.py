"""Section 3.2 of the handout: the fully connected layer."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Arrays, Remote, Shape, Student, all_at_once, check_gradients, expect, few_cases, section

from .. import oracle
from ..cases import DenseCase, dense_cases
from ..layers import dense, give, new_dense
from ..stand_ins import right_activation


def answer(case: DenseCase, name: str = "linear") -> oracle.Answer:
    """What the layer must compute."""
    return oracle.fully_connected(name=name, X=case.X, W=case.W, b=case.b, dLdY=case.dLdY)


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_init_parameters(student: Student, case: DenseCase) -> None:
    """The first forward makes W (n_in, n_out), not all zero, and b (1, n_out) of zeros."""
    layer = new_dense(student, case)
    layer.forward(case.X)
    with all_at_once(student):
        expect(layer.parameters["W"]).to_be_floating((case.n_in, case.n_out))
        expect(layer.parameters["b"]).to_equal(np.zeros((1, case.n_out)), Shape.ROW, of=f"{layer}.parameters['b']")


@section("fully_connected")
@given(case=dense_cases())
def test_forward(student: Student, case: DenseCase) -> None:
    """forward(X) returns XW + b, through the activation."""
    expect(dense(student, case).forward(case.X)).to_equal(answer(case).Y)


@section("fully_connected")
@given(case=dense_cases())
def test_backward_input(student: Student, case: DenseCase) -> None:
    """backward(dLdY) returns the gradient in X."""
    layer = dense(student, case)
    layer.forward(case.X)
    expect(layer.backward(case.dLdY)).to_equal(answer(case).dX)


@section("fully_connected")
@given(case=dense_cases())
def test_backward_weight(student: Student, case: DenseCase) -> None:
    """backward stores the gradient in W, a sum over the batch, in gradients["W"]."""
    layer = dense(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    expect(layer.gradients["W"]).to_equal(answer(case).dW)


@section("fully_connected")
@given(case=dense_cases())
def test_backward_bias(student: Student, case: DenseCase) -> None:
    """backward stores the gradient in b, a sum over the batch, in gradients["b"], as (1, n_out)."""
    layer = dense(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    expect(layer.gradients["b"]).to_equal(answer(case).db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("fully_connected")
@few_cases
@given(case=dense_cases(st.just(1)))
def test_batch_of_one(student: Student, case: DenseCase) -> None:
    """A batch of one example works like any other."""
    layer, wanted = dense(student, case), answer(case)
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_no_accumulation(student: Student, case: DenseCase) -> None:
    """A second backward replaces the gradients, it does not add to them."""
    layer, wanted = dense(student, case), answer(case)
    layer.forward(case.array("X_first", case.N + 3, case.n_in))
    layer.forward(case.X)
    layer.backward(case.keep("dLdY_before", 2 * case.dLdY))
    layer.forward(case.X)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_inputs_unchanged(student: Student, case: DenseCase) -> None:
    """forward and backward leave X, dLdY, W and b as they were."""
    layer = dense(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    for array in (case.X, case.dLdY, case.W, case.b):
        expect(student.sent(array)).to_be_unchanged(array)


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_activation(student: Student, case: DenseCase) -> None:
    """The activation is applied in forward, and its slope in backward (seen with a right TanH in place of yours)."""
    right_activation(student, "tanh")
    layer, wanted = dense(student, dataclasses.replace(case, activation="tanh")), answer(case, "tanh")
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_whole_rows(student: Student, case: DenseCase) -> None:
    """The activation gets whole rows at once (seen with a right SoftMax in place of yours)."""
    right_activation(student, "softmax")
    layer, wanted = dense(student, dataclasses.replace(case, activation="softmax")), answer(case, "softmax")
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)


@section("fully_connected")
@few_cases
@given(case=dense_cases())
def test_finite_differences(student: Student, case: DenseCase) -> None:
    """The gradients in X, W and b are the slopes of your own forward, measured by finite differences."""
    layer = dense(student, case)

    def forward(inputs: Arrays) -> Remote:
        give(layer, inputs["W"], inputs["b"])
        return layer.forward(inputs["X"])

    def backward(dLdY: np.ndarray) -> dict[str, Remote]:
        return {"X": layer.backward(dLdY), "W": layer.gradients["W"], "b": layer.gradients["b"]}

    check_gradients(student, forward, backward, {"X": case.X, "W": case.W, "b": case.b}, seed=case.seed)
