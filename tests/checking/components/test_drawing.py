"""What components draw: whole numbers, masks, ties, labels of other kinds, inputs that are left out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from graders.checking import CheckFailed
from graders.checking.components import Chance, Functions, Labels
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.checking.components.standard.standard import Standard


def component(**fields: object) -> Functions:
    usual: dict[str, object] = {"torch": lambda x, *_, **__: x * 1, "inputs": {"x": "N D"}}
    return Functions(module="m", forward="f", backward="b", **(usual | fields))  # type: ignore[arg-type]


def examples(one: Functions, regime: str = "plain", count: int = 20) -> list[Example]:
    oracle = Standard(one, "some").oracle
    sizes = tuple((name, values[-1]) for name, values in one.pools.items())
    return [Example(oracle, ComponentCase(seed, sizes, (), regime)) for seed in range(count)]


def test_whole_numbers_stay_below_their_size_and_some_come_again() -> None:
    one = component(inputs={"ids": "N T", "W": "V D"}, whole={"ids": "V"}, torch=lambda ids, W: W[ids])
    assert one.gradients == {"W": "backward"}
    for example in examples(one):
        ids, W = example.values["ids"], example.values["W"]
        assert ids.dtype.kind == "i"
        assert ids.min() >= 0
        assert ids.max() < len(W)
        assert len(np.unique(ids)) < ids.size


def test_lengths_reach_from_one_to_a_size() -> None:
    one = component(inputs={"x": "N T", "lengths": "N"}, whole={"lengths": "1 T"})
    drawn = np.concatenate([example.values["lengths"] for example in examples(one)])
    assert set(drawn) == set(range(1, max(one.pools["T"]) + 1))


def test_a_mask_hides_and_shows_something_in_each_row() -> None:
    one = component(inputs={"x": "N D", "mask": "N D"}, kinds={"mask": "mask"}, may_be_none={"mask"})
    masks = [example.values["mask"] for example in examples(one)]
    assert {mask is None for mask in masks} == {True, False}
    for mask in (mask for mask in masks if mask is not None):
        assert mask.dtype == bool
        assert mask.any(axis=1).all()
        assert not mask.all(axis=1).any()
    assert list(one.gradients) == ["x"]


def test_ties_are_many_and_upstream_gradients_have_none() -> None:
    (example,) = examples(component(), "ties", 1)
    assert len(np.unique(example.values["x"])) < example.values["x"].size / 2
    assert len(np.unique(example.upstream["dout"])) == example.upstream["dout"].size


@pytest.mark.parametrize(
    ("labels", "shape", "values", "kind"),
    [
        (Labels("2"), (16,), {0, 1}, "i"),
        (Labels("2", shape="N 1", values=(-1, 1)), (16, 1), {-1, 1}, "i"),
        (Labels("2", shape="N 1", floats=True), (16, 1), {0.0, 1.0}, "f"),
        (Labels("C", shape="N T"), (16, 10), set(range(9)), "i"),
    ],
)
def test_labels_have_the_shape_and_the_values_that_are_said(
    labels: Labels, shape: tuple[int, ...], values: set[float], kind: str
) -> None:
    one = component(labels=labels, inputs={"x": "N C T"})
    drawn = [example.values["y"] for example in examples(one)]
    assert drawn[0].shape == shape
    assert drawn[0].dtype.kind == kind
    assert set(np.concatenate([each.reshape(-1) for each in drawn])) == values


def test_several_outputs_pull_back_together() -> None:
    outputs = {"a": "forward[0]", "b": "forward[1]"}
    one = component(torch=lambda x: (2 * x, 3 * x.sum(1)), outputs=outputs, upstream="da db")
    (example,) = examples(one, count=1)
    da, db = example.upstream["da"], example.upstream["db"]
    np.testing.assert_allclose(example.wanted.dx.value, 2 * da + 3 * db[:, None], rtol=1e-12)
    np.testing.assert_allclose(example.wanted.b.value, 3 * example.values["x"].sum(1), rtol=1e-12)


def test_an_output_without_an_upstream_gradient_gives_nothing_back() -> None:
    outputs = {"a": "forward[0]", "b": "forward[1]"}
    one = component(torch=lambda x: (2 * x, 3 * x), outputs=outputs, upstream="da _")
    (example,) = examples(one, count=1)
    np.testing.assert_allclose(example.wanted.dx.value, 2 * example.upstream["da"], rtol=1e-12)


def test_outputs_without_a_word_each_are_told() -> None:
    one = component(outputs={"a": "forward[0]", "b": "forward[1]"}, upstream="da")
    assert any("there are 2 outputs" in fault for fault in one.faults())


def test_gradients_in_places_of_one_name_are_told_apart_by_their_way() -> None:
    one = component(
        inputs={"x": "N D", "y": "N D"},
        gradients={"x": "backward[0].data", "y": "backward[1].more.data"},
        torch=torch.add,
    )
    assert [one.gradient_called(name) for name in "xy"] == ["data", "more.data"]


def test_a_share_too_far_from_what_is_kept_is_wrong() -> None:
    chance = Chance(kept=lambda p: p)
    case = ComponentCase(0, (), (("p", 0.7),))
    kept = np.random.default_rng(0).random(4000) < 0.7
    chance.expect_share(kept, case, "f")
    with pytest.raises(CheckFailed, match=r"f keeps 0\.\d+ of 4000 entries, but should keep about 0\.7"):
        chance.expect_share(~kept, case, "f")


def test_masks_that_come_again_or_are_all_examples_are_wrong() -> None:
    random = np.random.default_rng(0)
    one, other = random.random((2, 50, 4)) < 0.5
    Chance.expect_drawn(one, other, "f")
    with pytest.raises(CheckFailed, match="the same entries in the next call"):
        Chance.expect_drawn(one, one, "f")
    with pytest.raises(CheckFailed, match="the same entries of all examples"):
        Chance.expect_drawn(np.tile(one[:1], (50, 1)), other, "f")
