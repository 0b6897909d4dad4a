"""Whether weights can have been drawn as Glorot and Bengio (2010) do: uniform within sqrt(6 / (d + m))."""

from __future__ import annotations

import numpy as np

from graders.checking import CheckFailed, Remote, read_array
from graders.checking.draws import are_copies, check_uniform

SIZES = ((120, 200), (400, 60))
"""(d, m): 24000 weights each."""
BETWEEN = 2.4
"""A uniform distribution has the fourth moment 1.8 (of its squared variance), a normal one 3."""
CLOSE = 0.005
"""Relative: how near the largest weight comes to a bound that explains it."""
HINT = "Draw W uniformly between -sqrt(6 / (d + m)) and sqrt(6 / (d + m))."


def check_weights(remote: Remote, d: int, m: int) -> None:
    """CheckFailed for the weights of a Dense(d, m), in either layout, that weren't drawn so."""
    weights = read_array(remote).astype(np.float64)
    if weights.size != d * m:
        raise CheckFailed(f"{remote!r} has shape {weights.shape}, but should be ({m}, {d}), or ({d}, {m})")
    check_xavier(weights, d, m)


def check_xavier(weights: np.ndarray, d: int, m: int) -> None:
    """CheckFailed for weights, as many as there should be, that weren't drawn so."""
    check_uniform(weights, (6 / (d + m)) ** 0.5, f"the weights of Dense({d}, {m})", HINT, mistaken(weights, d, m))


def mistaken(weights: np.ndarray, d: int, m: int) -> str:
    """What was drawn, if it is a distribution that is known to be taken for the right one; else nothing."""
    values = weights.ravel()
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        return ""
    if are_copies(values):
        return "the weights aren't drawn one by one: some of them are copies"
    if values.min() >= 0:
        return "the weights are never negative: they aren't drawn on both sides of zero"
    if (values**4).mean() / (values**2).mean() ** 2 > BETWEEN:
        return "the weights are normally distributed, not uniformly"
    for text, bound in _bounds(d, m).items():
        if abs(np.abs(values).max() / bound - 1) < CLOSE:
            return f"the bound is {text}"
    return ""


def _bounds(d: int, m: int) -> dict[str, float]:
    """Bounds that are taken for sqrt(6 / (d + m)), by words for them."""
    return {
        "sqrt(6 / d): the number of outputs is left out": (6 / d) ** 0.5,
        "sqrt(6 / m): the number of inputs is left out": (6 / m) ** 0.5,
        "sqrt(2 / (d + m)): the standard deviation of the normal distribution": (2 / (d + m)) ** 0.5,
        "6 / (d + m): the root is missing": 6 / (d + m),
        "sqrt(3 / (d + m)): the variance is half what it should be": (3 / (d + m)) ** 0.5,
        "sqrt(2 / d), as of He et al.": (2 / d) ** 0.5,
        "sqrt(1 / d)": (1 / d) ** 0.5,
        "1": 1.0,
    }
