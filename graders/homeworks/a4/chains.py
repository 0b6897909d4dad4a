"""Layers for the MLP's checks: right ones, and the student's own."""

from __future__ import annotations

from graders.checking import Remote, StandIns, Student, by_place

from .cases import MLPCase
from .layers import Layout, set_parameters
from .stand_ins import STAND_INS


def right_layers(student: Student, case: MLPCase, *, transposed: bool = False) -> list[Remote]:
    """Dense layers with the case's parameters and a ReLU after each, that stand in for the student's."""
    student.replace_parts(StandIns(STAND_INS))
    layers = own_layers(student, case)
    give(layers, case, Layout(transposed, flat=False))
    return layers


def own_layers(student: Student, case: MLPCase) -> list[Remote]:
    """The same of the student's own layers, with parameters that they drew themselves."""
    made = student("q1")
    sizes = [by_place(input_size=W.shape[1], output_size=W.shape[0]) for W in case.W]
    return [layer for size in sizes for layer in (made.Dense(*size), made.ReLULayer())]


def give(layers: list[Remote], case: MLPCase, layout: Layout) -> None:
    """Set the case's parameters in the dense layers: an MLP that is made of them may have drawn new ones."""
    for dense, W, b in zip(layers[::2], case.W, case.b, strict=True):
        set_parameters(dense, layout, W, b)
