"""Has a target read so many inputs, from either source."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.fuzz.targets import Target


def fuzz(target: Target, count: int, folder: Path, seed: int = 0) -> None:
    """Feed it what Hypothesis finds; what it raises comes out with the smallest input that was found."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(st.randoms(use_true_random=False).map(target.draw))
    def run(content: Any) -> None:
        target.run(content, folder)

    run()


def feed(target: Target, numbers: Iterable[int], folder: Path) -> None:
    """Feed it the inputs of these numbers, each always the same; what it raises comes out with number and input."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the sources that it parses
        for number in numbers:
            content = target.draw(Random(number))
            try:
                target.run(content, folder)
            except BaseException as error:
                error.add_note(f"python -m tests.fuzz {target.name} --first {number} --count 1: {repr(content)[:2000]}")
                raise
