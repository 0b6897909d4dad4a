"""Runs a check again on a few cases drawn at random, whatever came of it before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import hypothesis

Test = Callable[..., Any]


def is_drawn(test: Test) -> bool:
    """Whether a check draws cases."""
    return bool(hypothesis.is_hypothesis_test(test))


def draw(test: Test, count: int, run: Callable[[dict[str, Any]], None]) -> None:
    """Draw so many cases of a check and `run` what each gives the test as arguments, until that raises."""
    handle: Any = test.hypothesis  # type: ignore[attr-defined]

    @hypothesis.seed(1)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(**handle._given_kwargs)
    def again(**drawn: Any) -> None:
        run(drawn)

    again()


def run_silently(test: Test, count: int, run: Callable[[dict[str, Any]], None]) -> None:
    """The same for a run of which only its traces matter."""

    def quiet(drawn: dict[str, Any]) -> None:
        with contextlib.suppress(Exception):
            run(drawn)

    with contextlib.suppress(Exception):
        draw(test, count, quiet)
