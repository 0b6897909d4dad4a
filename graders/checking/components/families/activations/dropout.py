"""Mistakes in dropout, given the mask that a submission has drawn: not scaled, scaled by the wrong share, or twice."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

DROPOUT = Family("dropout", ("x",))
"""`x` is the input, `mask` where it is kept."""
wrong = DROPOUT.wrong
_SCALE = "Look at what kept entries are divided by."
_SAME = "Backward does to the gradient what forward does to the input."


def _scale(right, x):
    """What kept entries are multiplied by: found by asking."""
    return float(right(x=np.ones_like(x), mask=np.ones_like(x))["out"].reshape(-1)[0])


@wrong("out", "isn't scaled: what is kept should grow by what is lost", _SCALE)
def not_scaled(x, mask):
    return x * mask


@wrong("out", "is scaled, though the handout scales in evaluation", _SCALE)
def scaled(right, x, mask):
    return x * mask / mask.mean() if _scale(right, x) == 1 else None


@wrong("out", "is divided by the share that is dropped, not by the one that is kept", _SCALE)
def scaled_by_dropped(right, x, mask):
    kept = 1 / _scale(right, x)
    return x * mask / (1 - kept) if kept < 1 else None


@wrong("out", "is multiplied by the share that is kept, not divided", _SCALE)
def multiplied(right, x, mask):
    return x * mask / _scale(right, x)


@wrong("out", "is scaled twice", _SCALE)
def scaled_twice(right, x, mask):
    return x * mask * _scale(right, x) ** 2


@wrong("dx", "isn't masked: dropped entries have no gradient", _SAME)
def gradient_not_masked(right, x, dout):
    return dout * _scale(right, x)


@wrong("dx", "is the upstream gradient itself", _SAME)
def gradient_itself(dout):
    return dout


@wrong("dx", "isn't scaled as the output is", _SAME)
def gradient_not_scaled(mask, dout):
    return dout * mask


@wrong("dx", "is scaled twice", _SAME)
def gradient_scaled_twice(right, x, mask, dout):
    return dout * mask * _scale(right, x) ** 2


@wrong("dx", "is multiplied by the input", "The derivative in x doesn't contain x.")
def gradient_times_input(right, x):
    return right()["dx"] * x


@wrong("dx", "passes what was dropped, and drops what was kept", _SAME)
def gradient_of_the_dropped(right, x, mask, dout):
    return dout * (1 - mask) * _scale(right, x)
