"""Kinks: stepped over when near, held to the hull when exact, never an alarm on a right subgradient."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, gradcheck, pointwise
from tests.benchmarks.gradcheck import layers
from tests.gradcheck.helpers import check


def on_zero(seed=0, shape=(8, 6)):
    rng = np.random.default_rng(seed)
    layer = layers.relu(rng, shape)
    X = layer.inputs["X"].copy()
    X[rng.random(shape) < 0.25] = 0.0
    return layer.at(X=X)


@pytest.mark.parametrize("slope", [0.0, 0.3, 0.5, 1.0])
def test_relu_may_have_any_slope_from_0_to_1_at_zero(slope):
    layer = on_zero()
    right = layer.wrong("slope", lambda p, g: layers.relu_backward(p, g, at_zero=slope))
    result = check(right)
    assert result.verdict is Verdict.PASS
    assert result.unchecked == np.count_nonzero(layer.inputs["X"] == 0)
    assert f"{result.unchecked} of 48 outputs are on a kink" in result.message


@pytest.mark.parametrize("slope", [-0.5, 1.5, 10.0])
def test_relu_may_have_no_other_slope_at_zero(slope):
    layer = on_zero()
    wrong = layer.wrong("slope", lambda p, g: layers.relu_backward(p, g, at_zero=slope))
    result = check(wrong)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert "exactly on a kink" in result.message


def tied(values=2):
    layer = layers.maxpool(np.random.default_rng(0), 2, 2, 6)
    X = layer.inputs["X"].copy()
    X[..., 1::2] = X[..., ::2]
    if values == 4:
        X[..., 1::2, :] = X[..., ::2, :]
    return layer.at(X=X)


@pytest.mark.parametrize("values", [2, 4])
@pytest.mark.parametrize("split", [False, True])
def test_tied_maxima_may_split_the_gradient(values, split):
    layer = tied(values)
    right = layer.wrong("split", lambda p, g: layers.maxpool_backward(p, g, split=split))
    for seed in range(5):
        assert check(right, seed=seed).verdict is Verdict.PASS


def test_tied_maxima_may_not_both_take_the_whole_gradient():
    layer = tied()
    wrong = layer.wrong("both", lambda p, g: layers.maxpool_backward(p, g, within=1e-9))
    verdicts = [check(wrong, seed=seed).verdict for seed in range(5)]
    assert set(verdicts) == {Verdict.WRONG_GRADIENT}


@pytest.mark.parametrize("distance", [1e-2, 1e-3, 1e-4, 1e-5])
def test_near_kinks_are_stepped_over_and_checked(distance):
    layer = layers.relu(np.random.default_rng(0))
    X = layer.inputs["X"].copy()
    X[::2] = distance * np.sign(X[::2])
    result = check(layer.at(X=X))
    assert result.verdict is Verdict.PASS
    assert result.unchecked == 0


@pytest.mark.parametrize("threshold", [1e-3, 1e-2, -1e-3])
def test_a_mask_off_by_a_little_is_caught_where_values_are_planted(threshold):
    for seed in range(20):
        layer = layers.relu(np.random.default_rng(seed))
        wrong = layer.wrong("mask", lambda p, g: layers.relu_backward(p, g, threshold=threshold))
        assert check(wrong, seed=seed, localise=False).verdict is Verdict.WRONG_GRADIENT


def test_without_planting_a_mask_off_by_a_little_goes_unseen():
    layer = layers.relu(np.random.default_rng(0))
    wrong = layer.wrong("mask", lambda p, g: layers.relu_backward(p, g, threshold=1e-5))
    assert check(wrong, planted=False).verdict is Verdict.PASS


def test_an_input_of_zeros_is_checked_beside_the_kink():
    layer = layers.relu(np.random.default_rng(0)).at(X=np.zeros((8, 6)))
    assert check(layer).verdict is Verdict.PASS
    wrong = layer.wrong("half", lambda p, g: {"X": 0.5 * layers.relu_backward(p, g)["X"]})
    assert check(wrong).verdict is Verdict.WRONG_GRADIENT


def absolute(x, g):
    return g * np.sign(x) / x.size


def test_a_scalar_on_a_kink_is_checked_beside_it():
    x = np.array([0.0, 1.0, -2.0, 0.5])
    forward = pointwise(lambda x: np.abs(x).mean())
    assert gradcheck(forward, lambda p, g: {"x": absolute(p["x"], g)}, {"x": x}).verdict is Verdict.PASS
    wrong = gradcheck(forward, lambda p, g: {"x": 2 * absolute(p["x"], g)}, {"x": x})
    assert wrong.verdict is Verdict.WRONG_GRADIENT


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_outputs_that_add_kinks_of_both_signs_are_no_alarm(slope):
    """Rows of zeros put every hidden unit on its kink, and the weights after it have both signs."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        layer = layers.mlp(rng)
        X = layer.inputs["X"].copy()
        X[:3] = 0.0

        def backward(p, g):
            Z = p["X"] @ p["W1"]
            dZ = (g @ p["W2"].T) * np.where(Z > 0, 1.0, np.where(Z == 0, slope, 0.0))
            return {"X": dZ @ p["W1"].T, "W1": p["X"].T @ dZ, "W2": np.maximum(Z, 0).T @ g}

        result = check(layer.at(X=X).wrong("slope", backward), seed=seed)
        assert result.verdict is Verdict.PASS, f"seed {seed}: {result}"


def test_curvature_beside_a_kink_is_not_mistaken_for_smoothness():
    x = np.zeros(12)
    forward = pointwise(lambda x: np.maximum(x, 0) + 5 * x**2 + x)
    right = gradcheck(forward, lambda p, g: {"x": g * ((p["x"] > 0) + 10 * p["x"] + 1)}, {"x": x})
    assert right.verdict is Verdict.PASS
    assert right.unchecked == 12
