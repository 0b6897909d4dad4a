"""Runs a check again on a few cases drawn at random, whatever came of it before."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

import hypothesis
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import DataObject

from graders.marking import private_parts

Test = Callable[..., object]
Drawn = Mapping[str, object]
"""What a case gives the test as arguments."""
_KEPT = "gradmark_drawn"


def keep_drawn(test: Test) -> None:
    """Keep what is drawn of this check with its function, for as long as that lives: it takes longer than many a check.

    What is drawn depends on nothing but the check.
    """
    setattr(test, _KEPT, {})


def is_drawn(test: Test) -> bool:
    """Whether a check draws cases."""
    return bool(hypothesis.is_hypothesis_test(test))


def draw_others(test: Test, count: int, seed: int, run: Callable[[Drawn], None]) -> None:
    """Draw this many cases of a check from a seed and `run` each, until that raises; its examples aren't among them."""
    _draw(test, count, run, seed)


def draw(test: Test, count: int, run: Callable[[Drawn], None]) -> None:
    """Draw this many cases of a check and `run` each, until that raises. The same ones are drawn each time."""
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


def _drawn(test: Test, count: int) -> tuple[Drawn, ...]:
    kept: dict[int, tuple[Drawn, ...]] = getattr(test, _KEPT, {})
    if count not in kept:
        found: list[Drawn] = []
        _draw(test, count, found.append)
        kept[count] = tuple(found)
    return kept[count]


def _draw(test: Test, count: int, run: Callable[[Drawn], None], seed: int = 1) -> None:
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(**private_parts.strategies_of(test))
    def once(**drawn: object) -> None:
        run(drawn)

    once()
