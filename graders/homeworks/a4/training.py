"""Runs of the submission's training file, held against what its handout says about it.

The data are a part of those that the run was given, so that marking takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graders.checking import (
    CheckFailed,
    Figure,
    Remote,
    ScriptRun,
    Student,
    StudentTimeout,
    Value,
    array_of,
    list_of,
    number_of,
    record_of,
    run_and_read,
    run_script,
)

from . import held_out

if TYPE_CHECKING:
    from graders.checking import ImageData

    from .held_out import HeldOut

NAMES = ("fashion_mnist.py", "fmnist.py")
SCRIPT = "gradmark_train_models.py"
SOURCE = Path(__file__).parent / "in_worker" / "train_models.py"
MODULE = "gradmark_training"
N_TRAIN = 1400
"""1400 images also where there are 1437 digits: starter code splits them 80 to 20 and takes no remainder."""
N_TRAIN_SCRIPT, N_TEST_SCRIPT = 80, 40
EPOCHS, RATE, BATCH = 5, 0.02, 8
BARS = {True: 0.6, False: 0.6}
"""The accuracy to reach on unseen images after these epochs: on real Fashion-MNIST (True), on the digits (False)."""
LEARNED = 0.2
"""Twice what guessing gives: a network that hasn't learned anything doesn't reach it."""
BEHIND = 0.15
"""How far the custom network's accuracy may stay behind PyTorch's."""
HINT = "The networks train with batches of 8 and a learning rate of 0.02."

CUSTOM, PYTORCH = "custom", "pytorch"
"""The submission's two networks. Each is trained once, for all checks that look at it."""


@dataclass(frozen=True)
class Part:
    """What a network gives for the images of one loader, (N, classes), and their labels, (N,)."""

    values: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Trained:
    """The outcome of training a network: for the validation and test data, for new images, and what was returned."""

    parts: Mapping[str, Part]
    held_out: HeldOut
    val_accuracy: float | None
    test_accuracy: float
    has_rate: bool


def training_file(submission: Path) -> str:
    """The name of the training file; CheckFailed where there is none."""
    for name in NAMES:
        if (submission / name).is_file():
            return name
    raise CheckFailed(f"there is no {NAMES[0]}", "Files may not be renamed.")


def files(data: ImageData, n_train: int, n_test: int) -> dict[str, bytes]:
    """The first examples of the data as IDX files in `data`, and where torchvision would have put them."""
    return {
        f"data/{place}{name}": content
        for place in ("", "FashionMNIST/raw/")
        for name, content in data.first(n_train, n_test).items()
    }


def train(student: Student, submission: Path, data: ImageData, network: str = CUSTOM) -> Trained:
    """A network after a few epochs on a part of the data; CheckFailed where that doesn't end well."""
    file = training_file(submission)
    put = {**files(data, N_TRAIN, held_out.split(data)[0]), SCRIPT: SOURCE.read_bytes()}
    arguments = ("train", file, str(EPOCHS), str(RATE), str(BATCH), network)

    def left() -> list[Remote]:
        module = student(MODULE)
        return [module.found, module.asked(held_out.images(data))]

    run, found = run_and_read(student, SCRIPT, *arguments, files=put, left=left)
    if run.error or run.exit:
        raise CheckFailed(f"{file}: training ended with {run.error or f'exit status {run.exit}'}", HINT)
    told, answers = found
    return _understood(record_of(told, "what came of training"), held_out.understood(answers, data))


def _understood(found: Mapping[str, Value], new: HeldOut) -> Trained:
    returned = list_of(found.get("returned"), "what train() returned in each epoch")
    last = list_of(returned[-1], "what train() returned") if returned else []
    return Trained(
        parts={part: _part(found, part) for part in ("val", "test")},
        held_out=new,
        val_accuracy=number_of(last[1], "the accuracy that train() returned") if len(last) == 2 else None,
        test_accuracy=number_of(found.get("test_accuracy"), "what test() returned"),
        has_rate=found.get("has_rate") is True,
    )


def _part(found: Mapping[str, Value], part: str) -> Part:
    values = array_of(found.get(part), f"what the network gives for the {part} images")
    labels = array_of(found.get(f"{part}_labels"), f"the labels of the {part} images")
    if values.ndim != 2:
        raise CheckFailed(f"what the network gives for the {part} images isn't a matrix, one row for each image")
    if labels.shape != (len(values),) or values.size == 0:
        raise CheckFailed(f"the network gives {len(values)} rows for {labels.size} images")
    if not np.isin(labels, np.arange(values.shape[1])).all():
        raise CheckFailed(f"of the {part} images, some have labels that none of {values.shape[1]} columns is for")
    return Part(values.astype(np.float64), labels.astype(np.int64))


def accuracy(part: Part) -> float:
    """The share of a part's examples that the network's own outputs get right."""
    values = np.where(np.isfinite(part.values), part.values, -np.inf)
    return float((values.argmax(axis=1) == part.labels).mean())


