"""Each guard has a right function that it lets pass, in test_check, and a wrong one here that it must name."""

import numpy as np
import pytest

from graders.gradcheck import Convention, MutatedInputError, Verdict, gradcheck, pointwise
from tests.benchmarks.gradcheck import layers
from tests.gradcheck.helpers import check


def run(function, gradient, x=None, **options):
    x = np.random.default_rng(0).standard_normal((4, 6)) if x is None else x
    return gradcheck(pointwise(function), lambda p, g: {"x": gradient(p["x"], g)}, {"x": x}, **options)


def test_dropout_is_non_deterministic():
    rng = np.random.default_rng(0)
    result = run(lambda x: x * (rng.random(x.shape) < 0.5), lambda x, g: g)
    assert result.verdict is Verdict.NON_DETERMINISTIC
    assert "differ by" in result.message


def test_a_forward_that_counts_its_calls_is_non_deterministic():
    calls = []

    def forward(x):
        calls.append(1)
        return x * len(calls)

    assert run(forward, lambda x, g: g).verdict is Verdict.NON_DETERMINISTIC


def test_forward_in_place_is_named():
    def forward(x):
        x[x < 0] = 0
        return x.copy()

    result = run(forward, lambda x, g: g * (x > 0))
    assert result.verdict is Verdict.MUTATES_INPUT
    assert "forward pass changes its input x in place" in result.message


def test_backward_in_place_is_named():
    def gradient(x, g):
        x *= 0
        return g

    assert run(lambda x: x + 0, gradient).verdict is Verdict.MUTATES_INPUT


def test_a_changed_cotangent_is_named():
    def gradient(x, g):
        g *= 2
        return g

    assert run(lambda x: 2 * x, gradient).verdict is Verdict.MUTATES_COTANGENT


def test_a_forward_elsewhere_can_say_that_its_input_changed():
    def forward(points):
        raise MutatedInputError("The forward pass changes its input x in place.")

    result = gradcheck(forward, lambda p, g: {"x": g}, {"x": np.ones(3)})
    assert result.verdict is Verdict.MUTATES_INPUT


def test_a_non_finite_output_is_named_with_its_place():
    with np.errstate(invalid="ignore"):
        result = run(lambda x: np.sqrt(x), lambda x, g: g, x=np.array([1.0, -4.0]))
    assert result.verdict is Verdict.NON_FINITE
    assert "The output is nan at [1]" in result.message


def test_a_non_finite_gradient_is_named():
    result = run(lambda x: x**2, lambda x, g: np.where(x > 0, np.inf, g))
    assert result.verdict is Verdict.NON_FINITE
    assert "gradient of x is inf" in result.message


def test_a_domain_that_ends_nearby_is_no_alarm():
    x = np.random.default_rng(0).random((4, 5)) * 0.2 + 1e-3
    with np.errstate(invalid="ignore", divide="ignore"):
        result = run(lambda x: np.log(x), lambda x, g: g / x, x=x)
    assert result.verdict is Verdict.PASS


def test_a_gradient_of_shape_1_6_is_not_one_of_shape_6():
    result = run(lambda x: x**2, lambda x, g: (2 * x * g)[None], x=np.ones(6))
    assert result.verdict is Verdict.WRONG_SHAPE
    assert "has shape (1, 6), but should be (6,) like x" in result.message


def test_an_output_of_the_wrong_shape_is_named():
    result = run(lambda x: x.ravel(), lambda x, g: g.reshape(x.shape), output_shape=(4, 6))
    assert result.verdict is Verdict.WRONG_SHAPE
    assert "has shape (24,), but should be (4, 6)" in result.message


def test_an_output_whose_shape_changes_is_named():
    shapes = iter(range(3, 1000))
    assert run(lambda x: np.ones(next(shapes)), lambda x, g: x).verdict is Verdict.WRONG_SHAPE


def test_an_integer_output_is_named():
    result = run(lambda x: x.astype(int), lambda x, g: g)
    assert result.verdict is Verdict.WRONG_DTYPE
    assert "int64" in result.message


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.complex128, object])
def test_a_gradient_of_the_wrong_dtype_is_named(dtype):
    result = run(lambda x: 2 * x, lambda x, g: (2 * g).astype(dtype))
    assert result.verdict is Verdict.WRONG_DTYPE
    assert "but should be float64 like x" in result.message


def test_a_float64_gradient_of_a_float32_input_is_fine():
    x = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32)
    assert run(lambda x: 2 * x, lambda x, g: (2 * g).astype(np.float64), x=x).verdict is Verdict.PASS


def test_a_missing_gradient_is_named():
    result = gradcheck(
        pointwise(lambda x, y: x * y), lambda p, g: {"x": g * p["y"]}, {"x": np.ones(3), "y": np.ones(3)}
    )
    assert result.verdict is Verdict.MISSING_GRADIENT
    assert "no gradient of y" in result.message


def test_a_backward_that_ignores_its_cotangent_is_named():
    result = run(lambda x: x**2, lambda x, g: 2 * x)
    assert result.verdict is Verdict.IGNORES_COTANGENT
    assert "chain rule" in result.message


def test_a_scalar_loss_may_ignore_its_cotangent_only_when_declared():
    layer = layers.cross_entropy(np.random.default_rng(0))
    ignorant = layer.wrong("ones", lambda p, g: layer.backward(p, np.ones(())))
    assert check(ignorant).verdict is Verdict.IGNORES_COTANGENT
    assert check(ignorant, convention=Convention(ignores_cotangent=True)).verdict is Verdict.PASS


class Stateful:
    """A layer that keeps its first input for ever, or lets gradients add up."""

    def __init__(self, stale=False, adds_up=False):
        self.x = None
        self.total = 0.0
        self.stale, self.adds_up = stale, adds_up

    def forward(self, x):
        if self.x is None or not self.stale:
            self.x = x
        return x**2

    def backward(self, p, g):
        self.forward(p["x"])
        gradient = 2 * self.x * g
        if self.adds_up:
            self.total = gradient = self.total + gradient
        return {"x": gradient}


@pytest.mark.parametrize("flaw", [{"stale": True}, {"adds_up": True}])
def test_state_that_goes_stale_is_named(flaw):
    layer = Stateful(**flaw)
    x = {"x": np.random.default_rng(0).standard_normal((4, 6))}
    result = gradcheck(pointwise(layer.forward), layer.backward, x)
    assert result.verdict is Verdict.STALE_CACHE


def test_a_cache_one_call_behind_is_named():
    seen = [np.zeros((4, 6)), np.zeros((4, 6))]

    def backward(p, g):
        seen.append(p["x"].copy())
        return {"x": 2 * seen[-2] * g}

    result = gradcheck(pointwise(lambda x: x**2), backward, {"x": np.random.default_rng(0).standard_normal((4, 6))})
    assert result.verdict is Verdict.STALE_CACHE


def test_a_reused_output_buffer_is_harmless():
    buffer = np.empty((4, 6))
    assert run(lambda x: np.multiply(x, x, out=buffer), lambda x, g: 2 * x * g).verdict is Verdict.PASS
