"""How noisy a pass is, measured: its answers at inputs moved by an ulp, against its answers at the inputs."""

from __future__ import annotations

import numpy as np

from graders.gradcheck.bands import bands
from graders.gradcheck.result import Array

POOL = 0.3
"""An output is taken to be at least this noisy relative to the outputs together: two lucky draws are no proof."""

ENOUGH = 4
"""So many small outputs are pooled apart from larger ones; fewer may have been lucky in every draw."""


def forward_noise(base: Array, moved: Array, eps: float, grain: float | Array) -> Array:
    """Noise of each output ``(outputs,)`` from draws ``(draws, outputs)``, at least half an ulp of the output.

    Outputs of like size are pooled. ``grain`` is the distance between the smallest numbers of the output's dtype.
    """
    draws = np.abs(moved - base)
    own = np.maximum(draws.max(axis=0, initial=0.0), 0.5 * eps * np.abs(base))
    for some in bands(base, ENOUGH):
        pooled = float(np.sqrt(np.mean(own[some] ** 2)))
        own[some] = np.maximum(own[some], POOL * pooled)
    return np.asarray(own + grain + np.finfo(np.float64).tiny)


def backward_noise(differences: Array, contributions: Array, eps: float) -> float:
    """Noise of the projections of a gradient: rms over draws, and the rounding of its own entries.

    ``differences`` are projections of gradients at moved inputs minus those at the inputs; ``contributions``
    is the root of the sum of squares of the terms that a projection adds up.
    """
    measured = float(np.sqrt(np.mean(differences**2))) if differences.size else 0.0
    return float(np.hypot(measured, 2 * eps * float(np.max(contributions, initial=0.0))))
