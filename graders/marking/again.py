"""Runs a check again on a few cases drawn at random, whatever came of it before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import hypothesis
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import DataObject

Test = Callable[..., Any]
Drawn = Mapping[str, Any]
"""What a case gives the test as arguments."""


def is_drawn(test: Test) -> bool:
    """Whether a check draws cases."""
    return bool(hypothesis.is_hypothesis_test(test))


def draw(test: Test, count: int, run: Callable[[Drawn], None]) -> None:
    """Draw so many cases of a check and `run` each, until that raises. The same ones are drawn each time."""
    drawn = _drawn(test, count)
    if any(isinstance(value, DataObject) for case in drawn for value in case.values()):
        _draw(test, count, run)  # the test itself draws more, which it can only while a case is drawn
        return
    for case in drawn:
        with contextlib.suppress(UnsatisfiedAssumption):
            run(case)


def run_silently(
    test: Test, count: int, run: Callable[[Drawn], None], until: Callable[[], bool] = lambda: False
) -> None:
    """The same for a run of which only its traces matter, and only `until` they are enough."""
    if until():
        return

    def quiet(drawn: Drawn) -> None:
        if not until():
            with contextlib.suppress(Exception):
                run(drawn)

    with contextlib.suppress(Exception):
        draw(test, count, quiet)


@lru_cache(maxsize=1024)
def _drawn(test: Test, count: int) -> tuple[Drawn, ...]:
    """What is drawn depends on nothing but the check. Kept, for it takes longer than many a check."""
    found: list[Drawn] = []
    _draw(test, count, found.append)
    return tuple(found)


def _draw(test: Test, count: int, run: Callable[[Drawn], None]) -> None:
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
