"""Answers that hold something of an earlier call."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.diagnosis.evidence import Evidence
from graders.diagnosis.explanation import Explanation, Rank


def not_updated(evidence: Evidence) -> Iterator[Explanation]:
    """What the oracle was given under the same name: a parameter that should have moved."""
    origin = evidence.origin
    start = origin.arguments.get(origin.quantity) if origin is not None else None
    if isinstance(start, np.ndarray) and evidence.comparable and evidence.is_like(start):
        yield Explanation("not updated", "is what it was before: this step has not moved it", Rank.UNTOUCHED)


def left_over(evidence: Evidence) -> Iterator[Explanation]:
    """The answer of the call before, alone or added to the right one."""
    before = evidence.earlier
    if before is None or not evidence.comparable or before.shape != evidence.expected.shape or not before.any():
        return
    if evidence.is_like(evidence.expected + before):
        yield Explanation("accumulated", "accumulates: that of the call before is added to it", Rank.PLAIN)
    elif evidence.is_like(before):
        yield Explanation("before", "is that of the call before", Rank.PLAIN)
    elif evidence.is_like((evidence.expected + before) / 2):
        yield Explanation("averaged with before", "is averaged with that of the call before", Rank.PLAIN)
