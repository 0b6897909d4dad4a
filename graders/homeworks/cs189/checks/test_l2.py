"""The L2 loss of the package."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graders.checking import CheckFailed, Student, expect, read_array, section
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example

from ..components import L2

STANDARD = L2.standard("l2")


def factor_of(student: Student, case: ComponentCase) -> float:
    """By what the submission multiplies the sum of squares."""
    given = Example(STANDARD.oracle, case).values
    loss = L2.at(student, case).forward(given)
    value = read_array(loss)
    if value.size != 1:
        raise CheckFailed(f"{loss!r} has shape {value.shape}, but should be one number for the whole batch")
    found = float(value.item()) / float(((given["Y"] - given["Y_hat"]) ** 2).sum())
    N, C = given["Y"].shape
    for factor in [half / over for half in (1.0, 0.5) for over in (1, N, C, N * C)]:
        if np.isclose(found, factor, rtol=1e-5):
            return factor
    raise CheckFailed("L2.forward(Y, Y_hat) is no sum or mean of the squared differences, halved or not")


@section("l2")
@given(case=L2.cases())
def test_forward(student: Student, case: ComponentCase) -> None:
    """L2.forward(Y, Y_hat) is the sum or mean of the squared differences, halved or not."""
    factor_of(student, case)


@section("l2")
@given(case=L2.cases())
def test_backward(student: Student, case: ComponentCase) -> None:
    """L2.backward(Y, Y_hat) is the gradient of your own forward in Y_hat."""
    given, calls = Example(STANDARD.oracle, case).values, L2.at(student, case)
    wanted = STANDARD.oracle.answer(**given, factor=factor_of(student, case))
    calls.forward(given)
    expect(calls.backward({})["Y_hat"]).to_equal(wanted.slope)
