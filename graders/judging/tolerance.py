"""How far an answer may be from the oracle's, and why: the one place where closeness is decided.

No homework asks for float64, and starter code hands out float32 arrays; so an answer is right if a right computation
in single precision could have given it. How far such a computation strays is measured, not guessed: the oracle itself
runs on inputs moved by a rounding error, with the roundings of single precision put into its float64 operations
(rounding.py), so that no processor's kernels have a say. What a wrong formula changes by less than that, no case here
would show; each regime in the cases is chosen so that every mistake it is there for changes much more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SINGLE_ROUNDING = 2.0**-24
"""Half the distance from 1 to the next float32: the relative error of storing a number in single precision."""

RELATIVE = 32 * SINGLE_ROUNDING
"""Of each expected entry: a few dozen roundings, for formulas that take other steps than the oracle's."""

NOISE_FACTOR = 16
"""Times the measured single-precision error, whose few samples see only a part of the worst case."""

NEIGHBOUR_SHARE = 0.25
"""Of the worst noise in the same column: an entry whose sampled noise is small by luck is as uncertain as the rest."""

SMALLEST = float(np.finfo(np.float32).tiny)
"""What is smaller may be 0: single precision goes no further down without losing digits."""

SLOPE = 1e-6
"""Between a gradient and the slope of the student's own forward, relative to the gradient's size: finite differences in
double precision see far less, but no homework demands it, and a guard such as log(p + 1e-12) is no mistake."""

SCALE_ROUNDINGS = 4
"""Roundings of the answer's own dtype, float32 at the coarsest, relative to the largest expected entry: differences of
terms that cancel."""


def allowed_error(expected: np.ndarray, noise: np.ndarray | float, answer: np.dtype[Any]) -> np.ndarray:
    """The error that each entry may have; `noise` is the measured single-precision error, of the same shape or 0."""
    largest_near = np.max(noise, axis=0, keepdims=True) if np.ndim(noise) else noise
    rounding = min(np.finfo(answer).eps, 2 * SINGLE_ROUNDING) if answer.kind == "f" else 0.0
    largest = np.max(np.abs(expected), initial=0.0)
    uncertain = NOISE_FACTOR * np.maximum(noise, NEIGHBOUR_SHARE * largest_near)
    return np.asarray(SMALLEST + RELATIVE * np.abs(expected) + uncertain + SCALE_ROUNDINGS * rounding * largest)
