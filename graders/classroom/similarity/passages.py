"""The longest passages that two submissions have in common, from the fingerprints that they share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from graders.classroom.similarity.winnowing import GRAM, Hashes, Text
from graders.coursework.pair import Passage


class Place(NamedTuple):
    """Where a fingerprint begins: the number of its text, and of its token there."""

    text: int
    token: int


class Alike(NamedTuple):
    """Tokens that are the same: where on both sides, how many, and how many of the shared fingerprints they hold."""

    first: Place
    second: Place
    length: int
    fingerprints: int


def passages(
    first: Sequence[Text], second: Sequence[Text], shared: Iterable[tuple[Place, Place]], most: int
) -> list[Alike]:
    """Those with the most fingerprints, none of which overlaps another on either side."""
    found: list[Alike] = []
    for one in sorted(_alike(first, second, shared), key=lambda one: (-one.fingerprints, one.first, one.second)):
        if not any(_overlap(one, other) for other in found):
            found.append(one)
        if len(found) == most:
            break
    return found


def shown(one: Alike, first: Sequence[Text], second: Sequence[Text]) -> Passage:
    """The passage in files and lines."""
    return Passage(*_lines(first, one.first, one.length), *_lines(second, one.second, one.length))


def _lines(texts: Sequence[Text], place: Place, length: int) -> tuple[str, tuple[int, int]]:
    text = texts[place.text]
    last = place.token + length - 1
    return text.name, (int(text.lines[place.token, 0]), int(text.lines[last, 1]))


def _alike(first: Sequence[Text], second: Sequence[Text], shared: Iterable[tuple[Place, Place]]) -> Iterator[Alike]:
    """Each run of equal tokens around shared fingerprints, as long as it goes."""
    for (one, other), diagonals in _by_diagonal(shared).items():
        for offset, places in diagonals.items():
            yield from _runs(first[one].hashes, second[other].hashes, (one, other), offset, sorted(places))


def _by_diagonal(shared: Iterable[tuple[Place, Place]]) -> Mapping[tuple[int, int], dict[int, list[int]]]:
    """Of two texts and the distance between places in them, the places in the first."""
    found: dict[tuple[int, int], dict[int, list[int]]] = {}
    for one, other in shared:
        diagonals = found.setdefault((one.text, other.text), {})
        diagonals.setdefault(other.token - one.token, []).append(one.token)
    return found


def _runs(first: Hashes, second: Hashes, texts: tuple[int, int], offset: int, places: list[int]) -> Iterator[Alike]:
    end = 0
    for number, place in enumerate(places):
        if number and place + GRAM <= end:
            continue
        start = place - _common(first[:place][::-1], second[: place + offset][::-1])
        end = place + _common(first[place:], second[place + offset :])
        inside = bisect_right(places, end - GRAM) - number
        yield Alike(Place(texts[0], start), Place(texts[1], start + offset), end - start, max(inside, 1))


def _common(first: Hashes, second: Hashes) -> int:
    """How many of their first tokens are equal."""
    size = min(len(first), len(second))
    same = first[:size] == second[:size]
    return size if same.all() else int(np.argmin(same))


def _overlap(one: Alike, other: Alike) -> bool:
    return _meet(one.first, one.length, other.first, other.length) or _meet(
        one.second, one.length, other.second, other.length
    )


def _meet(one: Place, length: int, other: Place, other_length: int) -> bool:
    return one.text == other.text and one.token < other.token + other_length and other.token < one.token + length
