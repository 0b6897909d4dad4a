"""Scales, directions, ulp moves and planted points are what their names say."""

import numpy as np
import pytest

from graders.gradcheck import directions
from graders.gradcheck.tolerances import DOUBLE, SINGLE


@pytest.mark.parametrize(
    ("offset", "spread"), [(0, 1e-6), (0, 1), (0, 1e4), (1e4, 1), (-1e4, 1), (-1e4, 1e4), (1e-3, 1e-6)]
)
def test_the_scale_is_the_spread_not_the_offset(offset, spread):
    x = offset + spread * np.random.default_rng(0).standard_normal(500)
    assert spread / 2 < directions.scale_of(x) < spread * 2


@pytest.mark.parametrize("x", [np.zeros(3), np.zeros(0)])
def test_what_has_no_size_has_scale_1(x):
    assert directions.scale_of(x) == 1.0


def test_a_constant_has_its_own_size_as_scale():
    assert directions.scale_of(np.full(5, 1e-6)) == pytest.approx(1e-6, rel=0.5)


def test_directions_are_bounded_away_from_zero():
    v = directions.signed(np.random.default_rng(0), (1000,))
    assert np.abs(v).min() >= 0.5
    assert np.abs(v).max() <= 1.0
    assert abs(np.sign(v).sum()) < 200


def test_few_outputs_see_cotangents_of_both_signs():
    for seed in range(20):
        g = directions.cotangents(3, 1, np.random.default_rng(seed))
        assert g[0] * g[1] < 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_ulp_is_the_smallest_move(dtype):
    x = np.random.default_rng(0).standard_normal(500).astype(dtype)
    moved = directions.moved_by_an_ulp(x, 3, np.random.default_rng(1))
    assert moved.dtype == dtype
    assert (moved != x).all()
    assert (np.abs(moved - x) <= 2 * np.spacing(np.abs(x))).all()


@pytest.mark.parametrize("steps", [DOUBLE, SINGLE])
def test_planted_points_have_near_kinks_of_both_signs_and_near_ties(steps):
    for seed in range(50):
        x = np.random.default_rng(seed).standard_normal((2, 3, 6, 6))
        y = directions.planted(x, 1.0, steps.near, np.random.default_rng(seed))
        near = y[np.abs(y) <= steps.near[1]]
        assert near.min() < 0 < near.max()
        gaps = np.abs(np.diff(y, axis=-1))
        assert np.count_nonzero((gaps >= 0.9 * steps.near[0]) & (gaps <= 1.1 * steps.near[1])) >= 3


def test_planting_leaves_a_positive_input_positive():
    x = np.random.default_rng(0).random((5, 7)) + 0.1
    y = directions.planted(x, 0.25, DOUBLE.near, np.random.default_rng(0))
    assert y.min() > 0.09


def test_planting_fits_any_shape():
    for shape in [(2,), (1, 2), (3, 1, 1), (1, 1), (1,), (), (7, 1, 2)]:
        x = np.random.default_rng(0).standard_normal(shape)
        assert directions.planted(x, 1.0, DOUBLE.near, np.random.default_rng(0)).shape == shape


def test_many_inputs_are_grouped():
    names = tuple("abcdefgh")
    groups = directions.groups_of(names, 3)
    assert len(groups) == 3
    assert sorted(name for group in groups for name in group) == sorted(names)
    assert directions.groups_of(("a", "b"), 3) == [("a",), ("b",)]
