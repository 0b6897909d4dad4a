"""Runs of numpy_mlp.py: the handout's command line on a part of the data, and the learning curves with few examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from graders.checking import Axes, CheckFailed, Line, ScriptRun, Student, content_of, reads_files, run_script
from graders.coursework.idx import encode as idx

from ..dpl.training import Files, last_figures, part, succeeded
from .mlp_interface import HIDDEN, MADE_WITH, OFF, RATE, SWITCH, role_of

if TYPE_CHECKING:
    from graders.checking import ImageData

SCRIPT = "numpy_mlp.py"
N_TRAIN, N_TEST = 600, 200
EPOCHS, HIDDEN_SIZE, BATCH = 8, 64, 16
BETTER_THAN_CHANCE = 0.25
"""The accuracy that a few epochs must reach, of ten classes; the handout names none."""
_OFF_OPTION = re.compile(r"""["'](--(?:no|without|disable|skip)[-_]?(?:layer[-_]?norm\w*|ln|norm))["']""")


def run_training(student: Student, files: Files, *more: str, rate: float = 0.01, epochs: int = EPOCHS) -> ScriptRun:
    """The handout's command line with smaller numbers; CheckFailed if it fails."""
    sizes = ("--hidden-size", str(HIDDEN_SIZE), "--batch-size", str(BATCH))
    arguments = (*sizes, "--epochs", str(epochs), "--lr", f"{rate:g}", *more)
    return succeeded(run_script(student, SCRIPT, *arguments, files=files), f"python {SCRIPT} {' '.join(arguments)}")


def training_part(data: ImageData) -> Files:
    """A folder `data` with the first examples."""
    return part(data, N_TRAIN, N_TEST)


@reads_files
def option_without(submission: Path) -> str:
    """The option that switches LayerNorm off: the one that numpy_mlp.py has, as far as that can be told."""
    text = content_of(submission, SCRIPT).decode("utf-8", "replace") if (submission / SCRIPT).is_file() else ""
    found = _OFF_OPTION.search(text)
    return found.group(1) if found else "--no-layernorm"


def plots(run: ScriptRun, word: str) -> list[Axes]:
    """The plots that are about `loss`, or `acc`: their title or y axis says so, or the title or name of the figure."""
    found = []
    for figure in last_figures(run):
        for axes in figure.axes:
            own = f"{axes.title} {axes.ylabel}".lower()
            around = f"{figure.title} {figure.file.rpartition('/')[2]}".lower() if len(figure.axes) == 1 else ""
            if axes.lines and (word in own or word in around):
                found.append(axes)
    return found


def curves(run: ScriptRun, word: str, epochs: int = EPOCHS) -> list[Line]:
    """The curves against epochs in such plots; CheckFailed if there are none, or one is not finite."""
    lines = [line for axes in plots(run, word) for line in axes.lines if len(line.y) in (epochs, epochs + 1)]
    what = {"loss": "Loss vs Epochs", "acc": "Accuracy vs Epochs"}[word]
    if not lines:
        raise CheckFailed(f"no figure shows {what}, with a value for each of {epochs} epochs", "Save it with savefig.")
    for line in lines:
        if not np.isfinite(line.y).all():
            raise CheckFailed(f"{what}: the curve {line.label!r} has values that aren't finite")
    return lines


def check_it_learns(run: ScriptRun) -> None:
    """The loss falls, and training and test accuracy are better than guessing."""
    losses = curves(run, "loss")
    for line in losses[:1]:
        if not line.y[-1] < line.y[0]:
            raise CheckFailed(f"the loss goes from {line.y[0]:.4g} to {line.y[-1]:.4g} in {EPOCHS} epochs")
    accuracies = curves(run, "acc")
    if len(accuracies) < 2:
        raise CheckFailed("Accuracy vs Epochs has one curve, but should have two: training and test accuracy")
    for line in accuracies:
        best = max(line.y) / (100 if max(line.y) > 1 else 1)
        if best < BETTER_THAN_CHANCE:
            raise CheckFailed(
                f"Accuracy vs Epochs: {line.label!r} reaches {best:.3f}, but should reach {BETTER_THAN_CHANCE}"
            )


def check_labelled(axes: list[Axes], what: str, *, named_by: str = "") -> None:
    """CheckFailed for a plot without a label of an axis, or a legend where there are several curves.

    A title with the word `named_by` says as well what the y axis is.
    """
    if not axes:
        raise CheckFailed(f"no figure shows {what}")
    for one in axes:
        parts = {
            "label of the x axis": one.xlabel,
            "label of the y axis": one.ylabel or (named_by and named_by in one.title.lower()),
            "legend": one.legend or len(one.lines) < 2,
        }
        lacking = [name for name, there in parts.items() if not there]
        if lacking:
            raise CheckFailed(f"{what}: the plot {one.title!r} has no {' and no '.join(lacking)}")


# --- learning curves ----------------------------------------------------------------------------------------------

RUNNER = "gradmark_learning_curve.py"
COUNTED = "gradmark-examples.png"
FIRST, LAST = 200, 600
"""The first is large enough for a batch of the handout's 128 where a third is held out and no smaller batch is made."""
CURVE_EPOCHS = 4
CURVE_TEST = 100
CURVE_BATCH = 32
LARGE = 5500
"""The handout's smallest size, where a submission doesn't spell its sizes as a range."""
LEAST_PERCENT = 5
"""Between 1 and this, numbers are neither shares nor percentages of right answers."""
CONFIGURATIONS = {(128, True, 0.01), (256, True, 0.01), (256, False, 0.001)}
RUNNING = """
import builtins, inspect, os, sys, types
import numpy as np
from matplotlib.figure import Figure

first, last, epochs, batch = map(int, sys.argv[1:5])
path = os.path.abspath("numpy_mlp.py")
sys.argv = [path, "--epochs", str(epochs), "--batch-size", str(batch)]
HANDOUT, plain_arange = (5500, 56001, 5500), np.arange


def scaled(*bounds):
    return builtins.range(first, last + 1, first) if bounds == HANDOUT else builtins.range(*bounds)


def scaled_arange(*bounds, **named):
    return plain_arange(first, last + 1, first) if bounds == HANDOUT else plain_arange(*bounds, **named)


np.arange = scaled_arange
module = types.ModuleType("numpy_mlp")
module.__file__, module.range = path, scaled
sys.modules["numpy_mlp"] = module
with open(path, encoding="utf-8") as file:
    exec(compile(file.read(), path, "exec"), module.__dict__)

kind, counts = module.NumpyDenseResMLP, {}


def plain(bound):
    values = {**bound.arguments, **bound.arguments.get("kwargs", {})}
    return {n: v for n, v in values.items() if isinstance(v, (bool, int, float)) and n != "self"}


def examples(bound):
    return max((len(a) for a in bound.arguments.values() if isinstance(a, np.ndarray) and a.ndim), default=batch)


def counting(name, before):
    signature = inspect.signature(before)

    def counted(self, *positional, **named):
        held = counts.setdefault(id(self), [{}, 0, self])
        bound = signature.bind(self, *positional, **named)
        bound.apply_defaults()
        held[0].update(plain(bound))
        held[1] += examples(bound) if name == "backward" else 0
        return before(self, *positional, **named)

    return counted


for name in ("__init__", "backward"):
    setattr(kind, name, counting(name, getattr(kind, name)))
FOLDER = "data folder data_dir data_folder data_path path root".split()
MOST = "epochs max_epochs n_epochs num_epochs".split()
given = {**dict.fromkeys(FOLDER, "data"), **dict.fromkeys(MOST, epochs), "batch_size": batch}


def idx(name, header):
    return np.fromfile("data/" + name, dtype=np.uint8)[header:]


for kinds, file in ((("train", "tr"), "train"), (("test", "te"), "t10k")):
    images = idx(file + "-images-idx3-ubyte", 16).reshape(-1, 784) / 255.0
    labels = idx(file + "-labels-idx1-ubyte", 8).astype(np.int64)
    for short in kinds:
        given.update({"X_" + short: images, "x_" + short: images, short + "_X": images})
        given.update({"y_" + short: labels, short + "_y": labels})
    given.update({file + "_images": images, file + "_labels": labels})
function = module.main_learning_curve
parse = getattr(module, "parse_arguments", None) or getattr(module, "parse_args", None)
arguments = {}
for name, parameter in inspect.signature(function).parameters.items():
    if name in given:
        arguments[name] = given[name]
    elif name in ("args", "arguments", "options", "opts") and parse is not None:
        arguments[name] = parse(sys.argv[1:])
try:
    function(**arguments)
finally:
    figure = Figure()
    axes = figure.add_subplot()
    for settings, count, _ in counts.values():
        axes.plot([0], [count], label=";".join(f"{n}={float(v)!r}" for n, v in settings.items()))
    figure.savefig("gradmark-examples.png")
"""


@dataclass(frozen=True)
class Trained:
    """A model that the learning curves trained: hidden size, LayerNorm, learning rate (0 if unknown), and on how many
    examples, each counted as often as it was used."""

    hidden: int
    layernorm: bool
    rate: float
    examples: int


def run_curves(
    student: Student, files: Files, *, first: int = FIRST, last: int = LAST, epochs: int = CURVE_EPOCHS
) -> ScriptRun:
    """main_learning_curve() with sizes from `first` to `last` in place of 5500 to 56000; CheckFailed if it fails."""
    arguments = (str(first), str(last), str(epochs), str(CURVE_BATCH))
    run = run_script(student, RUNNER, *arguments, files={**files, RUNNER: RUNNING.encode()})
    return succeeded(run, "main_learning_curve()")


def curve_part(data: ImageData) -> Files:
    """Examples for a few small sizes."""
    return part(data, LAST, CURVE_TEST)


def blank_part(n_train: int) -> Files:
    """Images that are all alike, of all classes: there is nothing to learn from them."""
    files = {}
    for name, count in (("train", n_train), ("t10k", CURVE_TEST)):
        files[f"data/{name}-images-idx3-ubyte"] = idx(np.full((count, 28, 28), 128))
        files[f"data/{name}-labels-idx1-ubyte"] = idx(np.arange(count) * 7 % 10)
    return files


def trained_in(run: ScriptRun) -> list[Trained]:
    """The models that were trained."""
    drawn = [axes for figure in run.figures if figure.file.endswith(COUNTED) for axes in figure.axes]
    return [_trained(line) for axes in drawn for line in axes.lines if line.count > 0]


def _trained(line: Line) -> Trained:
    settings = {n: float(v) for n, _, v in (item.partition("=") for item in line.label.split(";")) if _is_number(v)}
    roles: Mapping[str | None, float] = {role_of(name, MADE_WITH): value for name, value in settings.items()}
    switch = not roles[OFF] if OFF in roles else bool(roles.get(SWITCH, 1.0))
    return Trained(int(roles.get(HIDDEN, 0)), switch, roles.get(RATE, 0.0), line.count)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{0,20})?(e[+-]?[0-9]{1,2})?", text) is not None


def against_sizes(run: ScriptRun) -> Iterator[tuple[Axes, Line]]:
    """The curves whose x are the sizes, of the figures as they were saved last."""
    for figure in last_figures(run):
        if not figure.file.endswith(COUNTED):
            yield from ((axes, line) for axes in figure.axes for line in axes.lines if _is_of_sizes(line))


def _is_of_sizes(line: Line) -> bool:
    x = np.asarray(line.x)
    steps = np.arange(1, len(x) + 1)
    return len(x) >= LAST // FIRST and any(np.array_equal(x, unit * steps) for unit in (FIRST, LARGE))


def is_of_accuracy(plot: Axes, line: Line) -> bool:
    """Whether the words around a curve say that it is one of accuracies."""
    words = f"{plot.title} {plot.ylabel} {line.label}".lower()
    return "acc" in words and "loss" not in words


def are_accuracies(line: Line) -> bool:
    """Whether a curve has shares, or percentages: of ten classes more than LEAST_PERCENT are right by chance."""
    y = np.asarray(line.y, dtype=np.float64)
    bounded = bool(np.isfinite(y).all()) and float(y.min()) >= 0 and float(y.max()) <= 100
    return bounded and (float(y.max()) <= 1 or float(y.max()) > LEAST_PERCENT)
