"""Layers for the MLP's checks: right ones, and the student's own."""

from __future__ import annotations

from graders.homeworks.a4.cases import MLPCase
from graders.homeworks.a4.layers import Layout
from graders.homeworks.a4.stand_ins import STAND_INS
from graders.stand_ins import StandIns
from graders.student import Remote, Student


def right_layers(student: Student, case: MLPCase, *, transposed: bool = False) -> list[Remote]:
    """Dense layers with the case's parameters and a ReLU after each, that stand in for the student's."""
    student.replace_parts(StandIns(STAND_INS))
    layers = own_layers(student, case, Layout(transposed, flat=False))
    for dense in layers[::2]:
        dense.transposed = transposed
    return layers


def own_layers(student: Student, case: MLPCase, layout: Layout) -> list[Remote]:
    """The same of the student's own layers."""
    made = student("q1")
    layers: list[Remote] = []
    for W, b in zip(case.W, case.b, strict=True):
        dense = made.Dense(W.shape[1], W.shape[0])
        dense.weights, dense.bias = layout.weights(W).copy(), layout.bias(b).copy()
        layers += [dense, made.ReLULayer()]
    return layers
