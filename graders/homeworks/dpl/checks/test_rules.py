"""What is not allowed: modules of torch.nn in AutogradNeuralNetwork."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given

from graders.checking import Student, few_cases, forbidden, section

from .. import networks, source
from ..cases import DEEP_SHAPES, NetworkCase, network_cases
from ..networks import AUTOGRAD, RATES

LAYERS = ("torch.nn.Linear", "torch.nn.Sequential", "torch.nn.ReLU", "torch.nn.Softmax", "torch.nn.CrossEntropyLoss")


@section("autograd")
def test_no_modules_in_source(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """networks.py uses nothing of torch.nn (but Parameter)."""
    source.check_no_modules(submission)


@section("autograd")
@few_cases
@given(case=network_cases(DEEP_SHAPES))
def test_no_modules_at_run_time(student: Student, case: NetworkCase) -> None:
    """AutogradNeuralNetwork trains without torch.nn.Linear, Sequential and the like."""
    forbidden(student, *LAYERS)
    networks.check_step(student, AUTOGRAD, case, RATES[:1])
