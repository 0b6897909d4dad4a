"""Pooling where a window has several maxima: advice."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graders.checking import CheckFailed, Student, budget, few_cases, read_arrays, section
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example

from ..components import POOL

STRIDE = 4
"""At which no windows overlap."""


@section("pool")
@budget(cpu_seconds=15)
@few_cases
@given(case=POOL.cases(options={"mode": ("max",), "stride": (STRIDE,)}))
def test_ties(student: Student, case: ComponentCase) -> None:
    """Where several entries are the maximum, they get the window's gradient between them, and no more."""
    shape = tuple(size for _, size in case.sizes)
    X = case.keep("X", case.random("ties").integers(0, 3, shape) - 1.0)
    example, calls = Example(POOL.standard("pool").oracle, case), POOL.at(student, case)
    calls.forward(example.values)
    upstream = example.upstream[POOL.upstream]
    (got,) = read_arrays(student, calls.backward(example.upstream)["X"], like=[X.shape])
    kernel: tuple[int, int] = case.known["kernel_shape"]
    height, width = kernel
    for row, column in np.ndindex(*upstream.shape[1:3]):
        window = np.s_[:, row * STRIDE : row * STRIDE + height, column * STRIDE : column * STRIDE + width]
        _check_window(X[window], got[window] / upstream[:, row, column][:, None, None])


def _check_window(seen: np.ndarray, shares: np.ndarray) -> None:
    """One window in all examples and channels."""
    winners = seen == seen.max(axis=(1, 2), keepdims=True)
    sums = shares.sum(axis=(1, 2))
    if not np.all(np.abs(shares[~winners]) < 1e-6) or shares.min() < -1e-6 or not np.allclose(sums, 1, atol=1e-4):
        raise CheckFailed(
            "where a window has several maxima, their gradients should add up to the window's, all others be 0",
            "Give it to one of them, or split it; don't give all of it to each.",
        )
