"""Whether weights can have been drawn as Glorot and Bengio (2010) do: uniform within sqrt(6 / (d + m)).

Of correctly drawn weights fewer than one set in 10^8 is refused, all three tests together: none lies outside the
bound; all within 0.999 of it has probability 0.999^24000 < 4e-11; and their distribution function is further than
DISTANCE from the uniform one with probability at most 2 exp(-2 n DISTANCE²) < 1e-8 (Massart 1990).
"""

from __future__ import annotations

import numpy as np

from graders.expect import CheckFailed

SIZES = ((120, 200), (400, 60))
"""(d, m): 24000 weights each."""
DISTANCE = 0.02
NEAR_THE_BOUND = 0.999
ROUNDED = 1e-6
"""Relative: single precision may round a weight, or the bound itself."""
HINT = "Draw W uniformly between -sqrt(6 / (d + m)) and sqrt(6 / (d + m))."


def check_xavier(weights: np.ndarray, d: int, m: int) -> None:
    """CheckFailed for weights that weren't drawn so."""
    bound = (6 / (d + m)) ** 0.5
    where = f"the weights of Dense({d}, {m})"
    if not np.isfinite(weights).all():
        raise CheckFailed(f"{where} aren't all finite", HINT)
    largest = float(np.abs(weights).max())
    if largest > bound * (1 + ROUNDED):
        raise CheckFailed(f"{where} are as large as {largest:.5f}, but should be at most {bound:.5f}", HINT)
    if largest < bound * NEAR_THE_BOUND:
        raise CheckFailed(f"{where} are at most {largest:.5f}, but should come near to {bound:.5f}", HINT)
    values = np.sort(weights.ravel() / bound)
    if len(np.unique(values)) < len(values) / 2:
        raise CheckFailed(f"{where} repeat each other: only {len(np.unique(values))} are different", HINT)
    uniform = (values + 1) / 2
    steps = np.arange(len(values) + 1) / len(values)
    distance = max(np.abs(uniform - steps[1:]).max(), np.abs(uniform - steps[:-1]).max())
    if distance > DISTANCE:
        raise CheckFailed(f"{where} aren't uniform between -{bound:.5f} and {bound:.5f}", HINT)
