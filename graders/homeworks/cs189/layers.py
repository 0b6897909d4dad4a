"""How the checks make the student's layers and give them parameters."""

from __future__ import annotations

import numpy as np

from graders.checking import Remote, Student, budget, by_place

from .cases import ConvCase, DenseCase
from .oracle import CLASSES

FILES = ("neural_networks/layers.py", "layers.py")
"""Where a submission may have its layers."""

SLOW = budget(cpu_seconds=15)
"""Convolution and pooling may loop over rows, columns, kernel and channels, in Python, one number at a time."""


def shape_of(student: Student, shape: tuple[int, ...]) -> Remote:
    """A tuple in the worker: what travels as itself would come as a list."""
    return student.sent(np.empty(shape)).shape


def activation_name(student: Student, name: str) -> str:
    """What the submission calls an activation: in some years' starter code Linear is Identity."""
    module = student("neural_networks.activations")
    other = name == "linear" and not module.has("Linear") and module.has("Identity")
    return "identity" if other else name


def activation(student: Student, name: str) -> Remote:
    """An activation of the submission's by the name that the handout's year has."""
    cls = "Identity" if activation_name(student, name) == "identity" else CLASSES[name]
    made: Remote = getattr(student("neural_networks.activations"), cls)()
    return made


def give(layer: Remote, W: np.ndarray, b: np.ndarray) -> None:
    """Put parameters in the place of those that the first forward drew."""
    layer.parameters.update(W=W, b=b)


def new_dense(student: Student, case: DenseCase) -> Remote:
    """A FullyConnected layer that has seen nothing yet."""
    name = activation_name(student, case.activation)
    return student("neural_networks.layers").FullyConnected(*by_place(n_out=case.n_out, activation=name))


def dense(student: Student, case: DenseCase) -> Remote:
    """A FullyConnected layer with the case's parameters."""
    layer = new_dense(student, case)
    layer.forward(case.array("X_first", case.N + 1, case.n_in))
    give(layer, case.W, case.b)
    return layer


def new_conv(student: Student, case: ConvCase, name: str = "linear") -> Remote:
    """A Conv2D layer that has seen nothing yet."""
    kernel, name = shape_of(student, case.kernel), activation_name(student, name)
    return student("neural_networks.layers").Conv2D(
        n_out=case.n_out, kernel_shape=kernel, activation=name, stride=case.stride, pad=case.pad
    )


def conv(student: Student, case: ConvCase, name: str = "linear") -> Remote:
    """A Conv2D layer with the case's parameters."""
    layer = new_conv(student, case, name)
    layer.forward(case.array("X_first", case.N + 1, *case.size, case.n_in))
    give(layer, case.W, case.b)
    return layer


def pool(student: Student, case: ConvCase, mode: str) -> Remote:
    """A Pool2D layer without padding."""
    kernel = shape_of(student, case.kernel)
    return student("neural_networks.layers").Pool2D(kernel_shape=kernel, mode=mode, stride=case.stride, pad=0)
