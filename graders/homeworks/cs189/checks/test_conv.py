"""Conv2D: equation 1, with stride and padding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
    Arrays,
    Remote,
    Shape,
    Student,
    check_gradients,
    check_lines_do_not_grow,
    check_no_loops_in_source,
    expect,
    few_cases,
    section,
)

from .. import oracle
from ..cases import ConvCase, conv_cases
from ..layers import FILES, SLOW, conv, give, new_conv
from ..stand_ins import right_activation

PADS = (0, "valid", "same", 1, 2)


def answer(case: ConvCase, name: str = "linear") -> oracle.Answer:
    """What the layer must compute."""
    return oracle.conv(
        name=name, X=case.X, W=case.W, b=case.b, dLdY=case.dLdY, stride=case.stride, padding=case.padding
    )


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(0, "same"))
def test_init_parameters(student: Student, case: ConvCase) -> None:
    """The first forward makes W (kernel height, kernel width, n_in, n_out) and b (1, n_out) of zeros."""
    layer = new_conv(student, case)
    layer.forward(case.X)
    expect(layer.parameters["W"]).to_be_floating((*case.kernel, case.n_in, case.n_out))
    expect(layer.parameters["b"]).to_equal(np.zeros((1, case.n_out)), Shape.ROW, of=f"{layer}.parameters['b']")


@section("conv")
@SLOW
@given(case=conv_cases(0, "valid", strides=(1,)))
def test_no_padding(student: Student, case: ConvCase) -> None:
    """forward(X) is the cross-correlation of equation 1, here with padding 0 or "valid" and stride 1."""
    expect(conv(student, case).forward(case.X)).to_equal(answer(case).Y)


@section("conv")
@SLOW
@given(case=conv_cases("same", 1, 2, strides=(1,)))
def test_padding(student: Student, case: ConvCase) -> None:
    """forward(X) puts zeros around the image: "same" is (k - 1) // 2 of them on each side."""
    expect(conv(student, case).forward(case.X)).to_equal(answer(case).Y)


@section("conv")
@SLOW
@given(case=conv_cases(*PADS, strides=(2, 3)))
def test_forward_stride(student: Student, case: ConvCase) -> None:
    """forward(X) moves the filter by the stride, which need not divide the image."""
    expect(conv(student, case).forward(case.X)).to_equal(answer(case).Y)


@section("conv")
@SLOW
@given(case=conv_cases(*PADS))
def test_backward_input(student: Student, case: ConvCase) -> None:
    """backward(dLdY) returns the gradient in X."""
    layer = conv(student, case)
    layer.forward(case.X)
    expect(layer.backward(case.dLdY)).to_equal(answer(case).dX)


@section("conv")
@SLOW
@given(case=conv_cases(*PADS))
def test_backward_weight(student: Student, case: ConvCase) -> None:
    """backward stores the gradient in W, a sum over the batch, in gradients["W"]."""
    layer = conv(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    expect(layer.gradients["W"]).to_equal(answer(case).dW)


@section("conv")
@SLOW
@given(case=conv_cases(*PADS))
def test_backward_bias(student: Student, case: ConvCase) -> None:
    """backward stores the gradient in b, a sum over the batch, in gradients["b"], as (1, n_out)."""
    layer = conv(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    expect(layer.gradients["b"]).to_equal(answer(case).db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(*PADS, batches=(1,)))
def test_batch_of_one(student: Student, case: ConvCase) -> None:
    """A batch of one example works like any other."""
    layer, wanted = conv(student, case), answer(case)
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(*PADS))
def test_no_accumulation(student: Student, case: ConvCase) -> None:
    """A second backward replaces the gradients, it does not add to them."""
    layer, wanted = conv(student, case), answer(case)
    layer.forward(case.array("X_first", case.N + 3, *case.size, case.n_in))
    layer.forward(case.X)
    layer.backward(case.keep("dLdY_before", 2 * case.dLdY))
    layer.forward(case.X)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(*PADS))
def test_inputs_unchanged(student: Student, case: ConvCase) -> None:
    """forward and backward leave X, dLdY, W and b as they were."""
    layer = conv(student, case)
    layer.forward(case.X)
    layer.backward(case.dLdY)
    for array in (case.X, case.dLdY, case.W, case.b):
        expect(student.sent(array)).to_be_unchanged(array)


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(*PADS))
def test_activation(student: Student, case: ConvCase) -> None:
    """The activation is applied in forward, and its slope in backward (seen with a right TanH in place of yours)."""
    right_activation(student, "tanh")
    layer, wanted = conv(student, case, "tanh"), answer(case, "tanh")
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdY)).to_equal(wanted.dX)
    expect(layer.gradients["W"]).to_equal(wanted.dW)
    expect(layer.gradients["b"]).to_equal(wanted.db, Shape.ROW, of=f"{layer}.parameters['b']")


@section("conv")
@SLOW
@few_cases
@given(case=conv_cases(*PADS, batches=(1, 2)))
def test_finite_differences(student: Student, case: ConvCase) -> None:
    """The gradients in X, W and b are the slopes of your own forward, measured by finite differences."""
    layer = conv(student, case)

    def forward(inputs: Arrays) -> Remote:
        give(layer, inputs["W"], inputs["b"])
        return layer.forward(inputs["X"])

    def backward(dLdY: np.ndarray) -> dict[str, Remote]:
        return {"X": layer.backward(dLdY), "W": layer.gradients["W"], "b": layer.gradients["b"]}

    check_gradients(student, forward, backward, {"X": case.X, "W": case.W, "b": case.b}, seed=case.seed)


@section("conv")
@SLOW
def test_no_loop_over_examples(student: Student, submission: Path) -> None:
    """forward and backward work on the whole batch at once: no line runs more often for more examples."""

    def run(N: int) -> None:
        case = ConvCase(seed=1, N=N, size=(5, 4), kernel=(3, 2), pad=1)
        layer = conv(student, case)
        layer.forward(case.X)
        layer.backward(case.dLdY)

    check_lines_do_not_grow(student, run)
    for file in FILES:
        check_no_loops_in_source(submission, file, "Conv2D")
