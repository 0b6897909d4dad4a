"""Learning curves, questions 4 and 5.4: hw1_learning_curves.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.checks import budget, section
from graders.expect import CheckFailed
from graders.homeworks.dpl import training
from graders.homeworks.dpl.networks import AUTOGRAD, BASIC
from graders.student import Student

if TYPE_CHECKING:
    from graders.data import ImageData

EPOCHS = 20
RATE = 1e-4


def part(data: ImageData) -> training.Files:
    """Three sizes of training sets."""
    return training.part(data, training.LARGEST, training.N_TEST)


@section("curves")
@budget(cpu_seconds=60)
def test_curves(student: Student, data: ImageData) -> None:
    """hw1_learning_curves.py draws AutogradNeuralNetwork's training and test accuracy against sizes, for two shapes."""
    training.check_curves(training.run_curves(student, "torch.autograd", part(data), EPOCHS, RATE))


@section("curves")
@budget(cpu_seconds=60)
def test_trains_it(student: Student, data: ImageData) -> None:
    """-i torch.autograd trains AutogradNeuralNetwork, and nothing else."""
    found = training.networks_trained(student, "torch.autograd", part(data))
    if found != {AUTOGRAD}:
        raise CheckFailed(
            f"-i torch.autograd trains {' and '.join(sorted(found)) or 'none of the networks'}, not {AUTOGRAD}"
        )


@section("curves")
@budget(cpu_seconds=60)
def test_stops_early(student: Student, data: ImageData) -> None:
    """Training stops early where another epoch is of no use."""
    training.check_stops_early(student, "torch.autograd", part(data))


@section("curves")
@budget(cpu_seconds=60)
def test_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on where each epoch helps."""
    training.check_does_not_stop_at_once(student, "torch.autograd", part(data))


@section("curves")
@budget(cpu_seconds=60)
def test_labels(student: Student, data: ImageData) -> None:
    """Every figure has a title, labels of its axes, and a legend."""
    training.check_labelled(training.run_curves(student, "torch.autograd", part(data), 2, RATE))


@section("basic_curves")
@budget(cpu_seconds=60)
def test_basic_curves(student: Student, data: ImageData) -> None:
    """hw1_learning_curves.py draws BasicNeuralNetwork's training and test accuracy against sizes, for two shapes."""
    training.check_curves(training.run_curves(student, "my", part(data), EPOCHS, RATE))


@section("basic_curves")
@budget(cpu_seconds=60)
def test_basic_trains_it(student: Student, data: ImageData) -> None:
    """-i my trains BasicNeuralNetwork, and nothing else."""
    found = training.networks_trained(student, "my", part(data))
    if found != {BASIC}:
        raise CheckFailed(f"-i my trains {' and '.join(sorted(found)) or 'none of the networks'}, not {BASIC}")


@section("basic_curves")
@budget(cpu_seconds=60)
def test_basic_stops_early(student: Student, data: ImageData) -> None:
    """Training stops early where another epoch is of no use."""
    training.check_stops_early(student, "my", part(data))


@section("basic_curves")
@budget(cpu_seconds=60)
def test_basic_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on where each epoch helps."""
    training.check_does_not_stop_at_once(student, "my", part(data))


@section("basic_curves")
@budget(cpu_seconds=60)
def test_basic_labels(student: Student, data: ImageData) -> None:
    """Every figure has a title, labels of its axes, and a legend."""
    training.check_labelled(training.run_curves(student, "my", part(data), 2, RATE))
