"""Section 3.3 of the handout: SoftMax."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Arrays, Remote, Student, check_gradients, expect, few_cases, section

from .. import oracle
from ..cases import MatrixCase, matrix_cases


@section("softmax")
@given(case=matrix_cases())
def test_forward(student: Student, case: MatrixCase) -> None:
    """SoftMax.forward(Z) is right for each row."""
    layer = student("neural_networks.activations").SoftMax()
    expect(layer.forward(case.Z)).to_equal(oracle.activation(name="softmax", Z=case.Z, dY=case.dY).Y)


@section("softmax")
@given(case=matrix_cases())
def test_backward(student: Student, case: MatrixCase) -> None:
    """SoftMax.backward(Z, dY) is the gradient in Z, without a forward before it."""
    layer = student("neural_networks.activations").SoftMax()
    expect(layer.backward(case.Z, case.dY)).to_equal(oracle.activation(name="softmax", Z=case.Z, dY=case.dY).dZ)


@section("softmax")
@few_cases
@given(case=matrix_cases(st.just(1)))
def test_batch_of_one(student: Student, case: MatrixCase) -> None:
    """A batch of one example works like any other."""
    layer = student("neural_networks.activations").SoftMax()
    wanted = oracle.activation(name="softmax", Z=case.Z, dY=case.dY)
    expect(layer.forward(case.Z)).to_equal(wanted.Y)
    expect(layer.backward(case.Z, case.dY)).to_equal(wanted.dZ)


@section("softmax")
@few_cases
@given(case=matrix_cases())
def test_inputs_unchanged(student: Student, case: MatrixCase) -> None:
    """forward and backward leave Z and dY as they were."""
    layer = student("neural_networks.activations").SoftMax()
    layer.forward(case.Z)
    layer.backward(case.Z, case.dY)
    for array in (case.Z, case.dY):
        expect(student.sent(array)).to_be_unchanged(array)


@section("softmax")
@few_cases
@given(case=matrix_cases())
def test_finite_differences(student: Student, case: MatrixCase) -> None:
    """SoftMax.backward is the slope of your own forward, measured by finite differences."""
    layer = student("neural_networks.activations").SoftMax()
    seen: list[np.ndarray] = []

    def forward(inputs: Arrays) -> Remote:
        seen.append(inputs["Z"])
        return layer.forward(inputs["Z"])

    def backward(dY: np.ndarray) -> dict[str, Remote]:
        return {"Z": layer.backward(seen[-1], dY)}

    check_gradients(student, forward, backward, {"Z": case.Z}, seed=case.seed)


@section("softmax")
@few_cases
@given(case=matrix_cases())
def test_large_inputs(student: Student, case: MatrixCase) -> None:
    """SoftMax doesn't overflow, also where one example is about 1000 and another about -1000."""
    offsets = np.where(np.arange(case.N) % 2, -1000.0, 1000.0)[:, None]
    Z = case.keep("Z_large", case.Z + offsets)
    layer = student("neural_networks.activations").SoftMax()
    expect(layer.forward(Z)).to_equal(oracle.activation(name="softmax", Z=Z, dY=case.dY).Y)
