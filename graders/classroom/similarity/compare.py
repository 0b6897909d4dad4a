"""Finds the pairs of a class: an index from each fingerprint to the submissions that have it, and no text twice."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from graders.classroom.similarity.passages import Alike, Place, passages, shown
from graders.classroom.similarity.winnowing import Hashes, Text, fingerprints, grams
from graders.coursework.pair import Pair

COMMON_SHARE, COMMON_COUNT = 0.25, 10
"""What more submissions than this share of the class, and than this many, have alike is taken for what the homework
forces (as MOSS does), and counts for nobody."""
LEAST = 0.3
"""The larger share of a pair that is worth a look."""
LONG = 15
"""Fingerprints in one passage, about 80 tokens, that are worth a look whatever the share: one component of many."""
FEWEST = 6
"""Fingerprints in common that a pair must have: a share of next to nothing says nothing."""
MAX_PAIRS = 1000
"""More than a person will ever look at; those with the largest shares are kept."""
MAX_PASSAGES = 5


@dataclass(frozen=True)
class Code:
    """A submission's code. Two of the same student are no pair."""

    name: str
    texts: list[Text]
    students: frozenset[str] = frozenset()
    places: dict[int, Place] = field(init=False)

    def __post_init__(self) -> None:
        places: dict[int, Place] = {}
        for number, text in enumerate(self.texts):
            for fingerprint, token in fingerprints(text).items():
                places.setdefault(fingerprint, Place(number, token))
        object.__setattr__(self, "places", places)


def compare(codes: Sequence[Code], starter: Iterable[Text] = (), least: float = LEAST) -> list[Pair]:
    """The pairs that are worth a look, by the larger share. `starter` is what was handed out, and counts for nobody."""
    own = _without_common(codes, np.concatenate([np.empty(0, np.uint64), *map(grams, starter)]))
    candidates = heapq.nsmallest(MAX_PAIRS, _candidates(codes, own, least), key=_by_share)
    found = (_pair(codes, own, candidate, least) for candidate in candidates)
    return [pair for pair in found if pair is not None]


@dataclass(frozen=True)
class _Candidate:
    first: int
    second: int
    common: int
    first_share: float
    second_share: float

    @property
    def share(self) -> float:
        return max(self.first_share, self.second_share)


def _by_share(one: _Candidate) -> tuple[float, int, int, int]:
    return -one.share, -one.common, one.first, one.second


def _without_common(codes: Sequence[Code], starter: Hashes) -> list[Hashes]:
    """Of each submission its fingerprints without the starter code's and those that too many have."""
    each = [np.setdiff1d(np.fromiter(code.places, np.uint64, len(code.places)), starter) for code in codes]
    every, counts = np.unique(np.concatenate([np.empty(0, np.uint64), *each]), return_counts=True)
    common = every[counts > max(COMMON_SHARE * len(codes), COMMON_COUNT)]
    return [np.setdiff1d(one, common, assume_unique=True) for one in each]


def _candidates(codes: Sequence[Code], own: Sequence[Hashes], least: float) -> Iterator[_Candidate]:
    """Every two submissions with enough in common, or so much that one passage may be long."""
    for first, counts in enumerate(_counts(own)):
        for second in (np.flatnonzero(counts[first + 1 :] >= FEWEST) + first + 1).tolist():
            common = int(counts[second])
            shares = common / len(own[first]), common / len(own[second])
            if (max(shares) >= least or common >= LONG) and not codes[first].students & codes[second].students:
                yield _Candidate(first, second, common, *shares)


def _counts(own: Sequence[Hashes]) -> Iterator[NDArray[np.intp]]:
    """Of each submission how many fingerprints it has in common with each."""
    sizes = [len(one) for one in own]
    _, numbers = np.unique(np.concatenate([np.empty(0, np.uint64), *own]), return_inverse=True)
    owners = np.repeat(np.arange(len(own)), sizes)[np.argsort(numbers, kind="stable")]
    ends = np.cumsum(np.bincount(numbers))
    starts = np.concatenate([np.zeros(1, np.intp), ends[:-1]])
    for mine in np.split(numbers, np.cumsum(sizes)[:-1]):
        holders = [owners[starts[number] : ends[number]] for number in mine]
        yield np.bincount(np.concatenate([np.empty(0, np.intp), *holders]), minlength=len(own))


def _pair(codes: Sequence[Code], own: Sequence[Hashes], one: _Candidate, least: float) -> Pair | None:
    """The pair with its longest passages; None where neither a share nor a passage is worth a look."""
    first, second = codes[one.first], codes[one.second]
    shared = np.intersect1d(own[one.first], own[one.second], assume_unique=True).tolist()
    places = [(first.places[fingerprint], second.places[fingerprint]) for fingerprint in shared]
    found = passages(first.texts, second.texts, places, MAX_PASSAGES)
    if one.share < least and not _is_long(found):
        return None
    shares = round(one.first_share, 4), round(one.second_share, 4)
    return Pair(first.name, second.name, *shares, [shown(alike, first.texts, second.texts) for alike in found])


def _is_long(found: Sequence[Alike]) -> bool:
    return any(alike.fingerprints >= LONG for alike in found)
