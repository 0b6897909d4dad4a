"""What labels may look like, and that both of their values are always there."""

from __future__ import annotations

import numpy as np
import pytest

from graders.probe.drawing import Drawing
from graders.probe.forms import KINDS, Form, labels, of_shape


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shape", [(2,), (6, 1), (1, 6), (5, 3)])
def test_binary_labels_and_signs_have_both_values(shape: tuple[int, ...], seed: int) -> None:
    drawing = Drawing(seed, "float64")
    assert set(drawing.form(Form("binary", shape)).ravel().tolist()) == {0.0, 1.0}
    assert set(drawing.form(Form("signs", shape)).ravel().tolist()) == {-1.0, 1.0}


@pytest.mark.parametrize("seed", range(20))
def test_classes_and_ids_reach_their_ends_and_ids_repeat(seed: int) -> None:
    drawn = Drawing(seed, "float64").form(Form("ids", (4,), 50))
    assert (drawn.min(), drawn.max()) == (0, 49)
    assert len(set(drawn.tolist())) < 4
    assert drawn.dtype.kind == "i"


@pytest.mark.parametrize(("shape", "axis"), [((5, 3), -1), ((3, 6), 0), ((2, 4, 3), -1), ((2, 3, 4, 4), 1), ((4,), 0)])
def test_one_hot_labels_have_a_single_one_along_their_axis(shape: tuple[int, ...], axis: int) -> None:
    drawn = Drawing(0, "float32").form(Form("one-hot", shape, shape[axis], axis))
    assert drawn.shape == shape
    assert drawn.dtype == np.float32
    assert np.array_equal(drawn.sum(axis=axis), np.ones(drawn.sum(axis=axis).shape))


@pytest.mark.parametrize(
    ("shape", "batch_axis", "first"),
    [
        ((5, 3), 0, Form("one-hot", (5, 3), 3, 1)),
        ((3, 6), 1, Form("one-hot", (3, 6), 3, 0)),
        ((6, 1), 0, Form("binary", (6, 1))),
        ((1, 6), 1, Form("binary", (1, 6))),
        ((6,), 0, Form("binary", (6,))),
        ((2, 4, 3), 0, Form("one-hot", (2, 4, 3), 3, 2)),
    ],
)
def test_the_likeliest_labels_come_first(shape: tuple[int, ...], batch_axis: int, first: Form) -> None:
    assert labels([shape], (), batch_axis, None, signed=False)[0] == first


def test_signs_come_first_for_a_hinge_and_one_kind_alone_where_it_is_asked_for() -> None:
    assert labels([(6,)], (), 0, None, signed=True)[0].kind == "signs"
    for kind in KINDS:
        assert {form.kind for form in labels([(6,), (5, 3)], (), 0, kind, signed=False)} == {kind}


def test_one_sample_and_networks_have_forms_of_their_own() -> None:
    found = labels([(4,)], (), 0, None, signed=False)
    assert Form("one-hot", (4,), 4, 0) in found
    assert Form("classes", (), 4) in found
    assert Form("one-hot", (5, 7), 7, 1) in labels([(5, 4)], (7,), 0, None, signed=False)
    assert {form.shape for form in of_shape((5, 3))} == {(5, 3)}
