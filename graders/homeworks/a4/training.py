"""Runs of the submission's training file, held against what its handout says of it.

The data are a part of those that the run was given, so that marking takes seconds.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking import CheckFailed, Figure, ScriptRun, Student, StudentTimeout, run_script

if TYPE_CHECKING:
    from graders.checking import ImageData

NAMES = ("fashion_mnist.py", "fmnist.py")
SCRIPT = "gradmark_train_models.py"
SOURCE = Path(__file__).parent / "in_worker" / "train_models.py"
MODULE = "gradmark_training"
N_TRAIN, N_TEST = 1400, 500
"""1400 images also where there are 1437 digits: starter code splits them 80 to 20 and takes no remainder."""
N_TRAIN_SCRIPT, N_TEST_SCRIPT = 80, 40
EPOCHS, RATE, BATCH = 5, 0.02, 8
BARS = {True: 0.6, False: 0.6}
"""The accuracy to reach on unseen images after these epochs: on real Fashion-MNIST (True), on the digits (False)."""
BEHIND = 0.15
"""How far the custom network's accuracy may stay behind PyTorch's."""
HINT = "The networks train with batches of 8 and a learning rate of 0.02."

Found = dict[str, Any]


@dataclass(frozen=True)
class Training:
    """What came of training the custom network, and PyTorch's if it was asked for."""

    custom: Found
    pytorch: Found | None


def training_file(submission: Path) -> str:
    """The name of the training file; CheckFailed where there is none."""
    for name in NAMES:
        if (submission / name).is_file():
            return name
    raise CheckFailed(f"there is no {NAMES[0]}", "Files may not be renamed.")


def files(data: ImageData, n_train: int, n_test: int) -> dict[str, bytes]:
    """The first examples of the data as IDX files in `data`, and where torchvision would have put them."""
    found = {
        "train-images-idx3-ubyte": _idx(data.train_images[:n_train]),
        "train-labels-idx1-ubyte": _idx(data.train_labels[:n_train]),
        "t10k-images-idx3-ubyte": _idx(data.test_images[:n_test]),
        "t10k-labels-idx1-ubyte": _idx(data.test_labels[:n_test]),
    }
    return {f"data/{place}{name}": content for place in ("", "FashionMNIST/raw/") for name, content in found.items()}


def _idx(array: np.ndarray) -> bytes:
    return struct.pack(f">{1 + array.ndim}I", 2048 + array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def train(student: Student, submission: Path, data: ImageData, *, both: bool = False) -> Training:
    """The networks after a few epochs on a part of the data; CheckFailed where that doesn't end well."""
    file = training_file(submission)
    put = {**files(data, N_TRAIN, N_TEST), SCRIPT: SOURCE.read_bytes()}
    arguments = ("train", file, str(EPOCHS), str(RATE), str(BATCH), "both" if both else "custom")
    run = run_script(student, SCRIPT, *arguments, files=put)
    if run.error or run.exit:
        raise CheckFailed(f"{file}: training ended with {run.error or f'exit status {run.exit}'}", HINT)
    found = student(MODULE)
    custom, pytorch = student.read(found.custom, found.pytorch)
    return Training(_understood(custom), _understood(pytorch) if both else None)


def _understood(found: Any) -> Found:
    if not isinstance(found, dict):
        raise CheckFailed("what came of training can't be read")
    for part in ("before", "train", "val", "test"):
        values, labels = found.get(part), found.get(f"{part}_labels")
        if not isinstance(values, np.ndarray) or not isinstance(labels, np.ndarray) or values.ndim != 2:
            raise CheckFailed(f"what the network gives for the {part} images isn't a matrix, one row for each image")
        if len(values) != len(labels) or len(values) == 0:
            raise CheckFailed(f"the network gives {len(values)} rows for {len(labels)} images")
    return found


def accuracy(found: Found, part: str) -> float:
    """The share of a part's examples that the network's own outputs get right."""
    values = np.where(np.isfinite(found[part]), found[part], -np.inf)
    return float((values.argmax(axis=1) == found[f"{part}_labels"]).mean())


def loss(found: Found, part: str) -> float:
    """The cross-entropy of the network's probabilities."""
    labels = found[f"{part}_labels"].astype(int)
    chosen = found[part][np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chosen, 1e-12, None)).mean())


def check_labels(found: Found, data: ImageData) -> None:
    """CheckFailed unless the test loader goes through the test data."""
    wanted = np.bincount(data.test_labels[:N_TEST], minlength=10)
    if not np.array_equal(np.bincount(found["test_labels"].astype(int), minlength=10), wanted):
        raise CheckFailed("the test data that the networks see aren't those in the folder data")


def check_learns(found: Found, what: str, data: ImageData, part: str) -> None:
    """CheckFailed unless the loss falls and the accuracy on unseen images reaches the bar."""
    earlier, later = loss(found, "before"), loss(found, "train")
    if what == "custom" and not later < earlier:
        raise CheckFailed(f"the {what} network's loss goes from {earlier:.4g} to {later:.4g}, but should fall", HINT)
    bar, reached = BARS[data.is_real], accuracy(found, part)
    if not found.get("has_rate"):
        return  # its own learning rate decides how far it comes
    if reached < bar:
        words = f"the {what} network's {part} accuracy is {reached:.3f} after {EPOCHS} epochs"
        raise CheckFailed(f"{words}, but should reach {bar:g} on {data.name}", HINT)


def check_returned(found: Found, what: str, returned: float, part: str) -> None:
    """CheckFailed where an accuracy that was returned isn't that of the network's outputs; per cent are accepted."""
    reached = accuracy(found, part)
    slack = 0.02 + 1.5 / len(found[part])
    if not min(abs(returned - reached), abs(returned / 100 - reached)) <= slack:
        words = f"{what} network: the {part} accuracy is given as {returned:.4g}"
        raise CheckFailed(f"{words}, but its outputs are right for {reached:.4f} of the images")


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
