"""Section 7 of the handout, besides what follows from MLP0's components."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section
from graders.checking.components.cases.case import ComponentCase

from ..components import MODELS
from ..debug import check_debug


@section("mlp0")
@few_cases
@given(case=MODELS["mlp0"].cases())
def test_debug(student: Student, case: ComponentCase) -> None:
    """What MLP0(debug=True) keeps of its intermediate values is right."""
    check_debug(student, "mlp0", case)
