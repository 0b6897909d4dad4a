"""Whether weights can have been drawn as Glorot and Bengio (2010) do: uniform within sqrt(6 / (d + m)).

Of correctly drawn weights fewer than one set in 10^8 is refused, all three tests together: none lies outside the
bound; all within 0.999 of it has probability 0.999^24000 < 4e-11; and their distribution function is further than
DISTANCE from the uniform one with probability at most 2 exp(-2 n DISTANCE²) < 1e-8 (Massart 1990).
"""

from __future__ import annotations

import numpy as np

from graders.checking import CheckFailed, Remote, read_array

SIZES = ((120, 200), (400, 60))
"""(d, m): 24000 weights each."""
DISTANCE = 0.02
NEAR_THE_BOUND = 0.999
ROUNDED = 1e-6
"""Relative: single precision may round a weight, or the bound itself."""
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
    bound = (6 / (d + m)) ** 0.5
    where = f"the weights of Dense({d}, {m})"
    if not np.isfinite(weights).all():
        raise CheckFailed(f"{where} aren't all finite", HINT)
    because = mistaken(weights, d, m)
    largest = float(np.abs(weights).max())
    if largest > bound * (1 + ROUNDED):
        raise CheckFailed(
            f"{where} are as large as {largest:.5f}, but should be at most {bound:.5f}", HINT, because=because
        )
    if largest < bound * NEAR_THE_BOUND:
        raise CheckFailed(
            f"{where} are at most {largest:.5f}, but should come near to {bound:.5f}", HINT, because=because
        )
    values = np.sort(weights.ravel() / bound)
    if len(np.unique(values)) < len(values) / 2:
        raise CheckFailed(
            f"{where} repeat each other: only {len(np.unique(values))} are different", HINT, because=because
        )
    uniform = (values + 1) / 2
    steps = np.arange(len(values) + 1) / len(values)
    distance = max(np.abs(uniform - steps[1:]).max(), np.abs(uniform - steps[:-1]).max())
    if distance > DISTANCE:
        raise CheckFailed(f"{where} aren't uniform between -{bound:.5f} and {bound:.5f}", HINT, because=because)


def mistaken(weights: np.ndarray, d: int, m: int) -> str:
    """What was drawn, if it is a distribution that is known to be taken for the right one; else nothing."""
    values = weights.ravel()
    if np.ptp(values) == 0:
        return ""
    if len(np.unique(values)) < len(values) / 2:
        return "the weights aren't drawn one by one: some of them are copies"
    if values.min() >= 0:
        return "the weights are never negative: they aren't drawn on both sides of zero"
    if _fourth_moment(values) > BETWEEN:
        return "the weights are normally distributed, not uniformly"
    for text, bound in _bounds(d, m):
        if abs(np.abs(values).max() / bound - 1) < CLOSE:
            return f"the bound is {text}"
    return ""


def _fourth_moment(values: np.ndarray) -> float:
    return float((values**4).mean() / (values**2).mean() ** 2)


def _bounds(d: int, m: int) -> list[tuple[str, float]]:
    """Bounds that are taken for sqrt(6 / (d + m)), in words."""
    return [
        ("sqrt(6 / d): the number of outputs is left out", (6 / d) ** 0.5),
        ("sqrt(6 / m): the number of inputs is left out", (6 / m) ** 0.5),
        ("sqrt(2 / (d + m)): the standard deviation of the normal distribution", (2 / (d + m)) ** 0.5),
        ("6 / (d + m): the root is missing", 6 / (d + m)),
        ("sqrt(3 / (d + m)): the variance is half what it should be", (3 / (d + m)) ** 0.5),
        ("sqrt(2 / d), as of He et al.", (2 / d) ** 0.5),
        ("sqrt(1 / d)", (1 / d) ** 0.5),
        ("1", 1.0),
    ]
