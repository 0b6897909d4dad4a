"""Tells whether an answer is the right formula with a small guard in it, log(p + 1e-8) say, and how large that is.

An oracle says what comes of each way to put a guard of any size in (`Guarded`). The size is found by bisection: within
what a guard may be, each entry moves one way as it grows, so where one entry wants a larger guard and another a
smaller one, there is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graders.judging.tolerance import allowed_error

LARGEST = 1.2e-7
"""Float32's machine epsilon, 1.19e-7, and what is rounded to it: the largest guard that is an accepted one."""

SMALLEST = 1e-18
"""What is smaller moves nothing that float64 can tell."""

STEPS = 30
"""Halvings of the range of sizes, on a logarithmic scale: to a millionth of a size and less."""

EDGE_STEPS = 14
"""The same for the ends of the span of sizes that would do: to a small part of its width."""

ROUND = 0.01
"""A size that is as near to a round number as this is taken for it."""


@dataclass(frozen=True)
class Guarded:
    """One way to guard a formula: `says` names it, with `{}` for its size, `so` is what follows from it.

    `group` is what it guards, `at` gives what comes of a size.
    """

    name: str
    group: str
    says: str
    so: str
    at: Callable[[float], np.ndarray]

    def said(self, size: float) -> str:
        """The guard of this size, in words."""
        return self.says.replace("{}", f"{size:.3g}")

    @property
    def nameless(self) -> str:
        """The guard in words that don't tell its size."""
        return self.says.replace("{} and 1 - {}", "a small number and 1 less that").replace("{}", "a small number")

    def moves(self, plain: np.ndarray) -> bool:
        """Whether it changes anything."""
        return not np.array_equal(self.at(LARGEST), plain, equal_nan=True)

    def gives(self, got: np.ndarray, size: float, noise: np.ndarray) -> bool:
        """Whether an answer is what comes of this size, `noise` being what single precision does to it."""
        value = self.at(size)
        with np.errstate(all="ignore"):
            off = np.abs(got.astype(np.float64) - value)
            return bool(((off <= allowed_error(value, noise, got.dtype)) & np.isfinite(value)).all())


@dataclass(frozen=True)
class Span:
    """The sizes of a guard that would explain an answer, and the one that does so best."""

    low: float
    high: float
    best: float

    def meets(self, other: Span) -> Span | None:
        """The sizes that explain both, if there are any; the best of the two is that of the narrower span."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low > high:
            return None
        narrower = min(self, other, key=lambda span: span.high / span.low)
        return Span(low, high, min(max(narrower.best, low), high))

    @property
    def size(self) -> float:
        """The size to name: the best one, or a round number near it; else a power of ten among those that would do."""
        near = 10.0 ** round(math.log10(self.best))
        for one in (*_round_numbers(self.best), near):
            if self.low <= one <= self.high and (one == near or abs(one - self.best) <= ROUND * self.best):
                return one
        return self.best


def _round_numbers(size: float) -> Iterator[float]:
    power = 10.0 ** math.floor(math.log10(size))
    yield from (digit * power for digit in (1, 2, 5, 10))
    yield from (float(np.finfo(np.float32).eps), float(np.finfo(np.float64).eps))


@dataclass(frozen=True)
class _Fit:
    """An answer beside what a guard gives; `ways` is the sign with which each entry moves as the guard grows.

    `most` is the entry that moves the most.
    """

    got: np.ndarray
    at: Callable[[float], np.ndarray]
    noise: np.ndarray
    ways: np.ndarray
    most: tuple[int, ...]

    def _off(self, size: float) -> tuple[np.ndarray, np.ndarray]:
        value = self.at(size)
        with np.errstate(all="ignore"):
            return self.got - value, allowed_error(value, self.noise, self.got.dtype)

    def wants(self, size: float) -> tuple[bool, bool]:
        """Whether some entry wants a larger guard, or has none, and whether some entry wants a smaller one."""
        off, allowed = self._off(size)
        wrong = ~((np.abs(off) <= allowed) & np.isfinite(off))
        ahead = off * self.ways > 0
        return bool((wrong & (ahead | (self.ways == 0))).any()), bool((wrong & ~ahead).any())

    def lead(self, size: float) -> float:
        """How much further than this guard the answer goes in the entry that shows it most."""
        return float((self._off(size)[0] * self.ways)[self.most])


def span(got: np.ndarray, guarded: Guarded, plain: np.ndarray, noise: np.ndarray, most: float = LARGEST) -> Span | None:
    """The sizes up to `most` with which the guard gives this answer, entry by entry; None if there is none.

    `plain` is what comes without a guard, `noise` what single precision does to it; all have the same shape.
    """
    fit = _fit(got, guarded, plain, noise, most)
    found = None if fit is None else _bracket(fit, most)
    if fit is None or found is None:
        return None
    below, within, above = found
    low = _bisected(lambda size: fit.wants(size)[0], below, within, EDGE_STEPS)
    high = _bisected(lambda size: not fit.wants(size)[1], within, above, EDGE_STEPS, upper=False)
    best = _bisected(lambda size: fit.lead(size) > 0, below, above, STEPS)
    return Span(low, high, min(max(best, low), high))


def likeliest(got: np.ndarray, guarded: Guarded, plain: np.ndarray, most: float) -> float | None:
    """The size up to `most` with which the guard gives this answer best, to be named; None if there is none."""
    fit = _fit(got, guarded, plain, np.zeros(plain.shape), most)
    found = None if fit is None else _bracket(fit, most)
    if fit is None or found is None:
        return None
    low, _, high = found
    best = _bisected(lambda size: fit.lead(size) > 0, low, high, EDGE_STEPS)
    return Span(low, high, best).size


def _fit(got: np.ndarray, guarded: Guarded, plain: np.ndarray, noise: np.ndarray, most: float) -> _Fit | None:
    """The answer beside the guard; None where it is none of its answers."""
    values = got.astype(np.float64) if got.dtype.kind != "f" else got
    last = guarded.at(most)
    if last.shape != plain.shape or not np.isfinite(values).all():
        return None
    with np.errstate(all="ignore"):
        change = np.nan_to_num(last - plain)
    if not change.any():
        return None
    where = tuple(map(int, np.unravel_index(int(np.argmax(np.abs(change))), change.shape)))
    return _Fit(values, guarded.at, noise, np.sign(change), where)


def _bracket(fit: _Fit, most: float) -> tuple[float, float, float] | None:
    """A size that gives the answer, between one that is too small and one that is too large, or the largest."""
    low, high = SMALLEST, most
    larger, smaller = fit.wants(most)
    if larger:
        return None
    if not smaller:
        return low, most, most
    for _ in range(STEPS):
        middle = math.sqrt(low * high)
        larger, smaller = fit.wants(middle)
        if larger == smaller:
            return None if larger else (low, middle, high)
        low, high = (middle, high) if larger else (low, middle)
    return None


def _bisected(larger: Callable[[float], bool], low: float, high: float, steps: int, *, upper: bool = True) -> float:
    """Where `larger` turns from true to false, on a logarithmic scale: the upper end of what is left, or the lower."""
    for _ in range(steps):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if larger(middle) else (low, middle)
    return high if upper else low


def effect(guarded: Guarded, plain: np.ndarray) -> float:
    """How much the largest accepted guard of this kind changes an answer, both by its largest entry."""
    with np.errstate(all="ignore"):
        change, size = np.abs(guarded.at(LARGEST) - plain).max(initial=0.0), np.abs(plain).max(initial=0.0)
        return float(change / size) if np.isfinite(change) and size > 0 else 0.0
