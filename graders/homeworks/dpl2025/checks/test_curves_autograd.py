"""Question 4: learning curves of AutogradNeuralNetwork, drawn by hw1_learning_curves.py."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given

from graders.checks import budget, few_cases, section
from graders.expect import CheckFailed, expect
from graders.student import Student

from ...dpl import training
from ...dpl.cases import NetworkCase, network_cases
from ...dpl.networks import AUTOGRAD

if TYPE_CHECKING:
    from graders.data import ImageData


@section("curves_autograd")
@budget(cpu_seconds=60)
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
@budget(cpu_seconds=60)
def test_stops_early(student: Student, data: ImageData) -> None:
    """Training stops early where another epoch is of no use."""
    training.check_stops_early(student, "torch.autograd", training.curve_part(data))


@section("curves_autograd")
@budget(cpu_seconds=60)
def test_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on where each epoch helps."""
    training.check_does_not_stop_at_once(student, "torch.autograd", training.curve_part(data))


@section("curves_autograd")
@budget(cpu_seconds=60)
def test_labels(student: Student, submission: Path, data: ImageData) -> None:
    """Every figure has labels of its axes, and a legend."""
    run = training.run_curves(student, submission, "torch.autograd", training.curve_part(data), epochs=2)
    training.check_labelled(run)


@section("curves_autograd")
@budget(cpu_seconds=60)
def test_shapes_named(student: Student, submission: Path, data: ImageData) -> None:
    """Each shape is named where its learning curves are drawn."""
    training.check_shapes_named(
        training.run_curves(student, submission, "torch.autograd", training.curve_part(data), epochs=2)
    )


@section("curves_autograd")
@few_cases
@given(case=network_cases())
def test_one_hot(student: Student, case: NetworkCase) -> None:
    """one_hot(y, n_classes) has a row for each label, with a 1 in its column, also where classes are missing."""
    found = student("hw1_learning_curves").one_hot(student.tensor(case.y), case.shape[-1])
    expect(found).to_equal(case.Y_rows)
