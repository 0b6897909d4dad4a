"""Section 6 of the handout, besides what follows from the components: Identity, which only the starter code has."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section
from graders.checking.components.cases.case import ComponentCase

from ..components import RELU, activation

IDENTITY = activation("Identity", lambda Z: Z * 1).standard("activations.identity")


@section("activations")
@few_cases
@given(case=RELU.cases())
def test_identity(student: Student, case: ComponentCase) -> None:
    """Identity, where there is one: forward returns Z, backward returns ones of Z's shape."""
    if student("mytorch.nn").has("Identity"):
        IDENTITY.check_batch_of_one(student, case)
    else:
        student.warn(
            "there is no Identity in mytorch/nn/activation.py; the text doesn't ask for it, starter code has it"
        )
