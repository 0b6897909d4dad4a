"""What a check of large arrays costs: its time in forward evaluations, and its memory in that of one pass."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from graders.gradcheck import check_function, gradcheck
from tests.benchmarks.gradcheck import report
from tests.benchmarks.gradcheck.layers import Array

FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "relu": (lambda x: np.maximum(x, 0), lambda x, g: g * (x > 0)),
    "square": (lambda x: x * x, lambda x, g: 2 * x * g),
    "tanh": (lambda x: np.tanh(x), lambda x, g: g * (1 - np.tanh(x) ** 2)),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x, g: g * np.exp(-x) / (1 + np.exp(-x)) ** 2),
    "mean of squares": (lambda x: np.mean(x * x), lambda x, g: 2 * g * x / x.size),
    "softmax of rows of 1000": (
        lambda x: _softmax(x.reshape(-1, 1000)),
        lambda x, g: _softmax_backward(x.reshape(-1, 1000), g).reshape(-1),
    ),
}
"""Functions of one array, most of them as cheap as any."""


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _softmax_backward(x: Array, g: Array) -> Array:
    p = _softmax(x)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


@dataclass
class Timed:
    """A function that keeps how long each of its calls took."""

    function: Callable[[Array], Array]
    seconds: list[float] = field(default_factory=list)

    def __call__(self, x: Array) -> Array:
        """Call it."""
        start = time.process_time()
        output = self.function(x)
        self.seconds.append(time.process_time() - start)
        return output


def measured(size: int, repeats: int) -> str:
    """A table, one row a function."""
    x = np.random.default_rng(0).standard_normal(size)
    rows = [[name, *_measured(function, gradient, x, repeats)] for name, (function, gradient) in FUNCTIONS.items()]
    head = ["", "one forward, ms", "check, ms", "in forward evaluations", "evaluations (forward + backward)", "memory"]
    return report.table(head, rows)


def _measured(
    function: Callable[[Array], Array], gradient: Callable[[Array, Array], Array], x: Array, repeats: int
) -> list[str]:
    seconds, ratios = [], []
    for _ in range(repeats):
        timed = Timed(function)
        start = time.process_time()
        result = gradcheck(
            lambda points, timed=timed: [timed(point["x"]) for point in points],
            lambda point, g: {"x": gradient(point["x"], g)},
            {"x": x},
        )
        seconds.append(time.process_time() - start)
        ratios.append(seconds[-1] / statistics.median(timed.seconds))
    check, ratio = statistics.median(seconds), statistics.median(ratios)
    spent = f"{result.forward_evaluations} + {result.backward_evaluations}"
    memory = f"{_memory(function, gradient, x):.1f} times"
    return [f"{1e3 * check / ratio:.1f}", f"{1e3 * check:.0f}", f"{ratio:.0f}", spent, memory]


def _memory(function: Callable[[Array], Array], gradient: Callable[[Array, Array], Array], x: Array) -> float:
    upstream = np.ones(np.shape(function(x)))
    tracemalloc.start()
    function(x), gradient(x, upstream)
    own = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    check_function(function, gradient, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / own
