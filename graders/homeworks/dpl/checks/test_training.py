"""Runs of hw1_training.py, always the original one that the pack has, with the example and AutogradNeuralNetwork."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graders.checking import Folders, Student, budget, check_unchanged, section

from .. import training
from ..networks import AUTOGRAD, MODULE

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("example")
@budget(cpu_seconds=40)
def test_trains(student: Student, data: ImageData, pack: Folders) -> None:
    """hw1_training.py runs with TorchNeuralNetwork (-i torch.nn) and leaves loss.png and accuracy.png."""
    training.check_trained(student, "torch.nn", data, training.original(pack))


@section("autograd")
@budget(cpu_seconds=40)
def test_trains_autograd(student: Student, data: ImageData, pack: Folders) -> None:
    """hw1_training.py runs with AutogradNeuralNetwork (-i torch.autograd): the loss falls, the accuracies rise."""
    training.check_trained(student, "torch.autograd", data, training.original(pack))


@section("autograd")
@budget(cpu_seconds=40)
def test_curves_recomputed(student: Student, data: ImageData, pack: Folders) -> None:
    """The losses and accuracies of a short run are those that gradient descent gives."""
    training.check_recomputed(student, AUTOGRAD, "torch.autograd", data, training.original(pack), MODULE)


@section("autograd")
def test_trainer_untouched(student: Student, submission: Path, pack: Folders) -> None:  # noqa: ARG001 - has a student
    """hw1_training.py is as it was handed out."""
    check_unchanged(submission, training.TRAINER, training.original(pack), "The original is used in its place.")
