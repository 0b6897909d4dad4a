"""The other activations of the package."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Arrays, Remote, Student, check_gradients, expect, few_cases, section

from .. import oracle
from ..cases import MatrixCase, matrix_cases
from ..layers import activation

NAMES = ("sigmoid", "tanh", "arctan", "linear")


def begun(student: Student) -> list[str]:
    """Those that the submission has: nobody is asked to write them."""
    module = student("neural_networks.activations")
    return [name for name in NAMES if name == "linear" or module.begun(oracle.CLASSES[name])]


@section("activations")
@given(case=matrix_cases() | matrix_cases(st.just(1)))
def test_forward(student: Student, case: MatrixCase) -> None:
    """Sigmoid, TanH, ArcTan and Linear: forward(Z) is right."""
    for name in begun(student):
        layer = activation(student, name)
        expect(layer.forward(case.Z)).to_equal(oracle.activation(name=name, Z=case.Z, dY=case.dY).Y)


@section("activations")
@given(case=matrix_cases() | matrix_cases(st.just(1)))
def test_backward(student: Student, case: MatrixCase) -> None:
    """Sigmoid, TanH, ArcTan and Linear: backward(Z, dY) is the gradient in Z."""
    for name in begun(student):
        layer = activation(student, name)
        expect(layer.backward(case.Z, case.dY)).to_equal(oracle.activation(name=name, Z=case.Z, dY=case.dY).dZ)
    for array in (case.Z, case.dY):
        expect(student.sent(array)).to_be_unchanged(array)


@section("activations")
@few_cases
@given(case=matrix_cases(), name=st.sampled_from(NAMES))
def test_finite_differences(student: Student, case: MatrixCase, name: str) -> None:
    """Each backward is the slope of your own forward, measured by finite differences."""
    if name not in begun(student):
        return
    layer = activation(student, name)
    seen: list[np.ndarray] = []

    def forward(inputs: Arrays) -> Remote:
        seen.append(inputs["Z"])
        out: Remote = layer.forward(inputs["Z"])
        return out

    def backward(dY: np.ndarray) -> dict[str, Remote]:
        return {"Z": layer.backward(seen[-1], dY)}

    check_gradients(student, forward, backward, {"Z": case.Z}, seed=case.seed)
