"""What is not allowed: autograd in BasicNeuralNetwork."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given

from graders.checking import Student, few_cases, forbidden, section

from ...dpl import networks, source
from ...dpl.cases import DEEP_SHAPES, NetworkCase, network_cases
from ...dpl.networks import BASIC, RATES


@section("basic")
def test_no_autograd_in_source(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """networks.py uses autograd nowhere but in AutogradNeuralNetwork."""
    source.check_no_autograd(submission)


@section("basic")
@few_cases
@given(case=network_cases(DEEP_SHAPES))
def test_no_autograd_at_run_time(student: Student, case: NetworkCase) -> None:
    """BasicNeuralNetwork trains without backward() and torch.autograd.grad."""
    forbidden(student, *source.GRADIENTS)
    networks.check_step(student, BASIC, case, RATES[:1])
