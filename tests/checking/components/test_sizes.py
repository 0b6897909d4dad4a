"""Sizes of different names never coincide, nor with a batch's, whatever the author says of some of them."""

from __future__ import annotations

import itertools

import pytest

from graders import AuthorError
from graders.checking.components.cases.sizes import BATCH, names_in, pools, shape


def test_names_are_found_in_their_order() -> None:
    assert names_in(["N 2 3", "6 M", "M", ""]) == ["N", "M"]


def test_no_two_names_share_a_size() -> None:
    found = pools(["N", "D", "M", "K"], "N", {"M": (3, 5)})
    assert (found["N"], found["M"]) == (BATCH, (3, 5))
    for one, other in itertools.combinations(["N", "D", "K"], 2):
        assert not set(found[one]) & set(found[other])
    assert not set(found["D"]) & {3, 5}


def test_where_no_sizes_are_left_the_author_is_told_what_to_say() -> None:
    with pytest.raises(AuthorError, match=r"no sizes left for 'e': say sizes=\{'e'"):
        pools(["N", "a", "b", "c", "d", "e"], "N", {})


def test_a_shape_has_numbers_and_sizes() -> None:
    assert shape("N 3 D", {"N": 5, "D": 7}) == (5, 3, 7)
    assert shape("", {}) == ()
