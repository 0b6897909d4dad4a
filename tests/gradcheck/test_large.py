"""Arrays of many entries: checked in blocks, within a few times what one pass takes, and wrong entries still found."""

import tracemalloc

import numpy as np
import pytest

from graders.gradcheck import Convention, Verdict, check_function, gradcheck, large, pointwise

N = 2 * large.LARGE + 3


def tanh_vjp(x, g):
    return g * (1 - np.tanh(x) ** 2)


def relu(x):
    return np.maximum(x, 0)


def relu_vjp(x, g):
    return g * (x > 0)


def square_mean(x):
    return (x * x).mean()


def square_mean_vjp(x, g):
    return 2 * g * x / x.size


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).standard_normal(N)


LAYERS = [(np.tanh, tanh_vjp), (relu, relu_vjp), (square_mean, square_mean_vjp)]


@pytest.mark.parametrize(("function", "vjp"), LAYERS)
def test_memory_and_evaluations_stay_within_bounds(x, function, vjp):
    upstream = np.ones(np.shape(function(x)))
    tracemalloc.start()
    function(x), vjp(x, upstream)
    own = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    result = check_function(function, vjp, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.verdict is Verdict.PASS
    assert (result.seen, result["x0"].size) == (1.0, N)
    assert peak <= 6 * own
    assert result.forward_evaluations <= 200


@pytest.mark.parametrize("factor", [0.0, 2.0, -1.0])
@pytest.mark.parametrize(("function", "vjp"), LAYERS)
def test_wrong_gradients_are_alarms(x, function, vjp, factor):
    result = check_function(function, lambda x, g: factor * vjp(x, g), x)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert result["x0"].wrong
    assert result.forward_evaluations <= 250


def test_one_wrong_entry_is_found_where_it_is(x):
    def wrong(x, g):
        found = tanh_vjp(x, g)
        found[123456] *= 2
        return found

    result = check_function(np.tanh, wrong, x)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert [entry.index for entry in result["x0"].wrong] == [(123456,)]
    assert result["x0"].wrong[0].ratio == pytest.approx(2)


def test_large_weights_of_a_small_output():
    rng = np.random.default_rng(0)
    X, W = rng.standard_normal((4, 512)), rng.standard_normal((512, 512)) / 20

    def vjp(X, W, g, factor=1.0):
        return g @ W.T, factor * (X.T @ g)

    assert check_function(lambda X, W: X @ W, vjp, X, W).verdict is Verdict.PASS
    wrong = check_function(lambda X, W: X @ W, lambda X, W, g: vjp(X, W, g, 1.001), X, W)
    assert [item.verdict for item in wrong.inputs] == [Verdict.PASS, Verdict.WRONG_GRADIENT]
    assert wrong["x1"].ratio == pytest.approx(1.001)
    assert len(wrong["x1"].wrong[0].index) == 2


def test_losses_that_take_no_upstream_gradient_and_averages_are_checked_in_blocks_too(x):
    convention = Convention(ignores_cotangent=True, scale_by={"x": N})

    def backward(point, g, factor=1.0):
        return {"x": factor * 2 * point["x"]}

    run = {"inputs": {"x": x}, "convention": convention}
    assert gradcheck(pointwise(square_mean), backward, **run).verdict is Verdict.PASS
    wrong = gradcheck(pointwise(square_mean), lambda p, g: backward(p, g, 3.0), **run)
    assert wrong.verdict is Verdict.WRONG_GRADIENT
    assert wrong["x"].ratio == pytest.approx(3)


def test_masks_and_orders_of_magnitude_are_told_apart_in_blocks_too(x):
    mixed = x.copy()
    mixed[::3] = 1e6
    assert check_function(np.tanh, tanh_vjp, mixed).verdict is Verdict.PASS
    assert check_function(np.tanh, lambda x, g: 0 * x, mixed).verdict is Verdict.WRONG_GRADIENT


def test_inputs_that_are_changed_and_wrong_shapes_are_findings(x):
    def clips(x):
        x[x > 2] = 2
        return x.copy()

    assert gradcheck(pointwise(clips), lambda p, g: {"x": g}, {"x": x}).verdict is Verdict.MUTATES_INPUT
    wrong = gradcheck(pointwise(lambda x: np.tanh(x)), lambda p, g: {"x": g[None]}, {"x": x})
    assert wrong.verdict is Verdict.WRONG_SHAPE
    assert f"({N},)" in wrong.message
