"""Runs of hw1_training.py, always the original one that the pack has, with BasicNeuralNetwork."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.checking import Folders, Student, budget, section

from ...dpl import training
from ...dpl.networks import BASIC, MODULE

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("basic")
@budget(cpu_seconds=40)
def test_command_line(student: Student, data: ImageData, pack: Folders) -> None:
    """The original hw1_training.py runs with BasicNeuralNetwork (-i my)."""
    files = training.part(data, training.FEW_TRAIN, training.FEW_TEST)
    training.run_trainer(student, "my", files, training.original(pack), training.FEW_EPOCHS)


@section("trained_basic")
@budget(cpu_seconds=40)
def test_learns(student: Student, data: ImageData, pack: Folders) -> None:
    """With BasicNeuralNetwork the loss falls and both accuracies rise, in loss.png and accuracy.png."""
    training.check_trained(student, "my", data, training.original(pack))


@section("trained_basic")
@budget(cpu_seconds=40)
def test_recomputed(student: Student, data: ImageData, pack: Folders) -> None:
    """The losses and accuracies of a short run are those that gradient descent gives."""
    training.check_recomputed(student, BASIC, "my", data, training.original(pack), MODULE)
