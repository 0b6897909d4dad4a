"""Answers that hold something of an earlier call."""

from __future__ import annotations

from collections.abc import Iterator

from graders.diagnosis.evidence import Evidence
from graders.diagnosis.explanation import Explanation, Rank


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
