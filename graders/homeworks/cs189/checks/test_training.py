"""Section 4.2 of the handout: a two-layer network on Iris."""

from __future__ import annotations

import numpy as np

from graders.checking import CheckFailed, ScriptRun, Student, budget, read_arrays, run_script, section

from ..iris import iris, iris_files
from ..network import network
from ..stand_ins import right_activation

STEPS = 80
RATE = 0.5
LEAST_ACCURACY = 0.9


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
    """A figure shows training and validation loss over the epochs, both falling."""
    for figure in ran(student).figures:
        for axes in figure.axes:
            curves = [line.y for line in axes.lines if len(line.y) > 1]
            if len(curves) >= 2 and all(min(curve) < 0.7 * curve[0] for curve in curves):
                return
    raise CheckFailed("train_ffnn.py saves no figure with a training and a validation loss that fall")


@section("training")
@budget(cpu_seconds=60)
def test_learns(student: Student) -> None:
    """Gradient descent with your forward and backward classifies at least 90 % of Iris (TanH is a right one)."""
    right_activation(student, "tanh")
    X, Y = iris()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model, layers = network(student, (4, 8, 3), ["tanh", "softmax"])
    for _ in range(STEPS):
        out = model.forward(X)
        model.backward(Y, out)
        both = [layer.parameters[name] for layer in layers for name in ("W", "b")]
        slopes = [layer.gradients[name] for layer in layers for name in ("W", "b")]
        values = read_arrays(student, *both, *slopes)
        moved = [_moved(value, slope) for value, slope in zip(values[:4], values[4:], strict=True)]
        for layer, (W, b) in zip(layers, (moved[:2], moved[2:]), strict=True):
            layer.parameters.update(W=W, b=b)
    (found,) = read_arrays(student, model.forward(X), like=[Y.shape])
    accuracy = float(np.mean(found.argmax(axis=1) == Y.argmax(axis=1)))
    if accuracy < LEAST_ACCURACY:
        raise CheckFailed(f"after {STEPS} steps {accuracy:.0%} of Iris are right, but should be {LEAST_ACCURACY:.0%}")


def _moved(value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """A parameter after a step; (C,) may be a gradient of (1, C)."""
    if [size for size in slope.shape if size != 1] != [size for size in value.shape if size != 1]:
        raise CheckFailed(f"the gradient in a parameter of shape {value.shape} has shape {slope.shape}")
    return np.asarray(value - RATE * slope.reshape(value.shape))
