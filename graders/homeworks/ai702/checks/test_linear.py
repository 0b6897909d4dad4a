"""Section 5 of the handout: the linear layer, 15 points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import (
    Arrays,
    Convention,
    Given,
    Remote,
    Student,
    all_at_once,
    by_place,
    check_gradients,
    check_lines_do_not_grow,
    check_no_loops_in_source,
    expect,
    few_cases,
    section,
)

from .. import oracle
from ..cases import LinearCase, linear_cases, plain


def sizes(case: LinearCase) -> list[Given]:
    """What a layer is made from."""
    return by_place(in_features=case.in_features, out_features=case.out_features)


def make(student: Student, case: LinearCase) -> Remote:
    """The student's layer with the case's parameters."""
    layer = student("mytorch.nn").Linear(*sizes(case))
    layer.W, layer.b = case.W, case.b
    return layer


def answer(case: LinearCase) -> oracle.Answer:
    """What the layer must compute."""
    return oracle.linear(A=case.A, W=case.W, b=case.b, dLdZ=case.dLdZ)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_init(student: Student, case: LinearCase) -> None:
    """A new layer has W of shape (out_features, in_features) and b of shape (out_features, 1), all zeros."""
    layer = student("mytorch.nn").Linear(*sizes(case))
    zeros = "doesn't start at zeros: look at what __init__ assigns"
    with all_at_once(student):
        expect(layer.W).to_equal(np.zeros((case.out_features, case.in_features)), because=f"{layer!r}.W {zeros}")
        expect(layer.b).to_equal(np.zeros((case.out_features, 1)), because=f"{layer!r}.b {zeros}")


@section("linear")
@given(case=linear_cases())
def test_forward(student: Student, case: LinearCase) -> None:
    """forward(A) returns Z = A Wᵀ + ι bᵀ (equation 1)."""
    expect(make(student, case).forward(case.A)).to_equal(answer(case).Z)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_forward_bias(student: Student, case: LinearCase) -> None:
    """forward adds each output's bias to every example of the batch."""
    case.keep("W", np.zeros((case.out_features, case.in_features)))
    expect(make(student, case).forward(case.A)).to_equal(answer(case).Z)


@section("linear")
@given(case=linear_cases())
def test_backward_input(student: Student, case: LinearCase) -> None:
    """backward(dLdZ) returns dLdA, the gradient with respect to the layer's input (equation 3)."""
    layer = make(student, case)
    layer.forward(case.A)
    expect(layer.backward(case.dLdZ)).to_equal(answer(case).dLdA)


@section("linear")
@given(case=linear_cases())
def test_backward_weight(student: Student, case: LinearCase) -> None:
    """backward stores dLdW, the gradient with respect to W (equation 4), divided by the batch size."""
    layer = make(student, case)
    layer.forward(case.A)
    layer.backward(case.dLdZ)
    expect(layer.dLdW).to_equal(answer(case).dLdW)


@section("linear")
@given(case=linear_cases())
def test_backward_bias(student: Student, case: LinearCase) -> None:
    """backward stores dLdb, the gradient with respect to b (equation 5), divided by the batch size."""
    layer = make(student, case)
    layer.forward(case.A)
    layer.backward(case.dLdZ)
    expect(layer.dLdb).to_equal(answer(case).dLdb)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_shapes(student: Student, case: LinearCase) -> None:
    """Outputs and gradients are float arrays of the shapes of table 1; a gradient has its parameter's shape."""
    layer = make(student, case)
    expect(layer.forward(case.A)).to_be_floating((case.N, case.out_features))
    expect(layer.backward(case.dLdZ)).to_be_floating(case.A.shape)
    expect(layer.dLdW).to_be_floating(case.W.shape, of=f"{layer}.W")
    expect(layer.dLdb).to_be_floating(case.b.shape, of=f"{layer}.b")


