"""The L2 loss of the package."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graders.checking import CheckFailed, Student, expect, read_array, section

from .. import oracle
from ..cases import MatrixCase, matrix_cases


def factor_of(student: Student, case: MatrixCase) -> float:
    """By what the submission multiplies the sum of squares."""
    loss = student("neural_networks.losses").L2("l2").forward(case.Z, case.dY)
    value = read_array(loss)
    if value.size != 1:
        raise CheckFailed(f"{loss!r} has shape {value.shape}, but should be one number for the whole batch")
    found = float(value.item()) / float(((case.Z - case.dY) ** 2).sum())
    factors = [half / over for half in (1.0, 0.5) for over in (1, case.N, case.C, case.N * case.C)]
    for factor in factors:
        if np.isclose(found, factor, rtol=1e-5):
            return factor
    raise CheckFailed("L2.forward(Y, Y_hat) is no sum or mean of the squared differences, halved or not")


@section("l2")
@given(case=matrix_cases())
def test_forward(student: Student, case: MatrixCase) -> None:
    """L2.forward(Y, Y_hat) is the sum or mean of the squared differences, halved or not."""
    factor_of(student, case)


@section("l2")
@given(case=matrix_cases())
def test_backward(student: Student, case: MatrixCase) -> None:
    """L2.backward(Y, Y_hat) is the gradient of your own forward in Y_hat."""
    wanted = oracle.squared_error(Y=case.Z, Y_hat=case.dY, factor=factor_of(student, case))
    expect(student("neural_networks.losses").L2("l2").backward(case.Z, case.dY)).to_equal(wanted.slope)
