"""How the checks make the student's layers and give them parameters."""

from __future__ import annotations

import numpy as np

from graders.homeworks.cs189.cases import ConvCase, DenseCase
from graders.student import Remote, Student

FILES = ("neural_networks/layers.py", "layers.py")
"""Where a submission may have its layers."""


def shape_of(student: Student, shape: tuple[int, ...]) -> Remote:
    """A tuple in the worker: what travels as itself would come as a list."""
    return student.sent(np.empty(shape)).shape


def give(layer: Remote, W: np.ndarray, b: np.ndarray) -> None:
    """Put parameters in the place of those that the first forward drew."""
    layer.parameters.update(W=W, b=b)


def dense(student: Student, case: DenseCase) -> Remote:
    """A FullyConnected layer with the case's parameters."""
    layer = student("neural_networks.layers").FullyConnected(case.n_out, case.activation)
    layer.forward(case.array("X_first", case.N + 1, case.n_in))
    give(layer, case.W, case.b)
    return layer


def new_conv(student: Student, case: ConvCase, activation: str = "linear") -> Remote:
    """A Conv2D layer that has seen nothing yet."""
    kernel = shape_of(student, case.kernel)
    return student("neural_networks.layers").Conv2D(
        n_out=case.n_out, kernel_shape=kernel, activation=activation, stride=case.stride, pad=case.pad
    )


def conv(student: Student, case: ConvCase, activation: str = "linear") -> Remote:
    """A Conv2D layer with the case's parameters."""
    layer = new_conv(student, case, activation)
    layer.forward(case.array("X_first", case.N + 1, *case.size, case.n_in))
    give(layer, case.W, case.b)
    return layer


def pool(student: Student, case: ConvCase, mode: str) -> Remote:
    """A Pool2D layer without padding."""
    kernel = shape_of(student, case.kernel)
    return student("neural_networks.layers").Pool2D(kernel_shape=kernel, mode=mode, stride=case.stride, pad=0)
