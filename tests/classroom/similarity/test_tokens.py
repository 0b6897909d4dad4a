"""What of a source counts, and that any text at all has tokens."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.classroom.similarity.tokens import tokens

SAME = [
    ("x = y + 1", "total=other   +  2.5e-3"),
    ("x = 1; y = 2", "x = 1\ny = 2"),
    ("f(a,\n  b,\n)", "f(a, b)"),
    ("return (a + b)", "return a + b"),
    ("x = a + \\\n  b", "x = a + b  # sum"),
    ("def f(a):\n  return a", 'def g(b: dict[str, int]) -> "list[int]":\n    """Say."""\n    return b'),
    ("def f(a=1, *b): pass", "def f(a: int = 2, *b: float) -> None: pass"),
    ("x = 'it''s'", 'y = rb"a" "b"'),
    ("class A:\n  'doc'\n  x = 1", 'class B:\n    """doc\n    more"""\n    x = 1'),
    ("self.W = self.make(3)", "self.weight = self.build(4)"),
    ("x = numpy.exp(z)", "x = np.exp(z)"),
]
"""Pairs that say the same."""
DIFFERENT = [
    ("x = np.exp(z)", "x = np.log(z)"),
    ("x = len(z)", "x = abs(z)"),
    ("x = a + b", "x = a - b"),
    ("x **= 2", "x *= 2"),
    ("x = a[0]", "x = a"),
    ("x = s", "x = 's'"),
    ("x = n", "x = 0"),
]


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source)]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_and_layout_hide_nothing(one: str, other: str) -> None:
    assert texts(one) == texts(other)
    assert texts(one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_done_makes_a_difference(one: str, other: str) -> None:
    assert texts(one) != texts(other)


def test_tokens_know_their_lines() -> None:
    found = tokens('"""Doc\n"""\nx = \\\n  (1 +\n# no\n """a\nb""")\ny')
    assert [(token.text, token.first_line, token.last_line) for token in found] == [
        ("n", 3, 3),
        ("=", 3, 3),
        ("0", 4, 4),
        ("+", 4, 4),
        ('"', 6, 7),
        ("n", 8, 8),
    ]


@pytest.mark.parametrize(
    "broken", ["def f(:\n  x = = 1\n", "x = ((((\n    y = 1", "if x\n\ty\n  z\x00", "x = 'open\ny = 1"]
)
def test_what_does_not_parse_still_has_tokens(broken: str) -> None:
    assert len(tokens(broken)) >= 3


@given(st.text(alphabet=st.sampled_from("ab1.(){}:,'\"\\\n #=->éλ\x00\ud800deftclass")))
def test_any_text_has_tokens_within_its_lines(source: str) -> None:
    for token in tokens(source):
        assert 1 <= token.first_line <= token.last_line <= source.count("\n") + 1


@pytest.mark.parametrize(
    "evil",
    ['"""' + '\\"""' * 50_000, "(" * 100_000, "\\\n" * 100_000, "'\n" * 50_000, "# \\\n" * 50_000, "def f(" * 20_000],
)
def test_no_text_takes_long(evil: str) -> None:
    began = time.process_time()
    tokens(evil)
    assert time.process_time() - began < 5
