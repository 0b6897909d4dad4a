"""Gradients that a homework defines differently are checked exactly, from its declaration."""

import numpy as np
import pytest

from graders.gradcheck import Convention, Verdict
from tests.benchmarks.gradcheck import layers
from tests.gradcheck.helpers import check


def averaged(p, g):
    d = layers.linear_backward(p, g)
    n = len(p["X"])
    return {"X": d["X"], "W": d["W"] / n, "b": d["b"] / n}


def test_gradients_divided_by_the_batch():
    layer = layers.linear(np.random.default_rng(0)).wrong("averaged", averaged)
    assert check(layer).verdict is Verdict.WRONG_GRADIENT
    declared = Convention(scale_by={"W": 1 / 32, "b": 1 / 32})
    assert check(layer, convention=declared).verdict is Verdict.PASS
    assert check(layers.linear(np.random.default_rng(0)), convention=declared).verdict is Verdict.WRONG_GRADIENT


def test_a_local_derivative_instead_of_the_chain_rule():
    layer = layers.tanh(np.random.default_rng(0))
    local = layer.wrong("local", lambda p, g: {"X": 1 - np.tanh(p["X"]) ** 2})
    assert check(local).verdict is Verdict.IGNORES_COTANGENT
    assert check(local, convention=Convention(local=("X",))).verdict is Verdict.PASS
    wrong = layer.wrong("wrong", lambda p, g: {"X": 1 - np.tanh(p["X"])})
    assert check(wrong, convention=Convention(local=("X",))).verdict is Verdict.WRONG_GRADIENT


def test_a_local_derivative_needs_an_elementwise_function():
    layer = layers.linear(np.random.default_rng(0), 4, 5, 3)
    assert check(layer, convention=Convention(local=("X",))).verdict is Verdict.WRONG_SHAPE


def test_a_loss_gradient_not_divided_by_the_batch():
    layer = layers.cross_entropy(np.random.default_rng(0))
    summed = layer.wrong("summed", lambda p, g: {"Z": layer.backward(p, np.ones(()))["Z"] * 64})
    declared = Convention(scale_by={"Z": 64}, ignores_cotangent=True)
    assert check(summed, convention=declared).verdict is Verdict.PASS
    half = Convention(scale_by={"Z": 32}, ignores_cotangent=True)
    assert check(summed, convention=half).verdict is Verdict.WRONG_GRADIENT


def test_a_gradient_kept_in_another_shape():
    layer = layers.linear(np.random.default_rng(0), 4, 5, 3)
    column = layer.wrong("column", lambda p, g: {**layer.backward(p, g), "b": g.sum(axis=0)[:, None]})
    assert check(column).verdict is Verdict.WRONG_SHAPE
    assert check(column, convention=Convention(shapes={"b": (3, 1)})).verdict is Verdict.PASS


@pytest.mark.parametrize("factor", [0, float("nan"), np.array([1.0, 0.0])])
def test_a_factor_must_be_usable(factor):
    with pytest.raises(ValueError, match="but should be finite and not zero"):
        Convention(scale_by={"W": factor})


def test_local_must_be_a_tuple_of_names():
    with pytest.raises(TypeError, match="local='X', but should be a tuple of names"):
        Convention(local="X")
