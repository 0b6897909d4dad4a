"""Functions with a state, with chance, of complex numbers, and products with a Hessian."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function

X = np.random.default_rng(0).standard_normal((4, 3))


class Dropout:
    """Draws its mask from one generator or another."""

    def __init__(self, draw):
        self.draw = draw

    def forward(self, x):
        self.mask = (self.draw(x.shape) > 0.5) * 2.0
        return x * self.mask

    def backward(self, g):
        return g * self.mask


class RunningMean:
    def __init__(self):
        self.mean = np.zeros(3)

    def forward(self, x):
        self.mean += 0.1 * x.mean(axis=0)
        return x - self.mean

    def backward(self, g):
        return g - 0.1 * g.mean(axis=0)


class PowerIteration:
    def __init__(self):
        self.u = np.ones(3)

    def forward(self, x):
        v = x.T @ (x @ self.u)
        self.u, self.x = v / np.linalg.norm(v), x
        return x / 2

    def backward(self, g):
        return g / 2


class Recurrent:
    def __init__(self):
        self.h, self.W = None, np.ones((3, 3)) / 4

    def forward(self, x):
        before = np.zeros_like(x) if self.h is None else self.h
        self.h = np.tanh(x + before @ self.W)
        return self.h

    def backward(self, g):
        return g * (1 - self.h**2)


def with_state():
    own, old = np.random.default_rng(1), np.random.RandomState(2)
    return [
        Dropout(lambda shape: np.random.rand(*shape)),
        Dropout(own.random),
        Dropout(lambda shape: own.random(shape)),
        Dropout(lambda shape: old.rand(*shape)),
        RunningMean(),
        PowerIteration(),
        Recurrent(),
    ]


@pytest.mark.parametrize("number", range(len(with_state())))
def test_a_layer_with_a_state_is_checked_for_the_call_it_made(number):
    layer = with_state()[number]
    assert check_function(layer.forward, lambda x, g: layer.backward(g), X).verdict is Verdict.PASS
    wrong = check_function(lambda x: layer.forward(x), lambda x, g: 1.5 * layer.backward(g), X)
    assert wrong.verdict is Verdict.WRONG_GRADIENT
    assert wrong["x0"].ratio == pytest.approx(1.5)


def test_a_check_leaves_state_and_chance_as_they_were():
    layer = RunningMean()
    np.random.seed(3)
    check_function(layer.forward, lambda x, g: layer.backward(g), X)
    drawn = np.random.rand()
    np.random.seed(3)
    assert np.random.rand() == drawn
    assert not layer.mean.any()


def test_what_no_state_explains_is_non_deterministic():
    layer = Dropout(lambda shape: np.random.default_rng().random(shape))
    result = check_function(layer.forward, lambda x, g: layer.backward(g), X)
    assert result.verdict is Verdict.NON_DETERMINISTIC


class KeepsItsFirst:
    x = None

    def forward(self, x):
        if self.x is None:
            self.x = x
        return x**2

    def backward(self, g):
        return 2 * self.x * g


class AddsUp:
    total = 0.0

    def forward(self, x):
        self.x = x
        return x**2

    def backward(self, g):
        self.total = self.total + 2 * self.x * g
        return self.total


@pytest.mark.parametrize(
    ("kind", "reason"), [(KeepsItsFirst, "a cache is not refreshed"), (AddsUp, "gradients add up from call to call")]
)
def test_gradients_that_depend_on_earlier_calls_are_found_though_state_is_put_back(kind, reason):
    layer = kind()
    result = check_function(layer.forward, lambda x, g: layer.backward(g), X)
    assert result.verdict is Verdict.STALE_CACHE
    assert reason in result.message


Z = X + 1j * X[::-1]


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize(
    ("function", "gradient"),
    [
        (lambda z: z * (1 + 2j), lambda z, g: g * (1 - 2j)),
        (lambda z: z**2, lambda z, g: 2 * np.conj(z) * g),
        (lambda z: np.conj(z), lambda z, g: np.conj(g)),
        (lambda z: np.abs(z) ** 2, lambda z, g: 2 * z * g),
        (lambda z: np.fft.fft(z).astype(z.dtype), lambda z, g: (np.fft.ifft(g) * g.shape[-1]).astype(z.dtype)),
    ],
)
def test_complex_functions_are_checked_as_pairs_of_reals(function, gradient, dtype):
    z = Z.astype(dtype)
    cast = lambda z, g: gradient(z, g).astype(dtype)  # noqa: E731
    right = check_function(lambda z: np.asarray(function(z)).astype(function(z).dtype), cast, z)
    assert right.verdict is Verdict.PASS, str(right)
    assert check_function(function, lambda z, g: np.conj(cast(z, g)) * 1j, z).verdict is Verdict.WRONG_GRADIENT


def tanh_vjp(x, g):
    return g * (1 - np.tanh(x) ** 2)


def tanh_product(x, g, v):
    t = np.tanh(x)
    return -2 * g * t * (1 - t**2) * v


def test_products_with_the_hessian_are_checked_against_differences_of_the_gradient():
    right = check_function(np.tanh, tanh_vjp, X, order=2, hvp=tanh_product)
    assert right.verdict is Verdict.PASS
    wrong = check_function(np.tanh, tanh_vjp, X, order=2, hvp=lambda x, g, v: 2 * tanh_product(x, g, v))
    assert wrong.verdict is Verdict.WRONG_GRADIENT
    assert wrong["x0"].ratio == pytest.approx(2)
    first = check_function(np.tanh, lambda x, g: 2 * tanh_vjp(x, g), X, order=2, hvp=tanh_product)
    assert first.verdict is Verdict.WRONG_GRADIENT


def test_products_of_several_inputs_take_a_vector_for_each():
    W = np.random.default_rng(1).standard_normal((3, 2))

    def gradient(x, W, g):
        return g @ W.T, x.T @ g

    def product(x, W, g, vx, vW):
        return g @ vW.T, vx.T @ g

    assert check_function(lambda x, W: x @ W, gradient, X, W, order=2, hvp=product).verdict is Verdict.PASS
    wrong = check_function(lambda x, W: x @ W, gradient, X, W, order=2, hvp=lambda x, W, g, vx, vW: (g @ vW.T, 0 * W))
    assert [item.name for item in wrong.inputs if item.verdict is Verdict.WRONG_GRADIENT] == ["x1"]


def test_a_gradient_of_a_scalar_has_its_product_checked_without_more():
    assert check_function(lambda x: x**3, lambda x, v: 3 * x**2 * v, X, order=2).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"order": 3}, "order=3, but should be 1 or 2"),
        ({"hvp": tanh_product}, "hvp is given with order=1"),
        ({"x": X.astype(np.float16)}, "float16, but should be float32 or float64 .* Check it at x0.astype"),
        ({"x": Z, "order": 2, "hvp": tanh_product}, "order=2 takes real inputs"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_one_line(changes, message):
    options = {"x": X, **changes}
    with pytest.raises(ValueError, match=message) as refused:
        check_function(np.tanh, tanh_vjp if "Z" not in changes else None, options.pop("x"), **options)
    assert "\n" not in str(refused.value)
