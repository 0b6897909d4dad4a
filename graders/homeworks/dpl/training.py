"""Runs of the homeworks' scripts: training with the original trainer, learning curves, and what their figures show.

The data are a part of those that the run was given, so that marking takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from graders.checking import (
    Axes,
    CheckFailed,
    Expected,
    Figure,
    Folders,
    Line,
    Remote,
    ScriptRun,
    Student,
    compare,
    content_of,
    read_arrays,
    reads_files,
    run_script,
)
from graders.coursework.idx import encode as idx

from . import oracle
from .cases import one_hot

if TYPE_CHECKING:
    from graders.checking import ImageData

TRAINER = "hw1_training.py"
SHAPE = (784, 300, 100, 10)
SEED = 0
"""What the original trainer seeds all random numbers with, just before it makes the network."""
N_TRAIN, N_TEST = 600, 200
EPOCHS = 15
FEW_TRAIN, FEW_TEST, FEW_EPOCHS, FEW_RATE = 120, 60, 3, 1e-3
DIMMED = 16
"""Pixels are divided by this where curves are recomputed: large ones saturate the softmax, where formulas that are
all right differ in what they round to 0."""
BETTER_THAN_CHANCE = 2.0
"""How many times the accuracy of guessing training must reach after these few epochs."""

Files = dict[str, bytes]


def part(data: ImageData, n_train: int, n_test: int, dimmed: int = 1) -> Files:
    """The first examples of the data as the files of a folder `data`, with pixels divided by `dimmed`."""
    return {f"data/{name}": content for name, content in data.first(n_train, n_test, dimmed).items()}


def original(pack: Folders) -> bytes:
    """The trainer as a homework's pack has it, which takes the place of the submission's in every run."""
    return pack.path(f"original/{TRAINER}.txt").read_bytes()


def check_trained(student: Student, implementation: str, data: ImageData, trainer: bytes) -> None:
    """The original trainer runs as the handout prints it, and the network learns."""
    check_it_learns(run_trainer(student, implementation, part(data, N_TRAIN, N_TEST), trainer))


def run_trainer(
    student: Student, implementation: str, files: Files, original: bytes, epochs: int = EPOCHS, rate: float = 1e-4
) -> ScriptRun:
    """The handout's command line with the original trainer in place of the submission's; CheckFailed if it fails."""
    arguments = ("-e", str(epochs), "-l", f"{rate:g}", "-i", implementation, "-g", "-1", "-m", "-1", "-n", "-1")
    run = run_script(student, TRAINER, "./data", *arguments, files={**files, TRAINER: original})
    return succeeded(run, f"python {TRAINER} ./data {' '.join(arguments)}")


def succeeded(run: ScriptRun, command: str) -> ScriptRun:
    """The run; CheckFailed unless it ended well."""
    if run.error:
        raise CheckFailed(f"`{command}` ended with {run.error}")
    if run.exit:
        raise CheckFailed(f"`{command}` ended with exit status {run.exit}")
    return run


def figure(run: ScriptRun, name: str) -> Figure:
    """The figure that was saved under this name, in whatever folder; CheckFailed if there is none."""
    for found in run.figures:
        if found.file.rpartition("/")[2] == name and found.axes:
            return found
    saved = ", ".join(sorted({found.file for found in run.figures})) or "none"
    raise CheckFailed(f"no figure was saved as {name} (saved: {saved})")


def curve(run: ScriptRun, name: str, index: int = 0) -> np.ndarray:
    """A curve's values; CheckFailed if it isn't there."""
    lines = figure(run, name).axes[0].lines
    if len(lines) <= index:
        raise CheckFailed(f"{name} has {len(lines)} curves, but should have {index + 1}")
    return np.asarray(lines[index].y, dtype=np.float64)


def check_it_learns(run: ScriptRun, epochs: int = EPOCHS) -> None:
    """loss.png and accuracy.png are there; the loss falls, and both accuracies beat guessing."""
    losses = curve(run, "loss.png")
    train, test = curve(run, "accuracy.png", 0), curve(run, "accuracy.png", 1)
    for values, what in ((losses, "loss"), (train, "training accuracy"), (test, "test accuracy")):
        if len(values) != epochs:
            raise CheckFailed(f"the {what} has {len(values)} values, but should have one for each of {epochs} epochs")
        if not np.isfinite(values).all():
            raise CheckFailed(f"the {what} is {values[~np.isfinite(values)][0]} in one epoch")
    if not losses[-1] < losses[0]:
        raise CheckFailed(f"the loss goes from {losses[0]:.4g} to {losses[-1]:.4g} in {epochs} epochs, it should fall")
    bar = BETTER_THAN_CHANCE / SHAPE[-1]
    for values, what in ((train, "training"), (test, "test")):
        if not values.max() >= bar:
            raise CheckFailed(f"the {what} accuracy is {values.max():.3f} at best, but should reach {bar:g}")


def check_recomputed(
    student: Student, name: str, implementation: str, data: ImageData, original: bytes, module: str
) -> None:
    """The curves of a short run are those that gradient descent from the network's first parameters gives."""
    first, again = (_parameters(student, name, module) for _ in range(2))
    files = part(data, FEW_TRAIN, FEW_TEST, DIMMED)
    run = run_trainer(student, implementation, files, original, FEW_EPOCHS, FEW_RATE)
    if any(not np.array_equal(a, b) for a, b in zip(first, again, strict=True)):
        student.warn("the network starts from other parameters each time, so its curves weren't recomputed")
        return
    layers = len(SHAPE) - 1
    wanted = _history(data, first[:layers], first[layers:])
    losses = curve(run, "loss.png")
    before, after = _joined(wanted.losses[:-1]), _joined(wanted.losses[1:])
    difference = compare(losses, before).difference
    if difference is not None and compare(losses, after).difference is not None:
        raise CheckFailed(f"the losses of {FEW_EPOCHS} epochs: {difference.summary}")
    accuracies = (wanted.train.value, FEW_TRAIN), (wanted.test.value, FEW_TEST)
    for index, (expected, count) in enumerate(accuracies):
        _check_accuracies(curve(run, "accuracy.png", index), expected, count)


