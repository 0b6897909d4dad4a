"""Bytes to read: arbitrary ones, and valid ones that were cut, changed, doubled or put together."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

MAX_BYTES = 4096


def mutated(samples: Sequence[bytes], words: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """A valid input with some changes; `words` are what the format knows, put in at random."""
    return st.builds(_changed, st.sampled_from(samples), st.lists(_changes(words), min_size=1, max_size=8))


def arbitrary_or_mutated(samples: Sequence[bytes], words: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """Mostly mutated inputs: arbitrary ones seldom get past the first bytes."""
    of_words = st.lists(st.sampled_from(words) if words else st.binary(max_size=4), max_size=40).map(b"".join)
    return st.one_of(mutated(samples, words), mutated(samples, words), of_words, st.binary(max_size=MAX_BYTES))


_Change = tuple[str, float, float, bytes]


def _changes(words: Sequence[bytes]) -> st.SearchStrategy[_Change]:
    share = st.floats(0, 1, exclude_max=True)
    extreme = st.sampled_from([b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\xff" * 8, b"\x00" * 512, b"-", b"9" * 20])
    pieces = [st.binary(max_size=8), extreme, *([st.sampled_from(words)] if words else [])]
    return st.tuples(st.sampled_from(["put", "take", "replace", "repeat", "cut"]), share, share, st.one_of(pieces))


def _changed(content: bytes, changes: list[_Change]) -> bytes:
    for kind, first, second, piece in changes:
        start = int(first * (len(content) + 1))
        end = start + int(second * min(64, len(content) - start + 1))
        match kind:
            case "put":
                content = content[:start] + piece + content[start:]
            case "take":
                content = content[:start] + content[end:]
            case "replace":
                content = content[:start] + piece + content[start + len(piece) :]
            case "repeat":
                content = content[:end] + content[start:end] * 3 + content[end:]
            case "cut":
                content = content[:start] or content
    return content
