"""The promises of winnowing: what is long enough is found, what is short never matters."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from graders.classroom.similarity.sources import Source
from graders.classroom.similarity.winnowing import GRAM, WINDOW, Text, fingerprints, grams, text_of


def text(words: list[str]) -> Text:
    return text_of(Source("a.py", " ".join(words)))


def words(seed: int, count: int) -> list[str]:
    """Words with one token each."""
    return random.Random(seed).choices(["x", "1", "+", "-", "*", "/", "[", "]", "if", "else", "for", "in"], k=count)


@given(st.integers(0, 2**32), st.integers(0, 200), st.integers(0, 200))
def test_a_passage_of_gram_and_window_is_always_found(seed: int, before: int, after: int) -> None:
    passage = words(seed, GRAM + WINDOW - 1)
    one = fingerprints(text(words(seed + 1, before) + passage))
    other = fingerprints(text(passage + words(seed + 2, after)))
    assert one.keys() & other.keys()


@given(st.integers(0, 2**32))
def test_a_passage_shorter_than_a_gram_is_never_found(seed: int) -> None:
    passage = words(seed, GRAM - 1)
    one = ["while", *passage, "while"] * 3
    other = ["try", *passage, "try"] * 3
    assert not fingerprints(text(one)).keys() & fingerprints(text(other)).keys()


def test_fingerprints_are_few_of_the_grams_and_lie_where_they_say() -> None:
    source = text(words(0, 2000))
    found = fingerprints(source)
    every = grams(source)
    assert 0.8 < len(found) / (len(every) * 2 / (WINDOW + 1)) < 1.2
    assert all(int(every[place]) == fingerprint for fingerprint, place in found.items())


def test_the_order_of_functions_does_not_matter() -> None:
    functions = [f"def f(x):\n    {' '.join(words(number, 60))}\n" for number in range(5)]
    one, other = (text_of(Source("a.py", "".join(order))) for order in (functions, functions[::-1]))
    assert fingerprints(one).keys() == fingerprints(other).keys()
    assert len(fingerprints(one)) > 20
