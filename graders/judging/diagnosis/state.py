"""Answers that contain something from an earlier call."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from graders.judging.diagnosis.evidence import Evidence
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.diagnosis.factors import multiples


def not_updated(evidence: Evidence) -> Iterator[Explanation]:
    """A parameter that should have moved. Where others move in the same step, a catalogue may know more about it."""
    origin = evidence.origin
    start = origin.start if origin is not None else None
    if origin is not None and start is not None and evidence.comparable and evidence.is_like(start):
        alone = isinstance(origin.arguments.get(origin.quantity), np.ndarray)
        rank = Rank.UNTOUCHED if alone else Rank.EXACT
        yield Explanation("not updated", "is what it was before: this step has not moved it", rank)


def left_over(evidence: Evidence) -> Iterator[Explanation]:
    """The answer of the previous call, alone or added to the right one."""
    before = evidence.earlier
    if before is None or not evidence.comparable or before.shape != evidence.expected.shape or not before.any():
        return
    if evidence.is_like(evidence.expected + before):
        yield Explanation("accumulated", "accumulates: that of the previous call is added to it", Rank.PLAIN)
    elif evidence.is_like(before):
        yield Explanation("before", "is that of the previous call", Rank.PLAIN)
    elif evidence.is_like((evidence.expected + before) / 2):
        yield Explanation("averaged with before", "is averaged with that of the previous call", Rank.PLAIN)


def moved(evidence: Evidence) -> Iterator[Explanation]:
    """A parameter that has gone the right way, but by a multiple of its step."""
    start = evidence.origin.start if evidence.origin is not None else None
    if start is None or not evidence.comparable or start.shape != evidence.expected.shape:
        return
    step = dataclasses.replace(evidence, got=evidence.got - start, expected=evidence.expected - start)
    for found in multiples(step):
        yield found._replace(key=f"step {found.key}", text=f"has moved by a step that {found.text}")
