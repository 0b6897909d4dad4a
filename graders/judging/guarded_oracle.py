"""What an oracle gives with a guard of any size in its formulas: where they are written with `reference.guards`."""

from __future__ import annotations

from collections.abc import Container
from functools import lru_cache, partial

import numpy as np

from graders.judging.diagnosis.origin import Origin
from graders.judging.guards import Guarded
from reference.guards import GUARDS, Form, Guard, Place, guarding

_GROUPS = {
    Place.LOGARITHM: "the logarithm",
    Place.SLOPE: "the gradient",
    Place.BOTH: "the gradient",
}
_WHAT = {
    Place.LOGARITHM: "what the logarithm is taken of",
    Place.SLOPE: "what the gradient divides by",
    Place.BOTH: "the probability in the gradient",
    Place.SUM: "softmax's denominator",
    Place.SHIFTED_SUM: "softmax's denominator",
    Place.PROBABILITIES: "softmax's output",
    Place.PROBABILITIES_GIVEN: "softmax's output",
}
_HOW = {
    Form.ADDED: "{} is added to %s",
    Form.LEAST: "%s is never less than {}",
    Form.CLIPPED: "%s is clipped to {} and 1 - {}",
}
_SO = {
    "the logarithm": "The loss is off where a probability is hardly larger than that",
    "the gradient": "The gradient is off where a probability is hardly larger than that",
    "softmax": "Probabilities that are hardly larger than that are off",
}
_BETTER = {
    "the logarithm": "np.finfo(float).eps is enough, or none where the loss is computed by log-sum-exp",
    "the gradient": "np.finfo(float).eps is enough",
    "softmax": "subtract each example's maximum first, then no guard is needed",
}

_SIZES = 16
"""Of each guard what comes of so many sizes is kept: the largest ones are asked for again and again."""


def guards_of(origin: Origin, places: Container[Place]) -> list[Guarded]:
    """Every way to guard what the oracle computed, which has these places for guards in its formulas."""
    return [
        Guarded(_name(guard), group_of(guard), says(guard), _so(guard), lru_cache(_SIZES)(partial(_at, origin, guard)))
        for guard in GUARDS
        if guard.place in places
    ]


def group_of(guard: Guard) -> str:
    """What the guard is in."""
    return _GROUPS.get(guard.place, "softmax")


def _at(origin: Origin, guard: Guard, size: float) -> np.ndarray:
    assert origin.compute is not None, "an answer of an oracle's knows how it was computed"
    with guarding(guard, size), np.errstate(all="ignore"):
        found = origin.pick(origin.compute(origin.arguments))
    assert found is not None, "an oracle computes the same quantities whatever it is asked"
    return found


def says(guard: Guard) -> str:
    """The words of a guard, with `{}` for its size."""
    if (guard.place, guard.form) == (Place.LOGARITHM, Form.ADDED):
        return "{} is added inside the logarithm"
    text = _HOW[guard.form] % _WHAT[guard.place]
    return f"{text}, after it is multiplied by the batch size" if guard.shared else text


def _so(guard: Guard) -> str:
    return f"{_SO[group_of(guard)]}; {_BETTER[group_of(guard)]}"


def _name(guard: Guard) -> str:
    parts = (guard.place, guard.form, "masked" if guard.masked else "", "shared" if guard.shared else "")
    return " ".join(filter(None, parts))
