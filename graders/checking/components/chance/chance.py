"""What a submission draws at random, such as dropout's mask: read off its output, never compared with another draw."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.failures import CheckFailed

if TYPE_CHECKING:
    from graders.checking.components.cases.case import ComponentCase

DEVIATIONS = 6.0
"""How far a share may be from what it should be: one in 500 million right ones is further."""


def _nonzero(output: np.ndarray) -> np.ndarray:
    return np.asarray(output != 0)


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A mask that forward draws: `torch` is given it, as 0 and 1, by its name. No input is zero, so that it shows."""

    kept: Callable[..., float]
    """Which share of the entries is kept, of the options: `lambda p, **_: p`, or `lambda p, **_: 1 - p`."""
    name: str = "mask"
    """What `torch` calls it."""
    read: Callable[[np.ndarray], np.ndarray] = _nonzero
    """The mask, of the output: else where that isn't 0. For whole channels it has an entry for each of them."""
    seed: str = ""
    """The option that holds a seed, if there is one: with the same seed, the same mask comes."""

    def expect_share(self, mask: np.ndarray, case: ComponentCase, says: str) -> None:
        """CheckFailed where another share is kept than that of the case's options."""
        share = self.kept(**case.known)
        margin = DEVIATIONS * math.sqrt(share * (1 - share) / mask.size)
        if abs(mask.mean() - share) > margin:
            raise CheckFailed(f"{says} keeps {mask.mean():.3f} of {mask.size} entries, but should keep about {share:g}")

    @staticmethod
    def expect_drawn(first: np.ndarray, second: np.ndarray, says: str) -> None:
        """CheckFailed where a mask comes again, or one example's is all examples'."""
        if (first == second).all():
            raise CheckFailed(f"{says} drops the same entries in the next call", "Draw a new mask in each call.")
        if (first == first[:1]).all():
            raise CheckFailed(f"{says} drops the same entries of all examples", "Draw one number for each entry.")
