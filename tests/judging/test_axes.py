"""A wrong shape is told by what its lengths are of, and nothing is told that isn't known."""

from __future__ import annotations

import pytest

from graders.judging.axes import said_of_axes

SIZES = {"N": 2, "in_features": 3, "out_features": 4, "regime": "plain", "flag": True, "seed": 7}


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        ((2, 1), (4, 1), "2 is N where out_features, 4, belongs: is it summed over the wrong axis?"),
        ((4,), (4, 1), "It lacks the axis of length 1: a sum or a mean keeps it with keepdims=True."),
        ((3, 4), (4, 3), "It is transposed: its .T has the right shape."),
        ((7, 1), (4, 1), ""),
        ((2, 4), (3, 3), ""),
        ((), (4, 1), "It is a single number: without axis= a sum or a mean goes over everything."),
        ((2, 1), (1, 4), "2 is N where out_features, 4, belongs: is it summed over the wrong axis?"),
        ((2, 3), (1, 4), ""),
        ((1, 1), (4, 1), ""),
    ],
)
def test_an_axis_is_named_by_its_length(got: tuple[int, ...], expected: tuple[int, ...], said: str) -> None:
    assert said_of_axes(got, expected, SIZES) == said
