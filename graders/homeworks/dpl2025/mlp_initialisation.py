"""Whether weights can have been drawn as He et al. (2015) do: mean 0, standard deviation sqrt(2 / fan_in).

Normal or uniform weights of this size are refused in fewer than one of 10^8 submissions: with n of them the sampled
standard deviation strays from the true one by about 1 / sqrt(2 n), relatively, and the mean by 1 / sqrt(n).
"""

from __future__ import annotations

import numpy as np

from graders.checking import CheckFailed

SIZES = (60, 80, 25)
"""(d, h, C): the smallest matrix has 2025 weights."""
STRAYS = 6.0
"""How many standard errors are allowed."""
HINT = "Draw weights from a normal distribution with standard deviation sqrt(2 / fan_in)."


def check_he(weights: np.ndarray, name: str) -> None:
    """CheckFailed for weights (fan_in + 1, n) that weren't drawn so; the bias row may be drawn too, or be zero.

    The fan-in may count the ones column. An example's weights are judged without the last row, the bias.
    """
    drawn, bias = weights[:-1], weights[-1]
    if not np.isfinite(weights).all():
        raise CheckFailed(f"{name} isn't finite everywhere", HINT)
    fan_in, count = len(drawn), drawn.size
    wanted = [float(np.sqrt(2 / fan)) for fan in (fan_in, fan_in + 1)]
    found, error = float(drawn.std()), 1 / np.sqrt(2 * count)
    if not any(abs(found / std - 1) <= STRAYS * error for std in wanted):
        raise CheckFailed(
            f"the weights of {name} have standard deviation {found:.4g}, but should have {wanted[0]:.4g}", HINT
        )
    if abs(float(drawn.mean())) > STRAYS * wanted[0] / np.sqrt(count):
        raise CheckFailed(f"the weights of {name} have mean {drawn.mean():.4g}, but should have 0", HINT)
    if len(np.unique(drawn)) < count / 2:
        raise CheckFailed(f"the weights of {name} repeat each other", HINT)
    if np.abs(bias).max() > STRAYS * wanted[0]:
        raise CheckFailed(f"the last row of {name}, the bias, is as large as {np.abs(bias).max():.4g}", HINT)
