"""Weights that weren't drawn as they should are refused, with what was drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from graders.checking import CheckFailed
from graders.homeworks.a4.initialisation import SIZES, check_xavier

Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def within(bound: Callable[[int, int], float]) -> Draw:
    return lambda random, d, m: random.uniform(-bound(d, m), bound(d, m), (m, d))


WRONG: dict[str, Draw] = {
    "sqrt(6 / d): the number of outputs": within(lambda d, m: (6 / d) ** 0.5),
    "sqrt(6 / m): the number of inputs": within(lambda d, m: (6 / m) ** 0.5),
    "the standard deviation of the normal": within(lambda d, m: (2 / (d + m)) ** 0.5),
    "the root is missing": within(lambda d, m: 6 / (d + m)),
    "normally distributed": lambda random, d, m: random.normal(0, (2 / (d + m)) ** 0.5, (m, d)),
    "never negative": lambda random, d, m: np.abs(within(lambda d, m: (6 / (d + m)) ** 0.5)(random, d, m)),
    "copies": lambda random, d, m: np.tile(within(lambda d, m: (6 / (d + m)) ** 0.5)(random, d, 1), (m, 1)),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", WRONG)
def test_what_was_drawn_is_named(words: str, size: tuple[int, int]):
    with pytest.raises(CheckFailed) as failed:
        check_xavier(WRONG[words](np.random.default_rng(0), *size), *size)
    assert words in failed.value.because


@pytest.mark.parametrize("size", SIZES)
def test_what_nobody_knows_gets_no_name(size: tuple[int, int]):
    with pytest.raises(CheckFailed) as failed:
        check_xavier(within(lambda d, m: 0.8 * (6 / (d + m)) ** 0.5)(np.random.default_rng(0), *size), *size)
    assert not failed.value.because


@pytest.mark.parametrize("size", SIZES)
def test_rightly_drawn_weights_pass(size: tuple[int, int]):
    check_xavier(within(lambda d, m: (6 / (d + m)) ** 0.5)(np.random.default_rng(0), *size), *size)
