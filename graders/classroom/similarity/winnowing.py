"""Fingerprints of code: the k-grams of its tokens, hashed and winnowed.

Schleimer, Wilkerson, Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003. Of every WINDOW
neighbouring k-grams the one with the smallest hash is kept, of equal ones the last. So passages that have
GRAM + WINDOW - 1 tokens in common have a fingerprint in common, and what is shorter than GRAM never matters.

A function is fingerprinted by itself, so that its place among the others doesn't matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from graders.classroom.similarity.sources import Source
from graders.classroom.similarity.tokens import tokens

GRAM = 20
"""Tokens, two or three lines: `self.A = A`, `self.N = A.shape[0]` and a `return` behind it are what everybody writes,
and have fewer."""
WINDOW = 8
"""27 tokens, three or four lines in common are sure to be found; of 4.5 k-grams one is kept."""
MAX_TOKENS = 200_000
"""Of a submission."""
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xFF51AFD7ED558CCD)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Text:
    """A source as numbers: of each token its hash and its lines; `starts` are the places where functions begin."""

    name: str
    hashes: Hashes
    lines: NDArray[np.int32]
    starts: tuple[int, ...]


@lru_cache(maxsize=256)
def _numbers(source: str) -> tuple[Hashes, NDArray[np.int32], tuple[int, ...]]:
    """Files that everybody has alike are read once."""
    found = tokens(source)[:MAX_TOKENS]
    hashes = np.array([_hash(token.text) for token in found], dtype=np.uint64)
    lines = np.array([(token.first_line, token.last_line) for token in found], dtype=np.int32).reshape(-1, 2)
    starts = [place for place, token in enumerate(found) if token.starts]
    return hashes, lines, tuple(sorted({0, *starts}))


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest())


def text_of(source: Source) -> Text:
    """The source as numbers."""
    return Text(source.name, *_numbers(source.text))


def grams(text: Text) -> Hashes:
    """The hash of every k-gram, function by function: what is to be taken out of others is not winnowed."""
    return np.concatenate([np.empty(0, np.uint64), *(_grams(part) for _, part in _functions(text))])


def fingerprints(text: Text) -> dict[int, int]:
    """Of each kept hash the place of its first token."""
    found: dict[int, int] = {}
    for start, part in _functions(text):
        hashes = _grams(part)
        for place in _kept(hashes):
            found.setdefault(int(hashes[place]), start + int(place))
    return found


def _functions(text: Text) -> list[tuple[int, Hashes]]:
    ends = (*text.starts[1:], len(text.hashes))
    return [(start, text.hashes[start:end]) for start, end in zip(text.starts, ends, strict=True)]


def _grams(part: Hashes) -> Hashes:
    """A polynomial in each GRAM neighbours, modulo 2**64, stirred so that the smallest are any."""
    count = len(part) - GRAM + 1
    if count <= 0:
        return part[:0]
    found = np.zeros(count, np.uint64)
    for place in range(GRAM):
        found = found * _BASE + part[place : place + count]
    found = (found ^ (found >> np.uint64(33))) * _MIX
    return found ^ (found >> np.uint64(33))


def _kept(hashes: Hashes) -> NDArray[np.intp]:
    """The places of the smallest of each window, of equal ones the last; of fewer than a window the smallest."""
    if not len(hashes):
        return np.empty(0, np.intp)
    size = min(WINDOW, len(hashes))
    windows = sliding_window_view(hashes, size)[:, ::-1]
    last = size - 1 - windows.argmin(axis=1)
    return np.unique(np.arange(len(windows)) + last)
