"""Arrays of mixed sizes: right gradients raise no alarm, and none that is zero, doubled or of the other sign passes."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function, gradcheck, pointwise
from graders.gradcheck.bands import bands, reaches
from tests.benchmarks.gradcheck import mixed
from tests.gradcheck.helpers import check


@pytest.mark.parametrize("name", mixed.MIXED)
def test_right_gradients_pass(name):
    for seed in range(2):
        result = check(mixed.MIXED[name](np.random.default_rng(seed)), seed=seed)
        assert result.verdict is Verdict.PASS, f"seed {seed}: {result}"
        assert result.seen == 1.0
        assert result.forward_evaluations <= 270


@pytest.mark.parametrize("name", mixed.MIXED)
@pytest.mark.parametrize("wrong", mixed.WRONG)
def test_wrong_gradients_are_alarms(name, wrong):
    layer = mixed.MIXED[name](np.random.default_rng(5))
    result = check(mixed.changed(layer, mixed.WRONG[wrong]), seed=5, localise=False)
    assert result.verdict is Verdict.WRONG_GRADIENT, str(result)


@pytest.mark.parametrize("name", ["linear one large row", "bias beside large", "attention causal mask"])
def test_one_wrong_gradient_of_several_is_an_alarm_of_its_own(name):
    layer = mixed.MIXED[name](np.random.default_rng(5))
    for wrong in layer.inputs:
        result = check(mixed.changed(layer, 0.0, wrong), seed=5, localise=False)
        assert [item.name for item in result.inputs if item.verdict is Verdict.WRONG_GRADIENT] == [wrong]


@pytest.mark.parametrize("threshold", [1e-3, 1e2])
def test_a_gradient_that_is_wrong_for_small_numbers_alone_is_an_alarm(threshold):
    """Sixteen orders of magnitude, elementwise: the large ones drown the small ones in every plain sum."""
    layer = mixed.MIXED["square 16 orders"](np.random.default_rng(0))
    small = np.abs(layer.inputs["X"]) < threshold
    wrong = layer.wrong("small", lambda p, g: {"X": np.where(small, 0.0, layer.backward(p, g)["X"])})
    assert check(wrong, localise=False).verdict is Verdict.WRONG_GRADIENT


def test_ordinary_arrays_are_one_band():
    rng = np.random.default_rng(0)
    for x in (rng.standard_normal(4000), rng.random(300) - 0.5, np.zeros(5), np.ones((2, 3)), 1e4 + rng.random(9)):
        assert len(bands(x)) == 1, x
        assert isinstance(reaches(x)[0], float)


def test_outliers_and_masks_are_bands_of_their_own():
    x = np.array([0.5, -1.0, 2.0, 0.0, -1e9, -1e9])
    core, masked = bands(x)
    assert core.tolist() == [True, True, True, True, False, False]
    assert np.array_equal(masked, ~core)
    near, far = reaches(x)
    assert np.array_equal(np.asarray(near) > 0, core)
    assert set(np.unique(far)) == {0.0, 2.0**30}


def test_orders_of_magnitude_are_several_bands_that_make_up_the_whole():
    masks = bands(np.logspace(-8, 8, 50))
    assert 4 <= len(masks) <= 8
    assert (np.sum(masks, axis=0) == 1).all()


def test_what_is_lost_beside_larger_numbers_is_named_and_no_pass():
    x = np.array([0.3, -0.7, 1e3])
    forward = pointwise(lambda x: np.array([np.tanh(x[0]) + np.tanh(x[1]) + 1e17 * x[2]]))

    def backward(point, g):
        slope = 1 - np.tanh(point["x"]) ** 2
        return {"x": g * np.array([slope[0], slope[1], 1e17])}

    result = gradcheck(forward, backward, {"x": x})
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.seen == pytest.approx(1 / 3)
    assert result["x"].unseen == ((0,), (1,))
    assert result.message.startswith("2 of 3 entries of the gradient of x could not be checked ([0], [1]): ")


def test_a_small_bias_beside_large_numbers_is_moved_by_more_than_its_own_size():
    layer = mixed.MIXED["bias beside large"](np.random.default_rng(0)).at(b=np.full(4, 1e-12))
    assert check(layer).verdict is Verdict.PASS
    assert check(mixed.changed(layer, 0.0, "b"), localise=False).verdict is Verdict.WRONG_GRADIENT


def test_a_saturated_function_is_not_on_a_kink():
    x = np.array([0.5, 1e4, -1e4, 0.2])
    for dtype in (np.float64, np.float32):
        result = gradcheck(
            pointwise(lambda x: np.tanh(x)), lambda p, g: {"x": g * (1 - np.tanh(p["x"]) ** 2)}, {"x": x.astype(dtype)}
        )
        assert result.verdict is Verdict.PASS
        assert result.unchecked == 0
        assert "kink" not in result.message


def test_a_1_where_a_function_is_saturated_is_an_alarm():
    x = np.array([0.5, 1e5])
    right = lambda x, g: g * (1 - np.tanh(x) ** 2)  # noqa: E731
    wrong = gradcheck(
        pointwise(lambda x: np.tanh(x)), lambda p, g: {"x": right(p["x"], g) + np.array([0.0, 1e-3])}, {"x": x}
    )
    assert wrong.verdict is Verdict.WRONG_GRADIENT
    assert [entry.index for entry in wrong["x"].wrong] == [(1,)]


def test_outputs_that_grow_by_orders_beside_the_inputs_are_known_no_better_than_they_are_rounded_there():
    x = np.array([1e3, -3e-2, 1e-6, 2e3, 1.5, 60.0, 5e-3, 300.0, 2e6, -8e3, 9e3, 6e-2])
    for seed in (6, 9, 15, 27):
        right = check_function(lambda x: x**3, lambda x, g: 3 * x * x * g, x, seed=seed)
        assert right.verdict is Verdict.PASS, f"seed {seed}: {right}"
    assert check_function(lambda x: x**3, lambda x, g: 2.999 * x * x * g, x).verdict is Verdict.WRONG_GRADIENT
