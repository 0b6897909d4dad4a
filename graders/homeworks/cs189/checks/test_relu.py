"""Section 3.1 of the handout: ReLU."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

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

from .. import oracle
from ..cases import MatrixCase, matrix_cases


@section("relu")
@given(case=matrix_cases())
def test_forward(student: Student, case: MatrixCase) -> None:
    """ReLU.forward(Z) is right for both signs."""
    layer = student("neural_networks.activations").ReLU()
    expect(layer.forward(case.Z)).to_equal(oracle.activation(name="relu", Z=case.Z, dY=case.dY).Y)


@section("relu")
@given(case=matrix_cases())
def test_backward(student: Student, case: MatrixCase) -> None:
    """ReLU.backward(Z, dY) is the gradient in Z, without a forward before it."""
    layer = student("neural_networks.activations").ReLU()
    expect(layer.backward(case.Z, case.dY)).to_equal(oracle.activation(name="relu", Z=case.Z, dY=case.dY).dZ)


@section("relu")
@few_cases
@given(case=matrix_cases(st.just(1)))
def test_batch_of_one(student: Student, case: MatrixCase) -> None:
    """A batch of one example works like any other."""
    layer = student("neural_networks.activations").ReLU()
    wanted = oracle.activation(name="relu", Z=case.Z, dY=case.dY)
    expect(layer.forward(case.Z)).to_equal(wanted.Y)
    expect(layer.backward(case.Z, case.dY)).to_equal(wanted.dZ)


@section("relu")
@few_cases
@given(case=matrix_cases())
def test_inputs_unchanged(student: Student, case: MatrixCase) -> None:
    """forward and backward leave Z and dY as they were."""
    layer = student("neural_networks.activations").ReLU()
    layer.forward(case.Z)
    layer.backward(case.Z, case.dY)
    for array in (case.Z, case.dY):
        expect(student.sent(array)).to_be_unchanged(array)


@section("relu")
@few_cases
@given(case=matrix_cases())
def test_finite_differences(student: Student, case: MatrixCase) -> None:
    """ReLU.backward is the slope of your own forward, measured by finite differences."""
    layer = student("neural_networks.activations").ReLU()
    seen: list[np.ndarray] = []

    def forward(inputs: Arrays) -> Remote:
        seen.append(inputs["Z"])
        return layer.forward(inputs["Z"])

    def backward(dY: np.ndarray) -> dict[str, Remote]:
        return {"Z": layer.backward(seen[-1], dY)}

    check_gradients(student, forward, backward, {"Z": case.Z}, seed=case.seed)


@section("relu")
@few_cases
@given(case=matrix_cases())
def test_at_zero(student: Student, case: MatrixCase) -> None:
    """ReLU's derivative at 0 is 0 or 1, and nothing is wrong beside it."""
    layer = student("neural_networks.activations").ReLU()
    wanted = np.where(case.Z_with_zeros > 0, case.dY, 0.0)
    got = read_array(layer.backward(case.Z_with_zeros, case.dY), wanted.shape)
    kink = case.Z_with_zeros == 0
    share = got[kink] / case.dY[kink]
    if not np.allclose(got[~kink], wanted[~kink], rtol=1e-5, atol=1e-7) or not np.all(
        (share >= -1e-6) & (share <= 1 + 1e-6)
    ):
        raise CheckFailed("ReLU.backward(Z, dY) is wrong where some Z are exactly 0", "There it is 0 or dY.")
