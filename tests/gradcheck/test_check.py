"""The check as a whole: silent on what is right, loud on what is wrong, within its budget."""

import numpy as np
import pytest

from graders.gradcheck import Verdict, check_function, gradcheck, pointwise
from tests.benchmarks.gradcheck import layers, scenarios
from tests.gradcheck.helpers import check

SILENT = scenarios.silent()
EXTRA = scenarios.extra()
BUGS = scenarios.bugs()
CAUGHT = {Verdict.WRONG_GRADIENT, Verdict.IGNORES_COTANGENT}


def test_the_benchmark_has_its_37_scenarios():
    assert len(SILENT) == 37


@pytest.mark.parametrize("name", SILENT)
def test_right_gradients_pass(name):
    for seed in range(5):
        result = check(SILENT[name](np.random.default_rng(seed)), seed=seed)
        assert result.verdict is Verdict.PASS, f"seed {seed}: {result}"
        assert result.forward_evaluations <= 100
        assert result.backward_evaluations <= (25 if "kinks" in name or "ties" in name else 15)


@pytest.mark.parametrize("name", EXTRA)
def test_more_right_gradients_pass(name):
    for seed in range(3):
        result = check(EXTRA[name](np.random.default_rng(seed)), seed=seed)
        assert result.verdict is Verdict.PASS, f"seed {seed}: {result}"


@pytest.mark.parametrize("name", BUGS)
def test_realistic_bugs_are_caught(name):
    for seed in range(5):
        result = check(BUGS[name](np.random.default_rng(seed)), seed=seed)
        assert result.verdict is Verdict.WRONG_GRADIENT, f"seed {seed}: {result}"
        assert result.forward_evaluations <= 350


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize("spoil", [scenarios.zero_backward, scenarios.ignoring_backward])
def test_zero_and_ignorant_backward_never_pass(name, spoil):
    for seed in range(5):
        result = check(spoil(SILENT[name](np.random.default_rng(seed))), seed=seed, localise=False)
        assert result.verdict in CAUGHT, f"seed {seed}: {result}"


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-3, 1e3])
@pytest.mark.parametrize("make", [layers.sigmoid, layers.linear, layers.batchnorm, layers.cross_entropy])
def test_a_zero_backward_never_passes_at_any_scale(make, scale):
    for seed in range(3):
        layer = make(np.random.default_rng(seed))
        name = next(iter(layer.inputs))
        small = scenarios.zero_backward(layer.at(**{name: layer.inputs[name] * scale}))
        assert check(small, seed=seed, localise=False).verdict is Verdict.WRONG_GRADIENT


@pytest.mark.parametrize("name", scenarios.MEASURED)
@pytest.mark.parametrize("error", [1e-10, 1e-7, 1e-3])
def test_a_small_error_in_all_entries_is_found(name, error):
    layer = scenarios.MEASURED[name](np.random.default_rng(0))
    first = next(iter(layer.inputs))
    wrong = layer.wrong(
        "scaled", lambda p, g: {**layer.backward(p, g), first: layer.backward(p, g)[first] * (1 + error)}
    )
    result = check(wrong, localise=False)
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert result[first].verdict is Verdict.WRONG_GRADIENT


@pytest.mark.parametrize("name", scenarios.MEASURED)
def test_the_tolerance_is_reported_and_tight(name):
    result = check(scenarios.MEASURED[name](np.random.default_rng(0)))
    assert all(0 <= item.mismatch <= item.tolerance <= 1e-11 for item in result.inputs)


def test_only_the_wrong_input_is_accused():
    layer = layers.linear(np.random.default_rng(0))
    wrong = layer.wrong("b", lambda p, g: {**layers.linear_backward(p, g), "b": g.mean(axis=0)})
    result = check(wrong)
    assert [item.verdict for item in result.inputs] == [Verdict.PASS, Verdict.PASS, Verdict.WRONG_GRADIENT]
    assert result["b"].ratio == pytest.approx(1 / 32)
    assert "times what they should be" in result.message


def test_only_the_wrong_one_of_many_inputs_is_accused():
    rng = np.random.default_rng(0)
    inputs = {f"x{k}": rng.standard_normal(5) for k in range(9)}

    def backward(point, g):
        gradients = {name: g * np.cos(x) for name, x in point.items()}
        gradients["x4"] = gradients["x4"] * 1.5
        return gradients

    result = gradcheck(pointwise(lambda **p: sum(np.sin(x) for x in p.values())), backward, inputs)
    accused = [item.name for item in result.inputs if item.verdict is Verdict.WRONG_GRADIENT]
    assert accused == ["x4"]
    assert result["x4"].ratio == pytest.approx(1.5)


def test_the_same_seed_gives_the_same_answer():
    layer = layers.batchnorm(np.random.default_rng(0))
    assert check(layer, seed=3).inputs[0].mismatch == check(layer, seed=3).inputs[0].mismatch
    assert check(layer, seed=3).inputs[0].mismatch != check(layer, seed=4).inputs[0].mismatch


def test_evaluations_travel_in_few_round_trips():
    for name, make in scenarios.MEASURED.items():
        result = check(make(np.random.default_rng(0)))
        assert result.round_trips <= 6, name


def test_wrt_leaves_other_inputs_alone():
    layer = layers.mse(np.random.default_rng(0))
    backward = lambda p, g: {"A": layer.backward(p, g)["A"]}  # noqa: E731
    result = gradcheck(pointwise(layer.forward), backward, layer.inputs, wrt=["A"])
    assert [item.name for item in result.inputs] == ["A"]
    assert result.verdict is Verdict.PASS


