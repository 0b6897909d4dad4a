"""Whether a network's parameters can have been drawn uniformly within 1 / sqrt(n_in), the same for weights and biases.

Of n correctly drawn values, none lies outside the bound; all keep further from it than `_near` says in one case of
10^10; and their distribution function is further than `_distance` from the uniform one in one of 10^9 (Massart 1990).
"""

from __future__ import annotations

import math

import numpy as np

from graders.checking import CheckFailed, Remote, read_array

SHAPES = ((50, 3000, 20), (300, 40, 3000))
"""n_in is never n_out, and 3000 biases have a layer of many inputs, or of few, before them."""
FEWEST = 1000
"""Of fewer values only the bound can be told."""
ROUNDED = 1e-6
"""Relative: single precision may round a value, or the bound itself."""
FILLED = 3.0
"""What parameters are overwritten with: more than any bound."""
HINT = "Draw weights and biases uniformly between -1 / sqrt(n_in) and 1 / sqrt(n_in)."


def fill(network: Remote, shape: tuple[int, ...]) -> None:
    """Overwrites all of a network's parameters."""
    for place in range(len(shape) - 1):
        network.weights[place].data.fill_(FILLED)
        network.biases[place].data.fill_(FILLED)


def check_uniform(network: Remote, shape: tuple[int, ...]) -> None:
    """CheckFailed for weights or biases that weren't drawn so."""
    for place, n_in in enumerate(shape[:-1]):
        for name in ("weights", "biases"):
            values = read_array(getattr(network, name)[place])
            check_values(values.astype(np.float64), n_in, f"{name}[{place}] of shape {shape}")


def check_values(values: np.ndarray, n_in: int, where: str) -> None:
    """CheckFailed for values that aren't uniform within 1 / sqrt(n_in)."""
    bound = n_in**-0.5
    if not np.isfinite(values).all():
        raise CheckFailed(f"{where} aren't all finite", HINT)
    largest = float(np.abs(values).max(initial=0.0))
    if largest > bound * (1 + ROUNDED):
        raise CheckFailed(f"{where} are as large as {largest:.5f}, but should be at most {bound:.5f}", HINT)
    if values.size < FEWEST:
        return
    if largest < bound * _near(values.size):
        raise CheckFailed(f"{where} are at most {largest:.5f}, but should come near to {bound:.5f}", HINT)
    if len(np.unique(values)) < values.size / 2:
        raise CheckFailed(f"{where} repeat each other: only {len(np.unique(values))} are different", HINT)
    if _from_uniform(np.sort(values.ravel() / bound)) > _distance(values.size):
        raise CheckFailed(f"{where} aren't uniform between -{bound:.5f} and {bound:.5f}", HINT)


def _near(count: int) -> float:
    return math.exp(-math.log(1e10) / count)


def _distance(count: int) -> float:
    return math.sqrt(math.log(2e9) / (2 * count))


def _from_uniform(values: np.ndarray) -> float:
    """The largest distance of sorted values' distribution function from that of the uniform one on [-1, 1]."""
    uniform = (values + 1) / 2
    steps = np.arange(len(values) + 1) / len(values)
    return float(max(np.abs(uniform - steps[1:]).max(), np.abs(uniform - steps[:-1]).max()))
