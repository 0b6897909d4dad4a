"""Every number that the checker compares with, in one place, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MAX_EVALUATIONS = 100
"""Forward evaluations that a screen may spend."""

MAX_LOCALISE = 250
"""Forward evaluations that localisation may spend on top, after an alarm."""

SAFETY = 8.0
"""Standard deviations between a prediction and an alarm. A class of 200 makes 1e5 comparisons, so 5 would
alarm now and then; 8 leaves room for noise estimated from a handful of draws."""

AGREE = 4.0
"""Two rows of a table agree when they differ by less than this many noise standard deviations, in rms."""

KINK_NOISE = 40.0
"""A second difference below this many noise standard deviations says nothing about kinks."""

KINK_SHRINK = 1.6
"""A smooth function's second difference over h shrinks with h; a kink's stays. Between two rows it may
exceed the smooth law by this factor before the rows are taken to straddle a kink."""


ZERO = 32.0
"""A derivative below this many epsilons of its natural size is the rounding error of terms that cancel."""


FAINTEST = 1e-60
"""What is this small beside the largest output is nothing: numbers that have all but underflowed."""

KNOWN = 5.0
"""A derivative of this many tolerances is none that cancels, however small it is beside its natural size."""

DOUBTFUL = 30.0
"""An alarm by less than this many tolerances is looked at a second time, with everything drawn afresh."""


@dataclass(frozen=True)
class Steps:
    """Step sizes for one precision, as powers: level L moves an input by ``2**-L`` of its own scale."""

    eps: float
    first: tuple[int, ...] = (2, 4)
    smooth: tuple[int, ...] = (5, 6, 7, 8)
    smoother: tuple[int, ...] = (9, 10)
    kink: tuple[int, ...] = (11, 14, 17)
    finer: tuple[int, ...] = (20, 22)
    finest: tuple[tuple[int, ...], ...] = ((25, 28), (31, 34), (37, 40))
    coarser: tuple[int, ...] = (-2, -6, -10)
    coarsest: tuple[int, ...] = (-16, -24, -32, -40)
    planted: tuple[int, ...] = (16, 18)
    near: tuple[float, float] = (10**-4.2, 10**-3.1)
    resolved: float = 1e-13
    coarsen: float = 1e-10
    unresolved: float = 1e-8
    undetectable: float = 1e-8
    loose: float = 1e-3
    unsettled: float = 10.0
    unlucky: float = 0.25
    seen: float = 1e-5


DOUBLE = Steps(eps=float(np.finfo(np.float64).eps))
"""``first`` settles whatever is linear or quadratic, at little noise; ``smooth`` brings the truncation of a
function with radius of convergence 1 below 1e-13; ``kink`` steps over whatever is further away than 1e-3;
``finest`` is for what is neither smooth nor on a kink at any of those, an inverse close to a singular matrix say;
``coarsest`` for what isn't heard at all at its own scale; ``planted`` stays inside the distances that ``near`` plants.
Rows are ``resolved`` when they agree to that fraction of the derivative; noise above ``coarsen`` is worth larger steps;
an output known less well than ``unresolved`` is left out, and if more than the fraction ``unlucky`` are for want of
budget, everything is drawn once more; a derivative ``undetectable`` beside its natural size is nothing; and a tolerance
that is ``loose`` certifies nothing. Estimated errors count ``unsettled`` times where rows never came to agree. An entry
was ``seen`` if its own gradient, or that fraction of all that moved with it, is above the tolerance."""

SINGLE = Steps(
    eps=float(np.finfo(np.float32).eps),
    smooth=(3, 5, 6),
    smoother=(7, 8),
    kink=(7, 9, 10),
    finer=(12, 13),
    finest=(),
    coarsest=(-16, -22),
    planted=(9, 10),
    near=(10**-2.2, 10**-1.7),
    resolved=2e-5,
    coarsen=2e-4,
    unresolved=1e-3,
    undetectable=3e-4,
    loose=1e-2,
    unsettled=100.0,
    unlucky=1.0,
    seen=2e-2,
)
"""With 24 bits a step below 2**-12 is mostly noise, so kinks are resolved only to a few thousandths."""


def steps_for(eps: float) -> Steps:
    """Choose the steps for the coarsest machine epsilon among the inputs and the output."""
    return DOUBLE if eps <= DOUBLE.eps else SINGLE
