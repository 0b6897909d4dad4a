"""Measured noise is about the noise there is."""

import numpy as np
import pytest

from graders.gradcheck import noise

EPS = float(np.finfo(np.float64).eps)


def test_forward_noise_follows_the_largest_draw():
    base = np.ones(1000)
    moved = base + 1e-9 * np.random.default_rng(0).standard_normal((3, 1000))
    sigma = noise.forward_noise(base, moved, EPS, 0.0)
    assert 3e-10 < np.median(sigma) < 3e-9
    assert sigma.min() > 1e-10


def test_forward_noise_is_never_below_half_an_ulp():
    base = np.array([1.0, 1e8])
    sigma = noise.forward_noise(base, np.stack([base, base]), EPS, 0.0)
    assert sigma[1] >= 0.5e8 * EPS
    assert noise.forward_noise(np.zeros(2), np.zeros((1, 2)), EPS, 0.0).min() > 0


def test_backward_noise_counts_rounding_of_the_gradient_itself():
    assert noise.backward_noise(np.zeros((2, 3)), np.full((2, 3), 5.0), EPS) == pytest.approx(10 * EPS)
    assert noise.backward_noise(np.full((2, 3), 1e-6), np.zeros((2, 3)), EPS) == pytest.approx(1e-6)
