"""Section 4.2 of the handout: a two-layer network on Iris."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from graders.checking import CheckFailed, Remote, ScriptRun, Student, budget, read_arrays, run_script, section

from ..iris import N_SEEN, iris_files, parts_of_iris
from ..network import make, network
from ..stand_ins import replace_activation

SIZES, NAMES = (4, 8, 3), ["tanh", "softmax"]
STEPS = 120
RATE = 0.5
LEAST_ACCURACY = 0.85
"""Of flowers whose labels the submission isn't told."""


def ran(student: Student) -> ScriptRun:
    """What `python train_ffnn.py` did, with the data where the starter code has it."""
    run = run_script(student, "train_ffnn.py", files=iris_files())
    if run.error or run.exit:
        raise CheckFailed(f"train_ffnn.py ended with {run.error or run.exit}", "Run it: `python train_ffnn.py`.")
    return run


@section("training")
@budget(cpu_seconds=120)
def test_script(student: Student) -> None:
    """train_ffnn.py runs to its end and leaves its results in experiments/."""
    if not any(name.startswith("experiments/") for name in ran(student).files):
        raise CheckFailed("train_ffnn.py writes nothing to experiments/", "The logger saves the runs there.")


@section("training")
@budget(cpu_seconds=120)
def test_loss_curves(student: Student) -> None:
    """A figure shows training and validation loss over the epochs, both falling, of a network that can learn."""
    _check_loss_falls(train(student))
    for figure in ran(student).figures:
        for axes in figure.axes:
            curves = [line.y for line in axes.lines if len(line.y) > 1]
            if len(curves) >= 2 and all(min(curve) < 0.7 * curve[0] for curve in curves):
                return
    raise CheckFailed("train_ffnn.py saves no figure with a training and a validation loss that fall")


@section("training")
@budget(cpu_seconds=60)
def test_learns(student: Student) -> None:
    """Gradient descent with your forward and backward tells at least 85 % of new flowers (TanH is a right one)."""
    trained = train(student)
    _check_loss_falls(trained)
    new = parts_of_iris()[1]
    (found,) = read_arrays(student, trained.model.forward(new.X), like=[new.Y.shape])
    accuracy = float(np.mean(found.argmax(axis=1) == new.Y.argmax(axis=1)))
    if accuracy < LEAST_ACCURACY:
        raise CheckFailed(
            f"after {STEPS} steps on {N_SEEN} flowers of Iris, {accuracy:.0%} of {len(new.X)} others are right, "
            f"but should be {LEAST_ACCURACY:.0%}"
        )


class Trained(NamedTuple):
    """A network after gradient descent on Iris, and the parameters before and after it: W and b of each layer."""

    model: Remote
    first: list[np.ndarray]
    last: list[np.ndarray]


def train(student: Student) -> Trained:
    """Take steps of gradient descent along the gradients of the network's own backward; TanH is a right one."""
    replace_activation(student, "tanh")
    seen = parts_of_iris()[0]
    model, layers = make(student, SIZES, NAMES)
    steps = []
    for _ in range(STEPS):
        model.backward(seen.Y, model.forward(seen.X))
        steps.append(_descend(student, layers))
    return Trained(model, steps[0].before, steps[-1].after)


class Step(NamedTuple):
    """The parameters, W and b of each layer in turn, before and after a step of gradient descent."""

    before: list[np.ndarray]
    after: list[np.ndarray]


def _descend(student: Student, layers: list[Remote]) -> Step:
    """A step along the gradients that the layers hold; it is we who take it."""
    places = [(layer, name) for layer in layers for name in ("W", "b")]
    parameters = [layer.parameters[name] for layer, name in places]
    gradients = [layer.gradients[name] for layer, name in places]
    values = read_arrays(student, *parameters, *gradients)
    before, slopes = values[: len(places)], values[len(places) :]
    after = [_moved(value, slope) for value, slope in zip(before, slopes, strict=True)]
    for index, layer in enumerate(layers):
        layer.parameters.update(W=after[2 * index], b=after[2 * index + 1])
    return Step(before, after)


def _moved(value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """A parameter after a step; (C,) may be a gradient of (1, C)."""
    if [size for size in slope.shape if size != 1] != [size for size in value.shape if size != 1]:
        raise CheckFailed(f"the gradient in a parameter of shape {value.shape} has shape {slope.shape}")
    return np.asarray(value - RATE * slope.reshape(value.shape))


def _check_loss_falls(trained: Trained) -> None:
    """CheckFailed unless the parameters that the gradients led to are better than the first: we compute both losses.

    What `forward` returns says nothing of them: it may remember the labels that `backward` was given.
    """
    earlier, later = _loss(trained.first), _loss(trained.last)
    if not later < earlier:
        raise CheckFailed(
            f"{STEPS} steps along the gradients take the loss of W and b from {earlier:.4g} to {later:.4g}, "
            "but it should fall"
        )


def _loss(parameters: list[np.ndarray]) -> float:
    flowers = parts_of_iris()[0]
    W = [_laid_out(value, sizes) for value, sizes in zip(parameters[::2], itertools.pairwise(SIZES), strict=True)]
    b = [_laid_out(value, (1, size)) for value, size in zip(parameters[1::2], SIZES[1:], strict=True)]
    return float(network(X=flowers.X, Y=flowers.Y, W=W, b=b, names=NAMES).loss.value)


def _laid_out(value: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """A parameter as the handout has it; CheckFailed where it can't be one."""
    turned = value.T if value.shape == shape[::-1] else value
    if turned.size != shape[0] * shape[1]:
        raise CheckFailed(f"a parameter has shape {value.shape}, but should have {shape}")
    return turned.reshape(shape).astype(np.float64)
