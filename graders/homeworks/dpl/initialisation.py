"""Whether a network's parameters can have been drawn uniformly within 1 / sqrt(n_in), weights and biases alike."""

from __future__ import annotations

import numpy as np

from graders.checking import Remote, read_array
from graders.checking.draws import check_uniform as check_drawn

SHAPES = ((50, 3000, 20), (300, 40, 3000))
"""n_in is never n_out, and 3000 biases have a layer of many inputs, or of few, before them."""
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
    check_drawn(values, n_in**-0.5, where, HINT)
