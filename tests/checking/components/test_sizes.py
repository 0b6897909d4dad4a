"""Sizes never coincide: of two names, of a name and a fixed axis, of a batch and another one; in all packs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from graders import AuthorError
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.sizes import BATCH, apart, fixed_in, larger, names_in, pools, shape
from graders.checking.components.description import Component
from graders.coursework.packs.pack import homework_ids, load_homework

SQUARES = {
    ("mlp4", "W2"): "the handout's MLP4 has two hidden layers of 8",
    ("three_layer_convnet", "W1"): "filter_size is one number: its filters are square",
}
"""Arrays of which the handout wants two axes alike."""
PURPOSE = {"square"}
"""Checks whose point are sizes that are alike."""


def test_names_are_found_in_their_order() -> None:
    assert names_in(["N 2 3", "6 M", "M", ""]) == ["N", "M"]


def test_fixed_axes_are_those_that_are_numbers_but_for_those_that_broadcast() -> None:
    assert fixed_in(["N 2 3", "6 1", "M", ""]) == {2, 3, 6}


def test_no_two_names_share_a_size() -> None:
    found = pools(["N", "D", "M", "K"], "N", {"M": (3, 5)})
    assert (found["N"], found["M"]) == (BATCH, (3, 5))
    for one, other in itertools.combinations(["N", "D", "K"], 2):
        assert not set(found[one]) & set(found[other])
    assert not set(found["D"]) & {3, 5}


def test_a_fixed_axis_is_no_named_one_unless_the_author_says_nothing_else() -> None:
    found = pools(["N", "D", "M", "K"], "N", {"M": (3, 5), "K": (3,)}, {2, 3, 6, 7})
    assert (found["N"], found["D"], found["M"], found["K"]) == ((5, 11, 16), (4, 10), (5,), (3,))


def test_where_no_sizes_are_left_the_author_is_told_what_to_say() -> None:
    names = [f"a{number}" for number in range(6)]
    with pytest.raises(AuthorError, match=r"no sizes left for 'a5': say sizes=\{'a5'"):
        pools(["N", *names], "N", {})


def test_of_sizes_that_coincide_the_later_one_is_another() -> None:
    allowed = {"N": (1, 2, 4), "C": (2, 3), "K": (2, 3, 1)}
    assert apart({"N": 4, "C": 2, "K": 3}, allowed) == {"N": 4, "C": 2, "K": 3}
    assert apart({"N": 2, "C": 2, "K": 2}, allowed) == {"N": 2, "C": 3, "K": 1}
    assert apart({"N": 1, "C": 2, "K": 2}, allowed) == {"N": 1, "C": 2, "K": 3}


def test_one_that_can_be_nothing_else_stays_and_two_such_are_told() -> None:
    assert apart({"C": 1, "N": 1}, {"C": (1, 3), "N": (1,)}) == {"C": 3, "N": 1}
    assert apart({"C": 1, "N": 1}, {"C": (1,), "N": (1,)}) is None


def test_another_batch_is_larger_and_as_large_as_no_other_axis() -> None:
    assert larger("N", {"N": 5, "C": 9, "D": 10}, {8}) == {"N": 11}
    assert larger("N", {"N": 5, "C": 5}, {}) == {"N": 8}
    assert larger("N", {"C": 9}, {}) == {}


def test_a_shape_has_numbers_and_sizes() -> None:
    assert shape("N 3 D", {"N": 5, "D": 7}) == (5, 3, 7)
    assert shape("", {}) == ()


def components(homework: str) -> Iterator[tuple[str, Component]]:
    """A pack's components by their keys: an optimiser's arrays have no batch."""
    for key, standard in load_homework(homework).components.by_key.items():
        one = getattr(standard, "component", None)
        if isinstance(one, Component):
            yield key, one


def cases(one: Component) -> Iterator[dict[str, int]]:
    """The sizes of all cases that can be drawn."""
    for sizes in itertools.product(*one.pools.values()):
        found = apart(dict(zip(one.pools, sizes, strict=True)), one.pools)
        assert found is not None
        yield found


@pytest.mark.parametrize("homework", homework_ids())
def test_in_no_case_of_any_pack_do_two_sizes_coincide(homework: str) -> None:
    for key, one in components(homework):
        for sizes in cases(one):
            known = [*sizes.values(), *one.fixed_sizes]
            assert len(set(known)) == len(known), (key, sizes)
            before = one.larger_batch(ComponentCase(0, tuple(sizes.items())))
            assert not set(before.values()) & {*known}, (key, sizes)


@pytest.mark.parametrize("homework", homework_ids())
def test_no_array_of_any_pack_has_two_fixed_axes_alike(homework: str) -> None:
    for key, one in components(homework):
        for name, spec in {**one.arrays, **one.state}.items():
            fixed = [word for word in spec.split() if word.isdigit() and word != "1"]
            assert len(set(fixed)) == len(fixed) or (key, name) in SQUARES, f"{key}: {name}: {spec}"


@pytest.mark.parametrize("homework", homework_ids())
def test_the_sizes_that_a_check_fixes_are_its_point_which_its_name_says(homework: str) -> None:
    for key, one in components(homework):
        fixed = {name: {*check.sizes.values()} for name, check in one.checks.items() if check.sizes}
        assert all(sizes == {1} or name in PURPOSE for name, sizes in fixed.items()), (key, fixed)
