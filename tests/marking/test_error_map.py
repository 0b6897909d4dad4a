"""Where wrong entries are, as a record keeps it for pictures."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.checking.expect import CheckFailed, certain
from graders.coursework.record import ErrorMap
from graders.coursework.rubric import Reveal
from graders.judging.compare import compare
from graders.marking.error_map import MAX_ENTRIES, error_maps


def failed(got: np.ndarray, expected: np.ndarray) -> CheckFailed:
    return CheckFailed("wrong", difference=compare(got, certain(expected)).difference, about="layer.dLdW")


def only(error: CheckFailed, reveal: Reveal = Reveal.ALL) -> ErrorMap:
    found = error_maps(error, reveal)
    assert isinstance(found, list)
    assert len(found) == 1
    return found[0]


def test_levels_say_which_entries_are_wrong_and_by_how_much_of_themselves() -> None:
    expected = np.array([[1.0, 2.0, 4.0], [1.0, 0.0, -1.0]])
    got = np.array([[1.0, 4.0, 4.004], [np.nan, 0.0, 1.0]])
    found = only(failed(got, expected))
    assert (found.name, found.shape, found.levels) == ("layer.dLdW", [2, 3], [0, 8, 6, 8, 0, 8])
    assert found.got == [1.0, 4.0, 4.004, "nan", 0.0, 1.0]
    assert found.expected == [1.0, 2.0, 4.0, 1.0, 0.0, -1.0]


def test_what_a_homework_hides_is_not_in_the_record() -> None:
    error = failed(np.array([1.0, 3.0]), np.array([1.0, 2.0]))
    hidden = only(error, Reveal.DIFFERENCE)
    assert (hidden.levels, hidden.got, hidden.expected) == ([0, 8], msgspec.UNSET, msgspec.UNSET)
    assert error_maps(error, Reveal.NOTHING) is msgspec.UNSET
    assert b"expected" not in msgspec.json.encode(hidden)


def test_a_gradient_against_slopes_has_levels_alone() -> None:
    error = CheckFailed("finite differences disagree.", slopes={"W": np.array([[0.0, 1.0, np.nan]])})
    found = only(error)
    assert (found.name, found.levels, found.got) == ("W", [0, 8, None], msgspec.UNSET)


@pytest.mark.parametrize("error", [None, ValueError(), CheckFailed("no"), failed(np.zeros(2), np.zeros(3))])
def test_a_failure_without_wrong_entries_has_no_map(error: BaseException | None) -> None:
    assert error_maps(error, Reveal.ALL) is msgspec.UNSET


@given(shape=st.lists(st.integers(1, 60), min_size=1, max_size=4), place=st.integers(0, 10**9))
def test_of_a_large_array_the_part_with_the_first_wrong_entry_is_kept(shape: list[int], place: int) -> None:
    if np.prod(shape) > 10**6:
        shape = shape[:2]
    expected = np.zeros(shape)
    index = tuple(int(k) for k in np.unravel_index(place % expected.size, shape))
    got = expected.copy()
    got[index] = 1.0
    found = only(failed(got, expected))
    assert len(found.levels) == np.prod(found.part) <= MAX_ENTRIES
    window = np.zeros(found.part)
    window[tuple(k - start for k, start in zip(index, found.corner, strict=True))] = 8
    assert found.levels == window.ravel().tolist()
    assert all(
        start + length <= whole for start, length, whole in zip(found.corner, found.part, found.shape, strict=True)
    )
