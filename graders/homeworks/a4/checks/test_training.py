"""Question 3: the two networks trained; what the report says about them is marked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graders.checking import Student, budget, check_no_new_files, section

from .. import rules, training

if TYPE_CHECKING:
    from graders.checking import ImageData


@section("validation")
@budget(cpu_seconds=60)
def test_learns(student: Student, submission: Path, data: ImageData) -> None:
    """The custom network's train() brings its loss down, and its accuracy on images it never saw up to the bar."""
    training.check_learns(training.train(student, submission, data), data)


@section("validation")
@budget(cpu_seconds=60)
def test_like_pytorch(student: Student, submission: Path, data: ImageData) -> None:
    """Trained alike, the custom network's accuracy on images it never saw comes near to PyTorch's."""
    networks = (training.CUSTOM, training.PYTORCH)
    custom, pytorch = (training.train(student, submission, data, network) for network in networks)
    training.check_alike(custom, pytorch)


@section("validation")
@budget(cpu_seconds=60)
def test_accuracy(student: Student, submission: Path, data: ImageData) -> None:
    """The validation accuracy that train() returns is that of the network's own predictions."""
    found = training.train(student, submission, data)
    if found.val_accuracy is not None:
        training.check_returned(found, found.val_accuracy, "val")
    else:
        student.warn("the custom network's train() doesn't return a loss and an accuracy")


@section("validation")
@budget(cpu_seconds=90)
def test_figures(student: Student, submission: Path, data: ImageData) -> None:
    """`python fashion_mnist.py` runs, and whatever it plots has a title and labels on both axes."""
    run = training.run_main(student, submission, data)
    if run is None:
        return
    if not run.figures:
        student.warn("no figure was saved or shown: those of the report are marked by hand")
    training.check_labelled(run.figures)
    if run.figures:
        training.advise_six_figures(student, run)


@section("validation")
def test_new_files(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """There are no Python files but those that were handed out."""
    check_no_new_files(submission, rules.GIVEN)


@section("performance")
@budget(cpu_seconds=60)
def test_test_accuracy(student: Student, submission: Path, data: ImageData) -> None:
    """test() gives the accuracy on the test images, as the network's own predictions have it."""
    found = training.train(student, submission, data)
    training.check_labels(found, data)
    training.check_returned(found, found.test_accuracy, "test")


@section("performance")
@budget(cpu_seconds=60)
def test_bar(student: Student, submission: Path, data: ImageData) -> None:
    """The custom network's test accuracy reaches the bar."""
    found = training.train(student, submission, data)
    training.check_labels(found, data)
    training.check_learns(found, data)
