"""Question 5.4: learning curves of BasicNeuralNetwork, drawn by hw1_learning_curves.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graders.checking import CheckFailed, Student, budget, section

from ...dpl import training
from ...dpl.networks import BASIC

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("curves_basic")
@budget(cpu_seconds=120)
def test_curves(student: Student, submission: Path, data: ImageData) -> None:
    """hw1_learning_curves.py draws BasicNeuralNetwork's training and test accuracy against sizes, for two shapes."""
    training.check_curves(training.run_curves(student, submission, "my", training.curve_part(data)))
    training.check_which_data(student, submission, "my", data)


@section("curves_basic")
@budget(cpu_seconds=60)
def test_trains_it(student: Student, data: ImageData) -> None:
    """-i my trains BasicNeuralNetwork, and nothing else."""
    found = training.networks_trained(student, "my", training.curve_part(data))
    if found != {BASIC}:
        raise CheckFailed(f"-i my trains {' and '.join(sorted(found)) or 'none of the networks'}, not {BASIC}")


@section("curves_basic")
@budget(cpu_seconds=180)
def test_stops_early(student: Student, data: ImageData) -> None:
    """Training stops early where another epoch is of no use."""
    training.check_stops_early(student, "my", training.curve_part(data))


@section("curves_basic")
@budget(cpu_seconds=120)
def test_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on where each epoch helps."""
    training.check_does_not_stop_at_once(student, "my", training.curve_part(data))


@section("curves_basic")
@budget(cpu_seconds=120)
def test_labels(student: Student, submission: Path, data: ImageData) -> None:
    """Every figure has labels of its axes, and a legend."""
    training.check_labelled(training.run_curves(student, submission, "my", training.curve_part(data)))
