"""Question 4: learning curves of AutogradNeuralNetwork, drawn by hw1_learning_curves.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graders.checking import CheckFailed, Student, budget, section

from .. import training
from ..networks import AUTOGRAD

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("curves_autograd")
@budget(cpu_seconds=120)
def test_curves(student: Student, submission: Path, data: ImageData) -> None:
    """hw1_learning_curves.py draws AutogradNeuralNetwork's training and test accuracy against sizes, for two shapes."""
    training.check_curves(training.run_curves(student, submission, "torch.autograd", training.curve_part(data)))
    training.check_which_data(student, submission, "torch.autograd", data)


@section("curves_autograd")
@budget(cpu_seconds=60)
def test_trains_it(student: Student, data: ImageData) -> None:
    """-i torch.autograd trains AutogradNeuralNetwork, and nothing else."""
    found = training.networks_trained(student, "torch.autograd", training.curve_part(data))
    if found != {AUTOGRAD}:
        raise CheckFailed(
            f"-i torch.autograd trains {' and '.join(sorted(found)) or 'none of the networks'}, not {AUTOGRAD}"
        )


@section("curves_autograd")
@budget(cpu_seconds=180)
def test_stops_early(student: Student, data: ImageData) -> None:
    """Training stops early where another epoch is of no use."""
    training.check_stops_early(student, "torch.autograd", training.curve_part(data))


@section("curves_autograd")
@budget(cpu_seconds=120)
def test_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on where each epoch helps."""
    training.check_does_not_stop_at_once(student, "torch.autograd", training.curve_part(data))


@section("curves_autograd")
@budget(cpu_seconds=120)
def test_labels(student: Student, submission: Path, data: ImageData) -> None:
    """Every figure has labels of its axes, and a legend."""
    training.check_labelled(training.run_curves(student, submission, "torch.autograd", training.curve_part(data)))