def check_labels(found: Trained, data: ImageData) -> None:
    """CheckFailed unless the test loader goes through the test data."""
    wanted = np.bincount(data.test_labels[: held_out.split(data)[0]], minlength=10)
    if not np.array_equal(np.bincount(found.parts["test"].labels, minlength=10), wanted):
        raise CheckFailed("the test data that the networks see aren't those in the folder data")


def check_learns(found: Trained, data: ImageData) -> None:
    """CheckFailed unless training brings the custom network's loss on new images down, and its accuracy to the bar."""
    earlier, later = found.held_out.losses
    bar, reached = _bar(found, data), found.held_out.accuracy
    if not (later < earlier or reached >= BARS[data.is_real]):
        raise CheckFailed(
            f"the custom network's loss on new images is {later:.4g} after training and {earlier:.4g} without, "
            "but it should fall",
            HINT,
        )
    if reached < bar:
        raise CheckFailed(
            f"the custom network's accuracy on new images is {reached:.3f} after {EPOCHS} epochs, "
            f"but should reach {bar:g} on {data.name}",
            HINT,
        )


def check_alike(custom: Trained, pytorch: Trained) -> None:
    """CheckFailed where the custom network stays behind PyTorch's on new images, or that one has learned nothing."""
    ours, theirs = custom.held_out.accuracy, pytorch.held_out.accuracy
    if theirs < LEARNED:
        raise CheckFailed(f"PyTorch's network has learned nothing: its accuracy on new images is {theirs:.3f}", HINT)
    if ours < theirs - BEHIND:
        raise CheckFailed(f"on new images the custom network's accuracy is {ours:.3f}, PyTorch's is {theirs:.3f}", HINT)


def _bar(found: Trained, data: ImageData) -> float:
    """Where a learning rate can't be given to train, its own decides how far the network comes."""
    return BARS[data.is_real] if found.has_rate else LEARNED


def check_returned(found: Trained, returned: float, part: str) -> None:
    """CheckFailed where an accuracy that was returned isn't that of the network's outputs; per cent are accepted.

    Those are outputs for images that the submission has the labels of: on new ones the network has to be about as good.
    """
    what, reached, count = CUSTOM, accuracy(found.parts[part]), len(found.parts[part].labels)
    slack = 0.02 + 1.5 / count
    if not min(abs(returned - reached), abs(returned / 100 - reached)) <= slack:
        words = f"{what} network: the {part} accuracy is given as {returned:.4g}"
        raise CheckFailed(f"{words}, but its outputs are right for {reached:.4f} of the images")
    new = found.held_out.accuracy
    if reached - new > _by_chance(count, len(found.held_out.labels)):
        raise CheckFailed(
            f"{what} network: its outputs are right for {reached:.4f} of the {part} images, "
            f"but for {new:.4f} of new ones"
        )


def _by_chance(*counts: int) -> float:
    """How far the accuracies on sets of these sizes may differ: five standard deviations where they differ most."""
    return 5 * float(np.sqrt(sum(0.25 / count for count in counts)))


def run_main(student: Student, submission: Path, data: ImageData) -> ScriptRun | None:
    """`python fashion_mnist.py` on a small part of the data; None with a warning where it can't be told."""
    file = training_file(submission)
    put = {**files(data, N_TRAIN_SCRIPT, N_TEST_SCRIPT), SCRIPT: SOURCE.read_bytes()}
    try:
        run = run_script(student, SCRIPT, "main", file, files=put)
    except StudentTimeout:
        student.warn(f"`python {file}` takes longer than this check may; its figures are left to the report")
        return None
    if "ModuleNotFoundError" in run.error:
        student.warn(f"`python {file}` can't be run here ({run.error}); its figures are left to the report")
        return None
    if run.error:
        raise CheckFailed(f"`python {file}` ended with {run.error}")
    if run.exit:
        student.warn(f"`python {file}` ended with exit status {run.exit}; its figures are left to the report")
        return None
    return run


def check_labelled(figures: list[Figure]) -> None:
    """CheckFailed where a figure with curves lacks a title or the labels of its axes."""
    for figure in figures:
        name = figure.file or "a figure that is shown"
        for axes in figure.axes:
            if not axes.lines:
                continue
            missing = [what for what in ("xlabel", "ylabel") if not getattr(axes, what).strip()]
            if not axes.title.strip() and not figure.title.strip():
                missing.insert(0, "title")
            if missing:
                raise CheckFailed(f"{name} has no {', no '.join(missing)}", "The handout asks for them in all figures.")


def advise_six_figures(student: Student, run: ScriptRun) -> None:
    """A warning unless there are six plots, each with two curves of as many points and a legend."""
    plots = [axes for figure in run.figures for axes in figure.axes if axes.lines]
    if len(plots) < 6:
        student.warn(f"{len(plots)} plots were made; the report needs 6: loss and accuracy for three learning rates")
    for axes in plots:
        curves = [line for line in axes.lines if len(line.y) > 1]
        if len(curves) < 2 or len({len(line.y) for line in curves}) != 1:
            student.warn(f"{axes.title!r} hasn't two curves of the same length, PyTorch's and the custom network's")
        elif len(axes.legend) < 2:
            student.warn(f"{axes.title!r} has no legend that tells its curves apart")
