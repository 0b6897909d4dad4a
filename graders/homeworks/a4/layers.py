"""The student's layers, and the two layouts that a dense layer's parameters may have."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graders.checking import CheckFailed, Expected, Remote, Student, by_place, compare, examine, read_arrays

from .cases import DenseCase

Q1 = "q1"


@dataclass(frozen=True)
class Layout:
    """How a student's Dense keeps its parameters: weights (m, d) or (d, m), bias (1, m) or (m,)."""

    transposed: bool
    flat: bool

    def weights(self, W: np.ndarray) -> np.ndarray:
        """Weights (m, d) as the student has them."""
        return np.ascontiguousarray(W.T) if self.transposed else W

    def bias(self, b: np.ndarray) -> np.ndarray:
        """A bias (1, m) as the student has it."""
        return b[0] if self.flat else b

    def expected_weights(self, wanted: Expected) -> Expected:
        """What is expected of weights or their gradient, in the student's layout."""
        return _changed(wanted, np.transpose) if self.transposed else wanted


def new_dense(student: Student, d: int, m: int) -> tuple[Remote, Layout]:
    """A new Dense(d, m) after init_weights(), and the layout that its parameters have."""
    if d == m:
        raise ValueError(f"d and m are both {d}: the layout couldn't be told")
    layer = student(Q1).Dense(*by_place(input_size=d, output_size=m))
    layer.init_weights()
    weights, bias = read_arrays(student, layer.weights, layer.bias)
    shape, row = weights.shape, bias.shape
    faults = []
    if shape not in ((m, d), (d, m)):
        text = f"{layer.weights!r} has shape {shape}, but should be ({m}, {d}), or ({d}, {m})"
        faults.append(CheckFailed(text, "W is (m, d) in x Wᵀ + b."))
    if row not in ((1, m), (m,)):
        faults.append(CheckFailed(f"{layer.bias!r} has shape {row}, but should be ({m},), or (1, {m})"))
    if faults:
        raise CheckFailed.together(faults)
    return layer, Layout(transposed=shape == (d, m), flat=row == (m,))


def make_dense(student: Student, case: DenseCase) -> tuple[Remote, Layout]:
    """The student's Dense with the case's parameters, in its own layout; that of a square layer is another's."""
    if case.d == case.m:
        _, layout = new_dense(student, case.d, case.m + 1)
        layer: Remote = student(Q1).Dense(*by_place(input_size=case.d, output_size=case.m))
        layer.init_weights()
    else:
        layer, layout = new_dense(student, case.d, case.m)
    set_parameters(layer, layout, case.W, case.b)
    return layer, layout


def set_parameters(layer: Remote, layout: Layout, W: np.ndarray, b: np.ndarray) -> None:
    """Give a dense layer copies of weights (m, d) and bias (1, m), in its own layout."""
    layer.weights, layer.bias = layout.weights(W).copy(), layout.bias(b).copy()


def expect_row(remote: Remote, wanted: Expected) -> None:
    """A bias, or its gradient: (1, m) as expected, or (m,)."""

    def verdict(array: np.ndarray) -> None:
        flat = array.ndim == 1
        difference = compare(array, _changed(wanted, np.ravel) if flat else wanted).difference
        if difference is not None:
            raise CheckFailed.of(repr(remote), difference)

    examine(remote, verdict)


def _changed(wanted: Expected, change: Callable[[np.ndarray], np.ndarray]) -> Expected:
    origin = dataclasses.replace(wanted.origin, arranged=change) if wanted.origin is not None else None
    return Expected(change(wanted.value), lambda: change(wanted.noise), lambda: wanted.related, origin)
