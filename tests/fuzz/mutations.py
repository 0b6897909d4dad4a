"""Inputs to read: arbitrary ones, and valid ones that were cut, changed, doubled or put together.

Each is drawn from a random generator: one with a seed takes microseconds for an input, Hypothesis's takes milliseconds
and makes an input smaller that breaks a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

MAX_BYTES = 4096
_EXTREME = (b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff" * 8, b"\x00" * 512, b"-", b"9" * 20)
_NUMBERS = (b"0", b"-1", b"1", b"0.5", b"1e400", b"4294967296", b"nan", b"true", b"[]", b"{}", b'""', b"\xff")
_TOKEN = re.compile(rb"[A-Za-z0-9_.+-]+|\"[^\"\n]*\"|[^\s\0A-Za-z0-9_]")

Draw = Callable[[Random], Any]


def either(*draws: Draw) -> Draw:
    """One or another."""
    return lambda random: random.choice(draws)(random)


def several(draw: Draw, most: int) -> Draw:
    """A list of them."""
    return lambda random: [draw(random) for _ in range(random.randint(0, most))]


def then(draw: Draw, function: Callable[[Any], Any]) -> Draw:
    """What a function makes of them."""
    return lambda random: function(draw(random))


def mutated(samples: Sequence[bytes], words: Sequence[bytes] = ()) -> Draw:
    """A valid input with some changes, mostly one; `words` are what the format knows, put in at random."""

    def draw(random: Random) -> bytes:
        content = random.choice(samples)
        for _ in range(random.choice((0, 1, 1, 1, 2, 3, 8))):
            content = random.choice((_bytes_changed, _token_changed, _line_changed))(content, random, words)
        return content

    return draw


def arbitrary_or_mutated(samples: Sequence[bytes], words: Sequence[bytes] = ()) -> Draw:
    """Mostly mutated inputs: arbitrary ones seldom get past the first bytes."""
    valid = mutated(samples, words)

    def of_words(random: Random) -> bytes:
        return b"".join(random.choice(words) if words else _some(random, 4) for _ in range(random.randint(0, 40)))

    return either(valid, valid, valid, valid, of_words, lambda random: _some(random, random.choice((8, 64, MAX_BYTES))))


def _some(random: Random, most: int) -> bytes:
    return random.randbytes(random.randint(0, most))


def _place(content: bytes, random: Random) -> tuple[int, int]:
    """Some bytes next to each other, seldom more than a few."""
    start = random.randint(0, len(content))
    return start, min(len(content), start + random.choice((1, 2, 4, 8, 64)))


def _bytes_changed(content: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    (start, end), piece = _place(content, random), _piece(random, words)
    match random.choice(("put", "take", "replace", "replace", "repeat", "cut")):
        case "put":
            return content[:start] + piece + content[start:]
        case "take":
            return content[:start] + content[end:]
        case "replace":
            return content[:start] + piece + content[start + len(piece) :]
        case "repeat":
            return content[:end] + content[start:end] * 3 + content[end:]
        case _:
            return content[:start] or content


def _piece(random: Random, words: Sequence[bytes]) -> bytes:
    arbitrary = _some(random, 2), _some(random, 8)
    return random.choice((*arbitrary, random.choice(_EXTREME), random.choice(words or _EXTREME)))


def _token_changed(content: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    """A word, number or sign becomes another of the same input, or one at a limit."""
    changed, another = (_TOKEN.search(content, random.randint(0, len(content))) for _ in range(2))
    if not changed:
        return content
    other = random.choice((another[0] if another else b"", random.choice(_NUMBERS), random.choice(words or _NUMBERS)))
    return content[: changed.start()] + other + content[changed.end() :]


def _line_changed(content: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    """A line is left out, comes twice, or comes elsewhere; or one of the format's words stands between two."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return content
    line, place = random.randrange(len(lines)), random.randint(0, len(lines))
    moved = random.choice((lines[line], random.choice(words or _NUMBERS)))
    if random.random() < 0.5:
        del lines[line]
    if random.random() < 0.5:
        lines.insert(place, moved)
    return b"".join(lines)
