"""Histograms of points, as plain data that a template draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 132
LEFT, BOTTOM, TOP, RIGHT = 34, 22, 10, 8
MARKS = 4


@dataclass(frozen=True)
class Column:
    """A bar: where it stands, and what is said when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Histogram:
    """How many submissions have how many points."""

    width: int
    height: int
    columns: Sequence[Column]
    across: Sequence[Tick]
    up: Sequence[Tick]
    mean: float
    words: str


def histogram(scores: Sequence[float], most: float, *, bins: int, ticks: int, width: int = WIDTH) -> Histogram:
    """Of scores from 0 to `most`; what lies outside counts at the end. There has to be one score at least."""
    most = most if most > 0 else max(1.0, *scores)
    counts = [0] * bins
    for score in scores:
        counts[min(bins - 1, max(0, math.floor(bins * score / most)))] += 1
    top, step = _scale(max(counts))
    inner, high = width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    columns = [
        Column(
            round(LEFT + k * inner / bins + 1, 2),
            round(TOP + high * (1 - count / top), 2),
            round(inner / bins - 2, 2),
            round(high * count / top, 2),
            f"{_range(k, bins, most)}: {count}",
        )
        for k, count in enumerate(counts)
        if count
    ]
    across = [Tick(round(LEFT + inner * k / ticks, 2), f"{most * k / ticks:g}") for k in range(ticks + 1)]
    up = [Tick(round(TOP + high * (1 - k / top), 2), str(k)) for k in range(0, top + 1, step)]
    mean = math.fsum(scores) / len(scores)
    at = round(LEFT + inner * min(max(mean / most, 0.0), 1.0), 2)
    return Histogram(width, HEIGHT, columns, across, up, at, f"{len(scores)} submissions, mean {mean:.2f} of {most:g}")


def _range(place: int, bins: int, most: float) -> str:
    low, high = most * place / bins, most * (place + 1) / bins
    return f"{low:g} to {high:g}" if place == bins - 1 else f"{low:g} to below {high:g}"


def _scale(most: int) -> tuple[int, int]:
    """The axis' end and the distance of its marks: whole numbers, about four of them."""
    rough = max(1, math.ceil(most / MARKS))
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough)
    return math.ceil(most / step) * step, step