def _check_accuracies(got: np.ndarray, expected: np.ndarray, count: int) -> None:
    """Equal but for one example, which may be on the border between two classes."""
    if len(got) != len(expected) or not (np.abs(got - expected) < 1.5 / count).all():
        raise CheckFailed(f"the accuracies are {_list(got)}, but should be {_list(expected)}")


def _list(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4f}" for value in values[:5])


def _parameters(student: Student, name: str, module: str) -> list[np.ndarray]:
    """Weights, then biases, of a network made like the trainer's."""
    student("torch").manual_seed(SEED)
    student("numpy.random").seed(SEED)
    student("random").seed(SEED)
    network: Remote = getattr(student(module), name)(SHAPE, -1)
    layers = range(len(SHAPE) - 1)
    remotes = [*(network.weights[i] for i in layers), *(network.biases[i] for i in layers)]
    shapes = [*zip(SHAPE[1:], SHAPE[:-1], strict=True), *((size, 1) for size in SHAPE[1:])]
    return read_arrays(student, *remotes, like=shapes)


def _history(data: ImageData, W: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> oracle.Answer:
    def rows(images: np.ndarray) -> np.ndarray:
        return (images // DIMMED).reshape(len(images), -1).T.astype(np.float32)

    train, test = data.train_labels[:FEW_TRAIN], data.test_labels[:FEW_TEST]
    return oracle.history(
        X=rows(data.train_images[:FEW_TRAIN]),
        Y=one_hot(train, SHAPE[-1]).T.copy(),
        X_test=rows(data.test_images[:FEW_TEST]),
        Y_test=one_hot(test, SHAPE[-1]).T.copy(),
        W=list(W),
        b=list(b),
        rates=[FEW_RATE] * FEW_EPOCHS,
    )


def _joined(values: Sequence[Expected]) -> Expected:
    return Expected(np.array([v.value for v in values]), lambda: np.array([v.noise for v in values]))


# --- learning curves ----------------------------------------------------------------------------------------------

CURVES = "hw1_learning_curves.py"
STEP = 250
LARGEST = 750
CURVE_SHAPES = ((784, 10), (784, 300, 100, 10))
CURVES_IN_ALL = 2 * len(CURVE_SHAPES)
MOST_COMMANDS = 4
NOTABLE = 0.1
"""A difference of accuracies that networks that learn nothing don't have."""
_COMMON_OPTION = re.compile(r"\s-(?:[enligm](?:\s+|=)?[^\s-]?[^\s]*|[vd])(?=\s|$)")
COUNTER = "gradmark_count_epochs.py"
COUNTED = "gradmark-epochs.png"
MOST_EPOCHS = 150
CURVE_EPOCHS = 12
COUNTING = """
import runpy, sys
from matplotlib.figure import Figure
from my_neural_networks import networks

counts = {}
kinds = [getattr(networks, name, None) for name in ("AutogradNeuralNetwork", "BasicNeuralNetwork")]
for kind in kinds:
    if kind is None:
        continue
    def counted(self, *positional, _before=kind.train_one_epoch, **named):
        held = counts.setdefault(id(self), [type(self).__name__, 0, self])
        held[1] += 1
        return _before(self, *positional, **named)
    kind.train_one_epoch = counted
sys.argv[0] = "hw1_learning_curves.py"
try:
    runpy.run_path("hw1_learning_curves.py", run_name="__main__")
finally:
    figure = Figure()
    axes = figure.add_subplot()
    for name, count, _ in counts.values():
        axes.plot([0], [count], label=name)
    figure.savefig("gradmark-epochs.png")
"""


def curve_part(data: ImageData) -> Files:
    """Examples for three sizes of training sets."""
    return part(data, LARGEST, N_TEST)


def run_curves(
    student: Student,
    submission: Path,
    implementation: str,
    files: Files,
    epochs: int = CURVE_EPOCHS,
    rate: float = 1e-4,
) -> ScriptRun:
    """The handout's command line of the learning curves; CheckFailed if it fails.

    Where that doesn't draw all of them, the options are added that the ReadMe's commands have besides.
    """
    arguments = _curve_arguments(implementation, epochs, rate, LARGEST)
    run = _run_curves(student, arguments, files)
    figures = [*run.figures]
    if len(learning_curves(run)) < CURVES_IN_ALL:
        for place, options in enumerate(readme_options(submission)):
            more = _run_curves(student, [*arguments, *options], files)
            figures += [msgspec.structs.replace(found, file=f"{place}/{found.file}") for found in more.figures]
    return msgspec.structs.replace(run, figures=figures)


def _run_curves(student: Student, arguments: Sequence[str], files: Files) -> ScriptRun:
    return succeeded(run_script(student, CURVES, *arguments, files=files), f"python {CURVES} {' '.join(arguments)}")


@reads_files
def readme_options(submission: Path) -> list[list[str]]:
    """What the ReadMe's commands for the learning curves have besides the handout's options, each once."""
    found: list[list[str]] = []
    for path in sorted(submission.iterdir()):
        if path.stem.lower() != "readme" or not path.is_file():
            continue
        for line in content_of(submission, path.name).decode("utf-8", "replace").splitlines():
            options = _COMMON_OPTION.sub(" ", line.partition(CURVES)[2].rstrip(" `\"'.,;")).split()
            given = options[1:] if options and not options[0].startswith("-") else options
            if given and given[0].startswith("-") and given not in found and len(found) < MOST_COMMANDS:
                found.append(given)
    return found


def _curve_arguments(implementation: str, epochs: int, rate: float, n: int) -> list[str]:
    return ["./data", "-e", str(epochs), "-n", str(n), "-l", f"{rate:g}", "-i", implementation, "-g", "-1"]


def last_figures(run: ScriptRun) -> list[Figure]:
    """The figures as they were saved last to each file, and all that were only shown."""
    return list({figure.file or str(place): figure for place, figure in enumerate(run.figures)}.values())


def learning_curves(run: ScriptRun) -> list[Line]:
    """The curves against training sizes in all figures: x is 250, 500, 750, …

    Of a file that is written several times the last figure counts, and a figure in two files counts once. All that are
    shown count: they have no file.
    """
    kept: list[list[Axes]] = []
    for found in last_figures(run):
        if found.axes not in kept:
            kept.append(found.axes)
    return [line for plots in kept for axes in plots for line in axes.lines if _against_sizes(line)]


def _against_sizes(line: Line) -> bool:
    sizes = np.asarray(line.x)
    return len(sizes) >= LARGEST // STEP and np.array_equal(sizes, STEP * np.arange(1, len(sizes) + 1))


def check_curves(run: ScriptRun) -> None:
    """Two curves, training and test, for each of the two shapes, of accuracies (or errors) of every size."""
    lines = learning_curves(run)
    if len(lines) < CURVES_IN_ALL:
        raise CheckFailed(
            f"{len(lines)} curves are drawn against sizes of {STEP}, {2 * STEP}, … {LARGEST}, but should be 4",
            "Training and test accuracy for (784, 10) and for (784, 300, 100, 10), against the number of examples.",
        )
    for line in lines:
        y = np.asarray(line.y, dtype=np.float64)
        if not (np.isfinite(y).all() and (y >= 0).all() and (y <= 100).all()):
            raise CheckFailed(f"the curve {line.label!r} has {y[:5]}, which are no accuracies")


def check_which_data(student: Student, submission: Path, implementation: str, data: ImageData) -> None:
    """CheckFailed where the curves called training and test aren't of training and test data.

    The run's test images are its training images with the next class's labels: a prediction that is right for one is
    wrong for the other, so that both accuracies of a network can't add up to more than 1.
    """
    images, labels = data.train_images[:LARGEST], data.train_labels[:LARGEST]
    files = curve_part(data) | {
        "data/t10k-images-idx3-ubyte": idx(images),
        "data/t10k-labels-idx1-ubyte": idx((labels.astype(np.int64) + 1) % SHAPE[-1]),
    }
    run = run_curves(student, submission, implementation, files)
    for axes in {id(axes): axes for figure in run.figures for axes in figure.axes}.values():
        for of_training, of_test in _pairs(axes):
            whole = 100 if max(*of_training.y, *of_test.y) > 1 else 1
            train, test = (np.asarray(line.y) / whole for line in (of_training, of_test))
            names = f"the curves {of_training.label!r} and {of_test.label!r}"
            if np.array_equal(train, test):
                raise CheckFailed(f"{names} are the same where test labels are other ones than those trained on")
            if test.mean() - train.mean() > NOTABLE or train[-1] + test[-1] > 1 + NOTABLE / 2:
                raise CheckFailed(
                    f"{names}: the second is too high where test labels are other ones than those trained on",
                    "Train on training data only, and draw each accuracy under its own name.",
                )


def _pairs(axes: Axes) -> list[tuple[Line, Line]]:
    """Curves of accuracy that are called training and test, where their labels tell."""
    drawn = [line for line in axes.lines if _against_sizes(line) and "err" not in f"{axes.ylabel}{line.label}".lower()]
    train = [line for line in drawn if "train" in line.label.lower()]
    test = [line for line in drawn if "test" in line.label.lower() and line not in train]
    return list(zip(train, test, strict=True)) if len(train) == len(test) else []


def check_labelled(run: ScriptRun) -> None:
    """Every plot with learning curves has labels of both axes, and a legend if it has several curves."""
    plots = [(figure, axes) for figure in run.figures for axes in figure.axes if any(map(_against_sizes, axes.lines))]
    if not plots:
        raise CheckFailed(f"no figure has curves against sizes of {STEP}, {2 * STEP}, … {LARGEST}")
    for drawn, axes in plots:
        lacking = _lacking(axes)
        if lacking:
            raise CheckFailed(f"{drawn.file or 'a figure'} has no {' and no '.join(lacking)}")


def _lacking(axes: Axes) -> list[str]:
    return [
        what
        for what, there in (
            ("label of the x axis", axes.xlabel),
            ("label of the y axis", axes.ylabel),
            ("legend", axes.legend or len(axes.lines) < 2),
        )
        if not there
    ]


def check_shapes_named(run: ScriptRun) -> None:
    """Both shapes stand in a title, a legend, a label or the name of a figure with learning curves."""
    plots = [(drawn, axes) for drawn in run.figures for axes in drawn.axes if any(map(_against_sizes, axes.lines))]
    texts = [" | ".join((drawn.file, drawn.title, axes.title, axes.xlabel, *axes.legend)) for drawn, axes in plots]
    for shape in CURVE_SHAPES:
        pattern = r"(?<!\d)" + r"\D+".join(map(str, shape)) + r"(?!\d)"
        if not any(re.search(pattern, text) for text in texts):
            raise CheckFailed(f"no figure with learning curves names the shape {shape}")


def count_epochs(student: Student, implementation: str, files: Files, rate: float) -> list[int]:
    """How many epochs each network was trained, at most MOST_EPOCHS being asked for, on 250 examples."""
    arguments = _curve_arguments(implementation, MOST_EPOCHS, rate, STEP)
    run = _run_counting(student, arguments, files)
    counts = _counts(run)
    if not counts:
        raise CheckFailed(f"`python {CURVES} {' '.join(arguments)}` trains none of my_neural_networks' classes")
    return [count for _, count in counts]


def networks_trained(student: Student, implementation: str, files: Files) -> set[str]:
    """The classes that the learning curves train."""
    arguments = _curve_arguments(implementation, 2, 1e-6, STEP)
    run = _run_counting(student, arguments, files)
    return {name for name, _ in _counts(run)}


def _run_counting(student: Student, arguments: Sequence[str], files: Files) -> ScriptRun:
    put = {**files, COUNTER: COUNTING.encode()}
    run = run_script(student, COUNTER, *arguments, files=put, told_as=CURVES)
    return succeeded(run, f"python {CURVES} {' '.join(arguments)}")


def _counts(run: ScriptRun) -> list[tuple[str, int]]:
    """The class and the number of epochs of each network that was trained."""
    drawn = [found for found in run.figures if found.file == COUNTED]
    return [(line.label, line.count) for found in drawn for axes in found.axes for line in axes.lines if line.y]


RATES_THAT_DO_NOT_HELP = (0.0, 1e-2, 10.0)
"""The loss stands still, or rises: for pixels up to 255, or up to 1."""
RATES_THAT_HELP = (1e-4, 1e-1)
"""The loss falls with each epoch: for pixels up to 255, or up to 1."""


def check_stops_early(student: Student, implementation: str, files: Files) -> None:
    """Some strategy ends training before the last epoch where it doesn't help: the loss stands still, or it rises."""
    for rate in RATES_THAT_DO_NOT_HELP:
        if min(count_epochs(student, implementation, files, rate)) < MOST_EPOCHS:
            return
    raise CheckFailed(
        f"training goes on for all {MOST_EPOCHS} epochs even where the loss stands still (-l 0) or rises (-l 10)",
        "Stop as soon as an epoch no longer helps, for example when the loss changes by less than 1e-3.",
    )


def check_does_not_stop_at_once(student: Student, implementation: str, files: Files) -> None:
    """Where each epoch helps a lot, training goes on for more than two of them."""
    for rate in RATES_THAT_HELP:
        most = max(count_epochs(student, implementation, files, rate))
        if most > 2:
            return
    raise CheckFailed(f"training ends after {most} epochs though each of them brings the loss down")
