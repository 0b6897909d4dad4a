"""Networks for the MLP's checks: of layers that are right, and of the student's own."""

from __future__ import annotations

from pathlib import Path

from graders.expect import CheckFailed
from graders.homeworks.a4.cases import MLPCase
from graders.homeworks.a4.layers import Layout
from graders.scripts import run_script
from graders.student import Remote, Student

SCRIPT = "gradmark_stand_in_layers.py"
MODULE = "gradmark_layers"
SOURCE = Path(__file__).parent / "in_worker" / "stand_in_layers.py"


def stand_in_layers(student: Student, case: MLPCase, *, transposed: bool = False) -> list[Remote]:
    """Dense layers with the case's parameters, a ReLU after each."""
    run = run_script(student, SCRIPT, files={SCRIPT: SOURCE.read_bytes()})
    if run.error:
        raise CheckFailed(f"Dense and ReLULayer of q1.py can't be subclassed: {run.error}")
    student.steps.clear()
    made = student(MODULE)
    layers: list[Remote] = []
    for W, b in zip(case.W, case.b, strict=True):
        layers += [made.StandInDense(W, b, transposed), made.StandInReLU()]
    return layers


def own_layers(student: Student, case: MLPCase, layout: Layout) -> list[Remote]:
    """The same network of the student's own layers."""
    made = student("q1")
    layers: list[Remote] = []
    for W, b in zip(case.W, case.b, strict=True):
        dense = made.Dense(W.shape[1], W.shape[0])
        dense.weights, dense.bias = layout.weights(W).copy(), layout.bias(b).copy()
        layers += [dense, made.ReLULayer()]
    return layers
