"""Section 7 of the handout, besides what follows from MLP1's components."""

from __future__ import annotations

from hypothesis import given

from graders.checking import Student, few_cases, section
from graders.checking.components.cases.case import ComponentCase

from ..components import MODELS
from ..debug import check_debug


@section("mlp1")
@few_cases
@given(case=MODELS["mlp1"].cases())
def test_debug(student: Student, case: ComponentCase) -> None:
    """What MLP1(debug=True) keeps of its intermediate values is right."""
    check_debug(student, "mlp1", case)
