"""After an alarm: the right entries, with what was returned and what it should be, within 250 evaluations."""

import numpy as np
import pytest

from graders.gradcheck import Verdict
from tests.benchmarks.gradcheck import layers, scenarios
from tests.gradcheck.helpers import check


def altered(layer, name, change):
    def backward(p, g):
        found = dict(layer.backward(p, g))
        found[name] = change(np.array(found[name], copy=True))
        return found

    return layer.wrong("altered", backward)


def put(index, factor):
    def change(gradient):
        gradient[index] *= factor
        return gradient

    return change


@pytest.mark.parametrize(("name", "index"), [("X", (31, 63)), ("W", (0, 0)), ("W", (17, 4)), ("b", (5,))])
@pytest.mark.parametrize("factor", [0.0, -1.0, 1.01, 1 + 1e-8])
def test_one_wrong_entry_is_spelled_out(name, index, factor):
    layer = layers.linear(np.random.default_rng(0))
    item = check(altered(layer, name, put(index, factor)))[name]
    assert item.wrong_count == 1
    assert item.wrong[0].index == index
    assert item.wrong[0].ratio == pytest.approx(factor, abs=1e-9)


def test_one_wrong_entry_of_a_curved_function():
    layer = layers.batchnorm(np.random.default_rng(0))
    item = check(altered(layer, "X", put((9, 9), 1.001)))["X"]
    assert [entry.index for entry in item.wrong] == [(9, 9)]
    assert item.wrong[0].ratio == pytest.approx(1.001, abs=1e-6)


def test_swapped_columns_are_all_found():
    layer = scenarios.bugs()["two columns of dW swapped"](np.random.default_rng(0))
    item = check(layer)["W"]
    assert item.examined == item.size
    assert item.wrong_count == 128
    columns = np.flatnonzero(np.nan_to_num(item.relative_error).max(axis=0))
    assert list(columns) == [3, 5]


def test_independent_samples_are_found_out_and_used():
    layer = layers.layernorm(np.random.default_rng(0))
    item = check(altered(layer, "X", lambda d: d * 2))["X"]
    assert item.examined == item.size
    assert item.ratio == pytest.approx(2)


def test_batchnorm_is_recognised_as_dependent():
    """Its samples depend on each other and its features don't: moving one sample in all features gives all."""
    layer = layers.batchnorm(np.random.default_rng(0), 20, 24)
    item = check(altered(layer, "X", put((slice(None), 3), 0.5)))["X"]
    assert item.examined == item.size
    assert item.wrong_count == 20
    assert {entry.index[1] for entry in item.wrong} == {3}
    assert item.ratio == pytest.approx(0.5)


def test_wrong_pixels_are_narrowed_down_by_slices():
    layer = layers.conv2d(np.random.default_rng(0))
    item = check(altered(layer, "X", put((slice(None), slice(None), 0, 0), 0.0)))["X"]
    assert item.wrong_count == 6
    assert {entry.index[2:] for entry in item.wrong} == {(0, 0)}
    assert all(entry.got == 0 for entry in item.wrong)


def test_many_wrong_entries_are_sampled_and_the_sample_is_said():
    layer = layers.cross_entropy(np.random.default_rng(0))
    result = check(altered(layer, "Z", lambda d: d * 64))
    item = result["Z"]
    assert 0 < item.examined < item.size
    assert item.ratio == pytest.approx(64)
    assert f"{item.wrong_count} of {item.examined} entries looked at" in result.message


def test_an_error_too_thin_to_place_is_said_to_be():
    layer = layers.linear(np.random.default_rng(0))
    result = check(altered(layer, "X", lambda d: d * (1 + 3e-13)))
    assert result.verdict is Verdict.WRONG_GRADIENT
    assert "off by a relative" in result.message


@pytest.mark.parametrize("name", scenarios.bugs())
def test_localisation_keeps_to_its_budget(name):
    layer = scenarios.bugs()[name](np.random.default_rng(1))
    alone = check(layer, localise=False).forward_evaluations
    assert check(layer).forward_evaluations - alone <= 250


def test_nothing_is_localised_when_not_asked():
    layer = layers.linear(np.random.default_rng(0))
    item = check(altered(layer, "W", put((0, 0), 2.0)), localise=False)["W"]
    assert item.examined == 0
    assert item.wrong == ()