def test_backward_many_travels_in_one_call():
    layer = layers.linear(np.random.default_rng(0))
    calls = []

    def backward_many(pairs):
        calls.append(len(pairs))
        return [layer.backward(point, g) for point, g in pairs]

    result = gradcheck(pointwise(layer.forward), None, layer.inputs, backward_many=backward_many)
    assert result.verdict is Verdict.PASS
    assert calls == [result.backward_evaluations]


def test_a_vanishing_derivative_passes_and_a_wrong_one_beside_it_fails():
    """A bias before BatchNorm has no effect: both sides are rounding errors of zero."""
    layer = layers.batchnorm(np.random.default_rng(0))
    layer = layer.at(b=np.random.default_rng(1).standard_normal(32))

    def forward(X, gamma, beta, b):
        return layers.batchnorm_forward(X + b, gamma, beta)

    def backward(p, g, extra=0.0):
        d = layers.batchnorm_backward({**p, "X": p["X"] + p["b"]}, g)
        return {**d, "b": d["X"].sum(axis=0) + extra}

    assert gradcheck(pointwise(forward), backward, layer.inputs).verdict is Verdict.PASS
    off = gradcheck(pointwise(forward), lambda p, g: backward(p, g, 1e-9), layer.inputs)
    assert off["b"].verdict is Verdict.WRONG_GRADIENT


def test_a_constant_function_has_a_zero_gradient():
    x = {"x": np.ones(3)}
    result = gradcheck(pointwise(lambda x: np.array([1.0, 2.0])), lambda p, g: {"x": np.zeros(3)}, x)
    assert result.verdict is Verdict.PASS


def test_a_derivative_lost_in_noise_is_inconclusive_never_a_pass():
    """Adding 1e16 leaves nothing of the input."""
    layer = layers.tanh(np.random.default_rng(0))
    drowned = gradcheck(pointwise(lambda X: np.tanh(X) * 1e-3 + 1e12), layer.backward, layer.inputs)
    assert drowned.verdict is not Verdict.PASS


def test_a_noisy_forward_pass_widens_the_tolerance():
    layer = layers.tanh(np.random.default_rng(0))
    for seed in range(10):
        rough = gradcheck(pointwise(lambda X: np.tanh((X + 1e6) - 1e6)), layer.backward, layer.inputs, seed=seed)
        assert rough.verdict is Verdict.PASS, str(rough)
        assert rough.tolerance > 1e-11


@pytest.mark.parametrize("make", [layers.tanh, layers.linear, layers.batchnorm, layers.mse, layers.cross_entropy])
def test_a_forward_pass_computed_in_float32_is_no_alarm(make):
    """An ulp of float64 doesn't move it at all, so its noise has to come from the table."""
    for seed in range(10):
        layer = make(np.random.default_rng(seed))

        def narrow(layer=layer, **inputs):
            cast = {k: x.astype(np.float32) if x.dtype.kind == "f" else x for k, x in inputs.items()}
            return np.asarray(layer.forward(**cast)).astype(np.float64)

        result = gradcheck(pointwise(narrow), layer.backward, layer.inputs, seed=seed, localise=False)
        assert result.verdict in (Verdict.PASS, Verdict.INCONCLUSIVE), f"seed {seed}: {result}"


def test_inputs_of_one_entry_and_of_none():
    one = {"x": np.array([0.7]), "y": np.array(1.3)}
    result = gradcheck(
        pointwise(lambda x, y: x * y**2), lambda p, g: {"x": g * p["y"] ** 2, "y": (2 * g * p["x"] * p["y"])[0]}, one
    )
    assert result.verdict is Verdict.PASS


def test_non_contiguous_and_fortran_inputs():
    rng = np.random.default_rng(0)
    X = np.asfortranarray(rng.standard_normal((5, 8)))[:, ::2]
    layer = layers.linear(rng, 5, 4, 3).at(X=X)
    assert check(layer).verdict is Verdict.PASS


def test_check_function_takes_lists_and_numbers():
    result = check_function(np.tanh, lambda x, g: g * (1 - np.tanh(x) ** 2), [0.5, -1.0, 2.0])
    assert result.verdict is Verdict.PASS
    two = check_function(lambda a, b: a @ b, lambda a, b, g: (g @ b.T, a.T @ g), np.eye(3) + 0.5, np.ones((3, 2)))
    assert two.verdict is Verdict.PASS


def test_check_function_counts_the_gradients():
    with pytest.raises(ValueError, match="the gradient returned 1 arrays, but should return 2"):
        check_function(lambda a, b: a * b, lambda a, b, g: g * b, np.ones(2), np.ones(2))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"inputs": {"x": [1.0]}}, TypeError, "is list, but should be a NumPy array"),
        ({"inputs": {"x": np.arange(3)}}, ValueError, "no input has a floating dtype"),
        ({"inputs": {"x": np.arange(3)}, "wrt": ["x"]}, ValueError, "has dtype int64, but should be float32 or"),
        ({"wrt": ["y"]}, ValueError, "wrt names 'y', but should name one of"),
        ({"wrt": "x"}, TypeError, "wrt='x', but should be a sequence of names"),
        ({"inputs": {"x": np.array([np.nan])}}, ValueError, "x holds NaN or infinity"),
        ({"directions": 0}, ValueError, "directions=0, but should be at least 1"),
        ({"backward": None}, TypeError, "one of them should be a callable"),
    ],
)
def test_unusable_arguments_are_refused(changes, error, message):
    options = {"inputs": {"x": np.ones(3)}, "backward": lambda p, g: {"x": g}, **changes}
    with pytest.raises(error, match=message):
        gradcheck(pointwise(lambda x: x), options.pop("backward"), options.pop("inputs"), **options)


def test_errors_of_the_code_under_test_pass_through():
    def forward(x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        gradcheck(pointwise(forward), lambda p, g: {"x": g}, {"x": np.ones(3)})