@section("linear")
@few_cases
@given(case=linear_cases(batches=st.just(1)))
def test_batch_of_one(student: Student, case: LinearCase) -> None:
    """A batch of one example works like any other."""
    layer, wanted = make(student, case), answer(case)
    expect(layer.forward(case.A)).to_equal(wanted.Z)
    expect(layer.backward(case.dLdZ)).to_equal(wanted.dLdA)
    expect(layer.dLdW).to_equal(wanted.dLdW)
    expect(layer.dLdb).to_equal(wanted.dLdb)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_batch_size_changes(student: Student, case: LinearCase) -> None:
    """After two forwards with batches of different size, backward belongs to the layer's last one."""
    layer, other, wanted = make(student, case), make(student, case), answer(case)
    layer.forward(case.array("A_before", case.N + 3, case.in_features))
    layer.forward(case.A)
    other.forward(case.array("A_before", case.N + 3, case.in_features))
    expect(layer.backward(case.dLdZ)).to_equal(wanted.dLdA)
    expect(layer.dLdW).to_equal(wanted.dLdW)
    expect(layer.dLdb).to_equal(wanted.dLdb)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_no_accumulation(student: Student, case: LinearCase) -> None:
    """A second forward and backward, with other W and b, replaces dLdW and dLdb, it does not add to them."""
    layer, wanted = make(student, case), answer(case)
    layer.W = case.array("W_before", case.out_features, case.in_features)
    layer.b = case.array("b_before", case.out_features, 1)
    layer.forward(case.array("A_before", case.N + 3, case.in_features))
    layer.backward(case.array("dLdZ_before", case.N + 3, case.out_features))
    layer.W, layer.b = case.W, case.b
    expect(layer.forward(case.A)).to_equal(wanted.Z)
    expect(layer.backward(case.dLdZ)).to_equal(wanted.dLdA)
    expect(layer.dLdW).to_equal(wanted.dLdW)
    expect(layer.dLdb).to_equal(wanted.dLdb)


@section("linear")
@few_cases
@given(case=linear_cases())
def test_inputs_unchanged(student: Student, case: LinearCase) -> None:
    """forward and backward leave A, dLdZ, W and b as they were."""
    layer = make(student, case)
    layer.forward(case.A)
    layer.backward(case.dLdZ)
    for array in (case.A, case.dLdZ, case.W, case.b):
        expect(student.sent(array)).to_be_unchanged(array)
    expect(layer.W).to_be_unchanged(case.W)
    expect(layer.b).to_be_unchanged(case.b)


@section("linear")
@few_cases
@given(case=linear_cases().map(plain))
def test_finite_differences(student: Student, case: LinearCase) -> None:
    """dLdA, dLdW and dLdb are the slopes of your own forward, measured by finite differences."""
    layer = student("mytorch.nn").Linear(*sizes(case))

    def forward(inputs: Arrays) -> Remote:
        layer.W, layer.b = inputs["W"], inputs["b"]
        return layer.forward(inputs["A"])

    def backward(dLdZ: np.ndarray) -> dict[str, Remote]:
        return {"A": layer.backward(dLdZ), "W": layer.dLdW, "b": layer.dLdb}

    inputs = {"A": case.A, "W": case.W, "b": case.b}
    divided_by_batch = Convention(scale_by={"W": 1 / case.N, "b": 1 / case.N})
    check_gradients(student, forward, backward, inputs, divided_by_batch, seed=case.seed)


@section("linear")
def test_no_loop_over_examples(student: Student, submission: Path) -> None:
    """forward and backward work on the whole batch at once: no line runs more often for more examples."""

    def run(N: int) -> None:
        case = LinearCase(seed=1, N=N, in_features=3, out_features=4)
        layer = make(student, case)
        layer.forward(case.A)
        layer.backward(case.dLdZ)

    check_lines_do_not_grow(student, run)
    check_no_loops_in_source(submission, "mytorch/nn/linear.py", "Linear")
