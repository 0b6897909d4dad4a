"""The derivative where an input is exactly 0, as a ReLU's, which a handout may leave open."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graders.checking.expect import CheckFailed, words
from graders.checking.reading import read_array
from graders.checking.student import Remote
from graders.judging.compare import compare
from graders.judging.expectation import Expected

EITHER, BETWEEN = "either", "between"
AT_ZERO: Mapping[str, str] = {
    EITHER: "0, or 1, in all places the same",
    BETWEEN: "0, 1 or anything between",
}
"""What may be right, in words."""
ROUNDED = 1e-6


def expect_gradient(remote: Remote, wanted: Expected, x: np.ndarray, upstream: np.ndarray, at_zero: str) -> None:
    """CheckFailed for a gradient that is wrong anywhere, where the slope at 0 may be `either` or `between`."""
    got = read_array(remote)
    zeros = x == 0
    if got.shape == zeros.shape and _right_at_zero(got[zeros], upstream[zeros], at_zero):
        got = np.where(zeros, wanted.value, got)
    difference = compare(got, wanted).difference
    if difference is not None:
        raise CheckFailed(*words(repr(remote), difference), difference)


def _right_at_zero(got: np.ndarray, upstream: np.ndarray, at_zero: str) -> bool:
    """Besides what PyTorch's slope of 0 gives."""
    if at_zero == EITHER:
        return np.array_equal(got, upstream)
    slack = ROUNDED * np.abs(upstream)
    least, most = np.minimum(upstream, 0) - slack, np.maximum(upstream, 0) + slack
    return bool(np.all((least <= got) & (got <= most)))
