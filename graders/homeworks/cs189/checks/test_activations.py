"""The other activations of the package, and softmax for large inputs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import Student, few_cases, section
from graders.checking.components import Standard, replaced
from graders.checking.components.cases.case import ComponentCase

from ..components import ACTIVATIONS, COMPONENTS, SOFTMAX

NAMES = ("sigmoid", "tanh", "arctan", "linear")
CASES = COMPONENTS["activations.tanh"].cases()
ONES = COMPONENTS["activations.tanh"].cases(N=1)


def begun(student: Student, names: tuple[str, ...] = NAMES) -> Iterator[Standard]:
    """Those that the submission has: nobody is asked to write them. In some years' starter code Linear is Identity."""
    module = student("neural_networks.activations")
    for name in names:
        one = COMPONENTS[f"activations.{name}"]
        if name == "linear" and not module.has("Linear") and module.has("Identity"):
            yield replaced(one, name="neural_networks.activations.Identity").standard(f"activations.{name}")
        elif name == "linear" or module.begun(ACTIVATIONS[name]):
            yield one.standard(f"activations.{name}")


@section("activations")
@given(case=CASES | ONES)
def test_forward(student: Student, case: ComponentCase) -> None:
    """Sigmoid, TanH, ArcTan and Linear: forward(Z) is right."""
    for standard in begun(student):
        standard.check_forward(student, case)


@section("activations")
@given(case=CASES | ONES)
def test_backward(student: Student, case: ComponentCase) -> None:
    """Sigmoid, TanH, ArcTan and Linear: backward(Z, dY) is the gradient in Z."""
    for standard in begun(student):
        standard.check_inputs_unchanged(student, case)
        standard.check_gradient(student, case, "Z")


@section("activations")
@few_cases
@given(case=CASES, name=st.sampled_from(NAMES))
def test_finite_differences(student: Student, case: ComponentCase, name: str) -> None:
    """Each backward is the slope of your own forward, measured by finite differences."""
    for standard in begun(student, (name,)):
        standard.check_finite_differences(student, case)


@section("softmax")
@few_cases
@given(case=SOFTMAX.cases())
def test_large_inputs(student: Student, case: ComponentCase) -> None:
    """SoftMax doesn't overflow, also where one example is about 1000 and another about -1000."""
    sizes = dict(case.sizes)
    offsets = np.where(np.arange(sizes["N"]) % 2, -1000.0, 1000.0)[:, None]
    case.keep("Z", offsets + case.random("Z").standard_normal((sizes["N"], sizes["C"])))
    SOFTMAX.standard("softmax").check_forward(student, case)
