"""A dense layer's step and the multi-layer perceptron: cases, what they must compute, and how MLPs are made."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, Remote, StandIns, Student, by_place, measured

from .stand_ins import STAND_INS

if TYPE_CHECKING:
    from torch import Tensor

SIZES = ((6, 4), (6, 9, 4), (2, 8, 6, 4), (4, 7, 9, 6, 10))
SEEDS = st.integers(0, 2**32 - 1)


@dataclass(frozen=True)
class MLPCase(Case):
    """Dense layers of these sizes with a ReLU after each, a batch, and a learning rate."""

    N: int
    sizes: tuple[int, ...]
    rate: float = 0.25

    @property
    def x(self) -> np.ndarray:
        """The input."""
        return self.array("x", self.N, self.sizes[0])

    @property
    def W(self) -> list[np.ndarray]:
        """Each layer's weights, (m, d)."""
        pairs = itertools.pairwise(self.sizes)
        return [self.array(f"W{i}", m, d, scale=(2 / d) ** 0.5) for i, (d, m) in enumerate(pairs)]

    @property
    def b(self) -> list[np.ndarray]:
        """Each layer's bias, mostly positive, so that enough ReLUs are open."""
        return [self.array(f"b{i}", 1, m, scale=0.3, offset=0.3) for i, m in enumerate(self.sizes[1:])]

    @property
    def output_grad(self) -> np.ndarray:
        """The upstream gradient."""
        return self.array("output_grad", self.N, self.sizes[-1])


def cases(*batches: int) -> st.SearchStrategy[MLPCase]:
    """Networks of one to four dense layers."""
    return st.builds(
        MLPCase,
        SEEDS,
        st.sampled_from(batches or (3, 5, 11, 16)),
        st.sampled_from(SIZES),
        st.sampled_from([0.25, 0.01]),
    )


@measured
def stepped(x: Tensor, W: Tensor, b: Tensor, output_grad: Tensor, rate: float) -> dict[str, Any]:
    """The parameters of a dense layer after a step against their gradients, which are sums over the batch."""
    return {"W_after": W - rate * output_grad.T @ x, "b_after": b - rate * output_grad.sum(0, keepdim=True)}


@measured
def mlp(x: Tensor, W: Sequence[Tensor], b: Sequence[Tensor], output_grad: Tensor, rate: float) -> dict[str, Any]:
    """Dense layers with a ReLU after each; gradients are sums over the batch; parameters after an update."""
    from reference import activations, networks

    trace = networks.mlp(x, W, [row[0] for row in b], activations.relu, output_grad)
    b_grad = [gradient[None, :] for gradient in trace.bias_gradients]
    return {
        "outputs": trace.inputs[-1],
        "input_grad": trace.input_gradients[0],
        "W_grad": trace.weight_gradients,
        "b_grad": b_grad,
        "W_after": [w - rate * g for w, g in zip(W, trace.weight_gradients, strict=True)],
        "b_after": [c - rate * g for c, g in zip(b, b_grad, strict=True)],
    }


def turned(array: np.ndarray) -> np.ndarray:
    """Weights (m, d) as (d, m)."""
    return np.ascontiguousarray(array.T)


def right_layers(student: Student, case: MLPCase, *, transposed: bool = False) -> list[Remote]:
    """Dense layers with the case's parameters and a ReLU after each, that stand in for the student's."""
    student.replace_parts(StandIns(STAND_INS))
    layers = own_layers(student, case)
    for dense, W, b in zip(layers[::2], case.W, case.b, strict=True):
        dense.weights, dense.bias = (turned(W) if transposed else W).copy(), b.copy()
    return layers


def own_layers(student: Student, case: MLPCase) -> list[Remote]:
    """The same of the student's own layers, with parameters that they drew themselves."""
    made = student("q1")
    sizes = [by_place(input_size=W.shape[1], output_size=W.shape[0]) for W in case.W]
    return [layer for size in sizes for layer in (made.Dense(*size), made.ReLULayer())]
