"""Answers that are off by a guard against a logarithm of 0 or a division by 0: too large, or with the wrong sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.guards import Guarded, span

SIZES = tuple(10.0**-power for power in range(1, 8))
"""How large a guard is looked for at most: the largest of these that leaves a formula finite."""

LOOK = "A guard has to be far below any probability, and on the side of 0 where nothing is lost."


def guards(evidence: Evidence) -> Iterator[Explanation]:
    """The right formula with a guard of one size in it, the same in every case."""
    origin = evidence.origin
    if origin is None or not evidence.comparable or not np.isfinite(evidence.got).all():
        return
    given: list[np.ndarray] = []
    for guarded in _that_count(origin.guards, evidence.expected):
        for text, one in (("too large a guard", guarded), ("a guard with the wrong sign", _taken_off(guarded))):
            size = _size(evidence, one)
            if size is not None and not any(close(one.at(size), other, evidence.tolerance) for other in given):
                given.append(one.at(size))
                needs = 2 if evidence.informative else 3
                said = f"has {text}: {one.said(size)}"
                yield Explanation(f"guard {one.name} {size:.2g}", said, Rank.NAMED, needs, LOOK)


def _that_count(found: Sequence[Guarded], expected: np.ndarray) -> Iterator[Guarded]:
    """Those that change this answer; only the first of those that come to the same."""
    seen: list[np.ndarray] = []
    for guarded in found:
        value = guarded.at(SIZES[1])
        if not any(np.array_equal(value, other, equal_nan=True) for other in (expected, *seen)):
            seen.append(value)
            yield guarded


def _taken_off(guarded: Guarded) -> Guarded:
    return replace(
        guarded,
        name=f"{guarded.name} taken off",
        says=guarded.says.replace("is added", "is taken off"),
        at=lambda size: guarded.at(-size),
    )


def _size(evidence: Evidence, guarded: Guarded) -> float | None:
    """The size with which the guard gives the answer."""
    if "taken off" in guarded.name and "taken off" not in guarded.says:  # what is bounded has no sign
        return None
    most = next((size for size in SIZES if np.isfinite(guarded.at(size)).all()), None)
    if most is None:
        return None
    found = span(evidence.got, guarded, evidence.expected, np.zeros(evidence.expected.shape), most)
    return None if found is None else found.size
