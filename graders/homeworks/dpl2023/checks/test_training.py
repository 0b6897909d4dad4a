"""Runs of hw1_training.py, always the original one, with each of the networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graders.checks import budget, section
from graders.rules import check_unchanged
from graders.student import Student

from ...dpl import training
from ...dpl.networks import AUTOGRAD, BASIC, MODULE
from ..original import TRAINER

if TYPE_CHECKING:
    from graders.data import ImageData


def trained(student: Student, data: ImageData, implementation: str) -> None:
    """The original trainer runs as the handout prints it, and the network learns."""
    files = training.part(data, training.N_TRAIN, training.N_TEST)
    training.check_it_learns(training.run_trainer(student, implementation, files, TRAINER.content))


@section("example")
@budget(cpu_seconds=40)
def test_trains(student: Student, data: ImageData) -> None:
    """hw1_training.py runs with TorchNeuralNetwork (-i torch.nn) and leaves loss.png and accuracy.png."""
    trained(student, data, "torch.nn")


@section("autograd")
@budget(cpu_seconds=40)
def test_trains_autograd(student: Student, data: ImageData) -> None:
    """hw1_training.py runs with AutogradNeuralNetwork (-i torch.autograd): the loss falls, the accuracies rise."""
    trained(student, data, "torch.autograd")


@section("autograd")
@budget(cpu_seconds=40)
def test_curves_recomputed(student: Student, data: ImageData) -> None:
    """The losses and accuracies of a short run are those that gradient descent gives."""
    training.check_recomputed(student, AUTOGRAD, "torch.autograd", data, TRAINER.content, MODULE)


@section("autograd")
def test_trainer_untouched(submission: Path, student: Student) -> None:  # noqa: ARG001 - a check has a student
    """hw1_training.py is as it was handed out."""
    check_unchanged(submission, training.TRAINER, TRAINER.content, "The original is used in its place.")


@section("basic")
@budget(cpu_seconds=40)
def test_command_line(student: Student, data: ImageData) -> None:
    """The original hw1_training.py runs with BasicNeuralNetwork (-i my)."""
    files = training.part(data, training.FEW_TRAIN, training.FEW_TEST)
    training.run_trainer(student, "my", files, TRAINER.content, training.FEW_EPOCHS)


@section("trained_basic")
@budget(cpu_seconds=40)
def test_learns(student: Student, data: ImageData) -> None:
    """With BasicNeuralNetwork the loss falls and both accuracies rise, in loss.png and accuracy.png."""
    trained(student, data, "my")


@section("trained_basic")
@budget(cpu_seconds=40)
def test_recomputed(student: Student, data: ImageData) -> None:
    """The losses and accuracies of a short run are those that gradient descent gives."""
    training.check_recomputed(student, BASIC, "my", data, TRAINER.content, MODULE)
