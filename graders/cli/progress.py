"""The progress of long work, on standard error: a bar with the time left on a terminal, else a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from graders.coursework.packs.pack import Homework
from graders.coursework.record import OnResult

OnDone = Callable[[str], None]
"""Told the name of each thing that is done."""

EVERY = 60.0
"""Seconds between two lines: short work prints none."""


@contextmanager
def progress(doing: str, total: int, *, quiet: bool = False) -> Iterator[OnDone]:
    """Show how many of `total` things are done, as they are told."""
    console = Console(stderr=True)
    if quiet or not total:
        yield lambda name: None
    elif console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task(doing, total=total)
            yield lambda name: bar.update(task, advance=1, description=f"{name[:48]:<48}")
    else:
        yield lines(doing, total)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    left = (TextColumn("left"), TimeRemainingColumn())
    return Progress(*columns, *left, console=console, transient=True, speed_estimate_period=3600)


@contextmanager
def bar_of_checks(homework: Homework, checks: int, *, quiet: bool) -> Iterator[OnResult]:
    """Called with each result of a marking as it comes; at a terminal it moves a bar."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda result: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"marking {homework.id}", total=checks)
        yield lambda result: bar.update(task, advance=1, description=f"marking {result.id:<36}")


def lines(doing: str, total: int, clock: Callable[[], float] = time.monotonic) -> OnDone:
    """Prints how many are done and how long the others should take, once in this many seconds."""
    began = said = clock()
    number = 0

    def done(name: str) -> None:  # noqa: ARG001
        nonlocal number, said
        number += 1
        now = clock()
        if now - said < EVERY or number == total:
            return
        said = now
        left = (now - began) / number * (total - number)
        typer.echo(f"gradmark: {doing}: {number} of {total}, {_span(left)} left", err=True)

    return done


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return "under a minute" if minutes < 1 else f"about {minutes} minute{'' if minutes == 1 else 's'}"
