"""Answers that are off by a guard against a logarithm of 0 or a division by 0: too large, or with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graders.judging.diagnosis.evidence import Evidence
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.guards import LARGEST, Guarded, likeliest

SIZES = (1e-1, 1e-2, 1e-3, 1e-5)
"""How large a guard is looked for at most, one after the other: a gradient depends simply on small ones alone."""

LOOK = "A guard has to be far smaller than any probability, and is never subtracted."


def guards(evidence: Evidence) -> Iterator[Explanation]:
    """The right formula with a guard of one size in it, the same in every case."""
    origin = evidence.origin
    if origin is None or not evidence.comparable or not np.isfinite(evidence.got).all():
        return
    needs = 2 if evidence.informative else 3
    for guarded in _that_count(origin.guards, evidence.expected):
        for text, one, least in (
            ("too large a guard", guarded, LARGEST),
            ("a guard with the wrong sign", _taken_off(guarded), 0.0),
        ):
            size = _size(evidence, one)
            if size is not None and size > least:
                said = f"has {text}: {one.said(size)}"
                yield Explanation(f"guard {one.name} {size:.2g}", said, Rank.NAMED, needs, LOOK)


def _that_count(found: Sequence[Guarded], expected: np.ndarray) -> Iterator[Guarded]:
    """Those that change this answer; only the first of those that come to the same."""
    seen: list[np.ndarray] = []
    for guarded in found:
        value = guarded.at(SIZES[0])
        if not any(np.array_equal(value, other, equal_nan=True) for other in (expected, *seen)):
            seen.append(value)
            yield guarded


def _taken_off(guarded: Guarded) -> Guarded:
    return replace(
        guarded,
        name=f"{guarded.name} taken off",
        says=guarded.says.replace("is added to", "is taken off").replace("is added", "is taken off"),
        at=lambda size: guarded.at(-size),
    )


def _size(evidence: Evidence, guarded: Guarded) -> float | None:
    """The size with which the guard gives the answer."""
    if "taken off" in guarded.name and "taken off" not in guarded.says:  # what is bounded has no sign
        return None
    for most in SIZES:
        if np.isfinite(guarded.at(most)).all():
            found = likeliest(evidence.got, guarded, evidence.expected, most)
            if found is not None:
                return found
    return None
