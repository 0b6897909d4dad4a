"""Pool2D: the maximum or the average of each window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import (
    CheckFailed,
    Student,
    check_gradients,
    check_lines_do_not_grow,
    check_no_loops_in_source,
    expect,
    few_cases,
    read_arrays,
    section,
)

from .. import oracle
from ..cases import ConvCase, conv_cases
from ..layers import FILES, SLOW, pool

MODES = ("max", "average")


def answer(case: ConvCase, mode: str) -> oracle.Answer:
    """What the layer must compute."""
    return oracle.pool(mode=mode, X=case.X, dLdY=case.dLdP, kernel=case.kernel, stride=case.stride)


def check_both_ways(student: Student, case: ConvCase, mode: str) -> None:
    """Forward and backward of one layer."""
    layer, wanted = pool(student, case, mode), answer(case, mode)
    expect(layer.forward(case.X)).to_equal(wanted.Y)
    expect(layer.backward(case.dLdP)).to_equal(wanted.dX)


@section("pool")
@SLOW
@given(case=conv_cases(0))
def test_max_forward(student: Student, case: ConvCase) -> None:
    """Pool2D(mode="max").forward(X) is the maximum of each window in each channel."""
    expect(pool(student, case, "max").forward(case.X)).to_equal(answer(case, "max").Y)


@section("pool")
@SLOW
@given(case=conv_cases(0))
def test_max_backward(student: Student, case: ConvCase) -> None:
    """Pool2D(mode="max").backward(dLdY) gives each gradient to the entry that was the maximum."""
    layer = pool(student, case, "max")
    layer.forward(case.X)
    expect(layer.backward(case.dLdP)).to_equal(answer(case, "max").dX)


@section("pool")
@SLOW
@given(case=conv_cases(0))
def test_average_forward(student: Student, case: ConvCase) -> None:
    """Pool2D(mode="average").forward(X) is the average of each window in each channel."""
    expect(pool(student, case, "average").forward(case.X)).to_equal(answer(case, "average").Y)


@section("pool")
@SLOW
@given(case=conv_cases(0))
def test_average_backward(student: Student, case: ConvCase) -> None:
    """Pool2D(mode="average").backward(dLdY) shares each gradient among its window."""
    layer = pool(student, case, "average")
    layer.forward(case.X)
    expect(layer.backward(case.dLdP)).to_equal(answer(case, "average").dX)


@section("pool")
@SLOW
@given(case=conv_cases(0, strides=(1,)), mode=st.sampled_from(MODES))
def test_overlapping(student: Student, case: ConvCase, mode: str) -> None:
    """Where windows overlap, an entry collects the gradients of all of them."""
    check_both_ways(student, case, mode)


@section("pool")
@SLOW
@few_cases
@given(case=conv_cases(0, strides=(4,)), mode=st.sampled_from(MODES))
def test_gaps(student: Student, case: ConvCase, mode: str) -> None:
    """Entries that no window reaches have gradient 0."""
    check_both_ways(student, case, mode)


@section("pool")
@SLOW
@few_cases
@given(case=conv_cases(0, strides=(4,)))
def test_ties(student: Student, case: ConvCase) -> None:
    """Where several entries are the maximum, they get the window's gradient between them, and no more."""
    layer = pool(student, case, "max")
    layer.forward(case.X_with_ties)
    (got,) = read_arrays(student, layer.backward(case.dLdP), like=[case.X_with_ties.shape])
    for row, column in np.ndindex(*case.output):
        _check_window(case, got, row, column)


def _check_window(case: ConvCase, got: np.ndarray, row: int, column: int) -> None:
    """One window in all examples and channels; with stride 4 none of them overlap."""
    rows = slice(row * case.stride, row * case.stride + case.kernel[0])
    columns = slice(column * case.stride, column * case.stride + case.kernel[1])
    seen, slopes = case.X_with_ties[:, rows, columns], got[:, rows, columns]
    upstream = case.dLdP[:, row, column]
    shares = slopes / upstream[:, None, None]
    winners = seen == seen.max(axis=(1, 2), keepdims=True)
    sums = shares.sum(axis=(1, 2))
    if not np.all(np.abs(shares[~winners]) < 1e-6) or shares.min() < -1e-6 or not np.allclose(sums, 1, atol=1e-4):
        raise CheckFailed(
            "where a window has several maxima, their gradients should add up to the window's, all others be 0",
            "Give it to one of them, or split it; don't give all of it to each.",
        )


@section("pool")
@SLOW
@few_cases
@given(case=conv_cases(0, batches=(1,)), mode=st.sampled_from(MODES))
def test_batch_of_one(student: Student, case: ConvCase, mode: str) -> None:
    """A batch of one image works like any other."""
    check_both_ways(student, case, mode)


@section("pool")
@SLOW
@few_cases
@given(case=conv_cases(0), mode=st.sampled_from(MODES))
def test_inputs_unchanged(student: Student, case: ConvCase, mode: str) -> None:
    """forward and backward leave X and dLdY as they were."""
    layer = pool(student, case, mode)
    layer.forward(case.X)
    layer.backward(case.dLdP)
    for array in (case.X, case.dLdP):
        expect(student.sent(array)).to_be_unchanged(array)


@section("pool")
@SLOW
@few_cases
@given(case=conv_cases(0), mode=st.sampled_from(MODES))
def test_finite_differences(student: Student, case: ConvCase, mode: str) -> None:
    """The gradient in X is the slope of your own forward, measured by finite differences."""
    layer = pool(student, case, mode)
    check_gradients(
        student,
        forward=lambda inputs: layer.forward(inputs["X"]),
        backward=lambda dLdY: {"X": layer.backward(dLdY)},
        inputs={"X": case.X},
        seed=case.seed,
    )


@section("pool")
@SLOW
def test_no_loop_over_examples(student: Student, submission: Path) -> None:
    """forward and backward work on the whole batch at once: no line runs more often for more examples."""

    def run(N: int) -> None:
        case = ConvCase(seed=1, N=N, size=(5, 4), kernel=(3, 2), stride=2)
        for mode in MODES:
            layer = pool(student, case, mode)
            layer.forward(case.X)
            layer.backward(case.dLdP)

    check_lines_do_not_grow(student, run)
    for file in FILES:
        check_no_loops_in_source(submission, file, "Pool2D")
