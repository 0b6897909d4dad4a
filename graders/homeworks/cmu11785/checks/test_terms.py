"""What no component says: another β of Swish, what only some of the terms ask for, and what Linear keeps."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graders.checking import Remote, Shape, Student, expect, few_cases, forbidden, read_array, section
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example

from ..components import LINEAR, SWISH

BETAS, OTHER_BETA = ("beta", "Beta", "B"), 0.6
"""What β is called in public copies, where it is an attribute of a new Swish, and another one than 1."""


def takes_another_beta(layer: Remote, Z: np.ndarray) -> bool:
    """Whether β is an attribute that forward reads, and doesn't replace; it is set to the other one then."""
    for name in BETAS:
        if layer.has(name) and (read_array(getattr(layer, name)) == 1).all():
            setattr(layer, name, OTHER_BETA)
            layer.forward(Z)
            return bool((read_array(getattr(layer, name)) == OTHER_BETA).all())
    return False


@section("activations")
@given(case=SWISH.cases())
def test_swish_other_beta(student: Student, case: ComponentCase) -> None:
    """Where there is a Swish whose β can be set, A, dLdZ and dLdbeta are right for another value than 1."""
    case.keep("beta", np.array(OTHER_BETA, case.dtype))
    example = Example(SWISH.standard("activations.swish").oracle, case)
    layer = student("mytorch.nn").Swish() if student("mytorch.nn").has("Swish") else None
    if layer is not None and takes_another_beta(layer, example.arrays["Z"]):
        expect(layer.forward(example.arrays["Z"])).to_equal(example.wanted.A)
        expect(layer.backward(example.upstream["dLdA"])).to_equal(example.wanted.dLdZ)
        expect(layer.dLdbeta).to_equal(example.wanted.dLdbeta, Shape.SCALAR)


@section("activations")
def test_swish_defined(student: Student) -> None:
    """There is a Swish, as the terms from F25 on ask."""
    student("mytorch.nn").Swish()


@section("activations")
def test_tanh_without_numpy(student: Student) -> None:
    """Tanh.forward does without np.tanh, which the terms from S25 on forbid."""
    forbidden(student, "numpy.tanh")
    student("mytorch.nn").Tanh().forward(np.array([[-1.0, 0.5], [0.0, 2.0]]))


@section("linear")
@few_cases
@given(case=LINEAR.cases())
def test_debug(student: Student, case: ComponentCase) -> None:
    """Linear(debug=True) keeps dLdA, too, which the local autograder reads."""
    example, calls = Example(LINEAR.standard("linear").oracle, case), LINEAR.at(student, case, debug=True)
    calls.forward(example.values)
    calls.backward(example.upstream)
    expect(calls.layer.dLdA).to_equal(example.wanted.dLdA)
