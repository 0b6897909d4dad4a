"""A reason why an answer is wrong, in words, with an identity that is the same in every case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import NamedTuple

from graders.judging.diagnosis.evidence import Evidence


class Rank(IntEnum):
    """Which of several explanations that fit is the better one: the more it says, the lower."""

    UNTOUCHED = -3
    """Nothing was done: whatever formula gives the same isn't what was written."""
    PLAIN = -1
    """Is what it is, whatever else fits."""
    NAMED = -2
    """A misconception that is known by name."""
    EXACT = 0
    """Names the thing itself: another of the layer's answers, a known factor."""
    STRUCTURE = 1
    """Names what was done to the right answer: transposed, averaged, cut off."""
    COARSE = 2
    """Says only what the answer has in common with the right one."""


class Explanation(NamedTuple):
    """`key` tells the explanation from others across cases; `text` is what a student reads after the answer's name."""

    key: str
    text: str
    rank: Rank
    needs_cases: int = 1
    """In how many different cases it has to hold before it is given."""
    look: str = ""
    """Where to look, a sentence."""
    witness: float | None = None
    """The number of the case that it is made of: unless that differs between cases, any other may be meant."""


Finder = Callable[[Evidence], Iterator[Explanation]]
