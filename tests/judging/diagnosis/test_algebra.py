"""A mistake put into right answers on purpose is recognised; what isn't known gets no name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judging.diagnosis import Catalogue, Evidence, diagnose
from graders.judging.diagnosis.origin import Origin

Array = np.ndarray
Wrong = Callable[[Array, dict[str, Array], dict[str, float]], Array]


def cases(wrong: Wrong, seed: int = 0, *, square: bool = False, dtype: str = "float64") -> Iterator[Evidence]:
    """A linear layer's dLdW (out, in) in five cases of different sizes, with this done to it."""
    random = np.random.default_rng(seed)
    for N, fan_in, fan_out in [(5, 3, 4), (2, 6, 7), (11, 9, 4), (16, 3, 10), (5, 6, 4)]:
        out = fan_in if square else fan_out
        inputs = {
            "A": random.standard_normal((N, fan_in)).astype(dtype),
            "b": random.standard_normal((1, fan_in)).astype(dtype),
            "W": random.standard_normal((out, fan_in)).astype(dtype),
            "dLdZ": random.standard_normal((N, out)).astype(dtype),
        }
        expected = inputs["dLdZ"].T.astype(float) @ inputs["A"].astype(float) / N
        numbers = {"N": float(N), "in_features": float(fan_in), "lr": 0.3 if N < 10 else 0.07}
        related = {"dLdb": inputs["dLdZ"].mean(axis=0, keepdims=True).T, "other": random.standard_normal((out, fan_in))}
        yield Evidence(wrong(expected, inputs | related, numbers).astype(dtype), expected, numbers, inputs, related)


def only(array: Array, rows: slice) -> Array:
    kept = np.zeros_like(array)
    kept[rows] = array[rows]
    return kept


def weights(count: int) -> Array:
    """Of as many parts of a whole, which add up to 2, each for an axis before two others."""
    return np.linspace(0, 1, count)[:, None, None]


MISTAKES: dict[str, tuple[Wrong, str]] = {
    "not divided": (lambda x, a, n: x * n["N"], "too large by the factor the batch size N"),
    "divided twice": (lambda x, a, n: x / n["N"], "too small by the factor the batch size N"),
    "wrong sign": (lambda x, a, n: -x, "has the wrong sign"),
    "twice": (lambda x, a, n: 2 * x, "is twice what it should be"),
    "half": (lambda x, a, n: x / 2, "is half what it should be"),
    "ddof": (lambda x, a, n: x * n["N"] / (n["N"] - 1), "divided by N - 1 where it should be N"),
    "wrong size": (lambda x, a, n: x * n["N"] / n["in_features"], "divided by in_features where it should be N"),
    "both sizes": (lambda x, a, n: x * n["N"] * n["in_features"], "factor N·in_features"),
    "rate": (lambda x, a, n: x * n["lr"], "multiplied by lr once too often"),
    "any factor": (lambda x, a, n: 0.77 * x, "the right answer times a constant, 0.77"),
    "transposed": (lambda x, a, n: x.T, "is the transpose of what it should be"),
    "reshaped": (lambda x, a, n: x.T.reshape(x.shape), "transposed and then reshaped"),
    "flipped": (lambda x, a, n: x[::-1], "reversed along axis 0"),
    "flipped twice": (lambda x, a, n: x[::-1, ::-1], "reversed along axes 0, 1"),
    "shifted": (lambda x, a, n: np.roll(x, 1, axis=1), "shifted by +1 along axis 1"),
    "rows permuted": (lambda x, a, n: x[np.r_[1, 0, 2 : len(x)]], "the right slices along axis 0 in the wrong order"),
    "zero": (lambda x, a, n: 0 * x, "is zero everywhere"),
    "ones": (lambda x, a, n: np.ones_like(x), "is one everywhere"),
    "alike": (lambda x, a, n: np.full_like(x, 0.25), "the same value in every entry"),
    "summed": (lambda x, a, n: x.sum(axis=0, keepdims=True), "summed over axis 0"),
    "summed and spread": (lambda x, a, n: np.ones_like(x) * x.sum(axis=0), "summed over axis 0, the same in every"),
    "averaged": (lambda x, a, n: x.mean(axis=1), "averaged over axis 1"),
    "a number": (lambda x, a, n: x.sum(), "summed over everything"),
    "not summed": (lambda x, a, n: x * weights(4) / 2, "isn't summed over axis 0: its sum is what it should be"),
    "not averaged": (lambda x, a, n: x * weights(4) * 2, "isn't averaged over axis 0: its mean is what it should be"),
    "first row": (lambda x, a, n: np.ones_like(x) * x[:1], "repeats the first of axis 0"),
    "flat": (lambda x, a, n: x.ravel(), "has the right numbers in the shape"),
    "integers": (lambda x, a, n: np.trunc(x), "cut to integers"),
    "absolute": (lambda x, a, n: np.abs(x), "is the absolute value"),
    "squared": (lambda x, a, n: x**2, "is the square of"),
    "no negatives": (lambda x, a, n: np.maximum(x, 0), "lacks its negative entries"),
    "clipped": (lambda x, a, n: np.clip(x, -0.1, 0.1), "is clipped"),
    "clipped wholly": (lambda x, a, n: np.clip(x, -1e-4, 1e-4), "is clipped"),
    "divided by its norm": (lambda x, a, n: x / np.linalg.norm(x), "is divided by its own norm"),
    "first row only": (lambda x, a, n: only(x, slice(0, 1)), "has only the first of axis 0"),
    "last row only": (lambda x, a, n: only(x, slice(-1, None)), "has only the last of axis 0"),
    "last row lost": (lambda x, a, n: only(x, slice(0, -1)), "zero in the last of axis 0"),
    "another answer": (lambda x, a, n: a["other"], "is what other should be"),
    "term missing": (lambda x, a, n: x - a["b"], "lacks the term b"),
    "term added": (lambda x, a, n: x + a["b"], "has b added to it"),
    "decay": (lambda x, a, n: x + 0.02 * a["W"], "has 0.02 times W added to it"),
    "decay with a rate": (lambda x, a, n: x - 0.5 * n["lr"] * a["W"], "has -0.5 times lr W added to it"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_known_mistake_is_named_and_how_sure_it_is(name: str, dtype: str) -> None:
    wrong, words = MISTAKES[name]
    text = diagnose(list(cases(wrong, dtype=dtype)))
    assert words in text
    assert text.endswith("different cases)")


def test_one_number_in_place_of_another_is_not_said_to_be_clipped() -> None:
    def largest_halved(x: Array, a: dict[str, Array], n: dict[str, float]) -> Array:
        return np.clip(x, x.min(), np.sort(x, axis=None)[-2])

    assert diagnose(list(cases(largest_halved))) == ""


def test_a_bound_is_seen_where_all_is_beyond_it_in_some_cases_but_not_where_all_is_always() -> None:
    def all_beyond(case: Evidence) -> Evidence:
        above = 2 + np.abs(case.expected)
        return dataclasses.replace(case, got=np.full_like(above, 0.2), expected=above)

    found = list(cases(lambda x, a, n: np.clip(x, -0.2, 0.2)))
    assert "is clipped" in diagnose([all_beyond(found[0]), *found[1:]])
    assert "is clipped" not in diagnose([all_beyond(case) for case in found])


def test_a_wrong_sign_is_no_absolute_value() -> None:
    found = [
        dataclasses.replace(case, expected=-np.abs(case.expected), got=np.abs(case.expected))
        for case in cases(lambda x, a, n: x)
    ]
    assert "wrong sign" in diagnose(found)


def test_the_diagonal_alone_is_seen_in_square_answers() -> None:
    text = diagnose(list(cases(lambda x, a, n: np.diag(np.diag(x)), square=True)))
    assert "only the diagonal" in text


def test_a_transposed_square_is_told_from_a_right_one() -> None:
    assert "transpose" in diagnose(list(cases(lambda x, a, n: x.T, square=True)))


@given(st.integers(0, 2**32 - 1))
def test_noise_gets_no_name(seed: int) -> None:
    random = np.random.default_rng(seed)
    assert diagnose(list(cases(lambda x, a, n: x + 0.1 * random.standard_normal(x.shape)))) == ""
    assert diagnose(list(cases(lambda x, a, n: random.standard_normal(x.shape)))) == ""


def test_what_fits_one_case_and_not_the_next_is_not_said() -> None:
    found = list(cases(lambda x, a, n: 5 * x))
    assert "N" not in diagnose(found)
    assert "times a constant, 5" in diagnose(found)


def test_two_explanations_of_a_single_case_are_not_decided_between() -> None:
    case = next(cases(lambda x, a, n: 5 * x))
    numbers = {"N": 5.0, "classes": 5.0}
    assert diagnose([Evidence(case.got, case.expected, numbers)]) == ""


def test_a_single_case_says_that_it_is_one() -> None:
    assert diagnose([next(cases(lambda x, a, n: -x))]).endswith("(in the one case tried)")


def test_a_loss_needs_several_cases() -> None:
    def loss(N: int) -> Evidence:
        value = np.random.default_rng(N).uniform(1, 2)
        return Evidence(np.asarray(value * N), np.asarray(value), {"N": float(N)})

    assert diagnose([loss(5)]) == ""
    assert "a division by it is missing" in diagnose([loss(5), loss(3), loss(11)])


def test_cases_in_which_the_mistake_hardly_shows_do_not_veto() -> None:
    found = list(cases(lambda x, a, n: x - a["b"]))
    faint = found[0]
    large = faint.expected * 1e9
    hidden = dataclasses.replace(faint, got=large - faint.inputs["b"], expected=large)
    assert "lacks the term b" in diagnose([hidden, *found])


def test_what_would_show_in_a_case_where_hardly_anything_does_is_not_said() -> None:
    def rounded_off(x: Array, a: dict[str, Array], n: dict[str, float]) -> Array:
        return np.trunc(x * 1e5) / 1e5

    found = list(cases(rounded_off))
    tiny = [dataclasses.replace(case, got=0 * case.got, expected=1e-6 * case.expected) for case in found[:3]]
    assert "is zero everywhere" in diagnose(tiny)
    assert diagnose([*found, *tiny]) == ""


def test_large_inputs_that_overflow_are_said_to() -> None:
    def overflowing(scale: float) -> Evidence:
        Z = np.array([[scale, -1.0]])
        return Evidence(np.array([[np.nan, 0.0]]), np.array([[1.0, 0.0]]), {"scale": scale}, {"Z": Z})

    assert "overflows where inputs are large" in diagnose([overflowing(1000.0), overflowing(800.0)])


def test_a_softmax_that_loses_what_is_far_below_the_largest_of_all_is_not_said_to_overflow() -> None:
    def underflowing(scale: float) -> Evidence:
        Z = np.array([[scale, -scale], [scale - 1, 1 - scale]])
        right = np.array([[0.73, 0.27], [0.27, 0.73]])
        return Evidence(np.where(Z < 0, np.nan, right), right, {"scale": scale}, {"Z": Z})

    said = diagnose([underflowing(1000.0), underflowing(800.0)])
    assert "divides 0 by 0" in said
    assert "overflow" not in said


def test_no_cases_no_words() -> None:
    assert diagnose([]) == ""


def test_a_size_that_is_the_same_in_all_cases_is_not_taken_for_the_factor() -> None:
    alike = [case for case in cases(lambda x, a, n: 3 * x) if case.numbers["in_features"] == 3]
    assert len(alike) > 1
    text = diagnose(alike)
    assert "in_features" not in text
    assert "times a constant, 3" in text


def test_a_factor_of_one_case_alone_is_not_explained() -> None:
    first = next(cases(lambda x, a, n: x * n["N"]))
    assert diagnose([first]) == ""


def test_a_share_that_differs_between_cases_is_not_said() -> None:
    assert diagnose(list(cases(lambda x, a, n: x + a["W"] / n["N"]))) == ""


def test_a_rate_that_is_the_same_in_all_cases_is_not_taken_for_the_factor() -> None:
    alike = [case for case in cases(lambda x, a, n: 0.3 * x) if case.numbers["lr"] == 0.3]
    assert len(alike) > 1
    assert diagnose(alike).startswith("is the right answer times a constant, 0.3")


STEPS: dict[str, tuple[Callable[[float], float], str]] = {
    "up": (lambda rate: -rate, "has moved by a step that has the wrong sign"),
    "twice": (lambda rate: 2 * rate, "has moved by a step that is twice what it should be"),
    "rate squared": (lambda rate: rate**2, "has moved by a step that is multiplied by rate once too often"),
    "no rate": (lambda rate: 1.0, "has moved by a step that lacks the factor rate"),
    "a tenth": (lambda rate: rate / 10, "has moved by a step that is the right answer times a constant, 0.1"),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("quantity", ["W", "W_after"])
def test_a_parameter_that_has_moved_too_far_is_seen(name: str, quantity: str) -> None:
    moved, words = STEPS[name]
    random = np.random.default_rng(0)
    found = []
    for rate, size in [(0.3, 3), (0.7, 4), (0.15, 6)]:
        W, gradient = random.standard_normal((2, 5, size))
        origin = Origin("sgd", quantity, None, {"W": W})
        numbers = {"rate": rate, "size": float(size)}
        found.append(Evidence(W - moved(rate) * gradient, W - rate * gradient, numbers, origin=origin))
    assert words in diagnose(found)


def test_where_a_parameter_started_is_its_layers_own_or_known_for_the_first_step_only() -> None:
    first, second = np.zeros((2, 3)), np.ones((4, 2))
    assert Origin("mlp", "W_after", 1, {"W": [first, second]}).start is not None
    np.testing.assert_array_equal(Origin("mlp", "W_after", 1, {"W": [first, second]}).start, second)
    np.testing.assert_array_equal(Origin("sgd", "W", 0, {"W": first}).start, first)
    assert Origin("sgd", "W", 1, {"W": first}).start is None
    assert Origin("linear", "dLdW", None, {"W": first}).start is None


def test_a_formula_whose_numbers_a_case_lacks_is_passed_over() -> None:
    catalogue = Catalogue()

    @catalogue.wrong("linear.dLdW", "is divided by alpha", "Look at alpha.")
    def by_alpha(A: Array, dLdZ: Array, alpha: float) -> Array:
        return dLdZ.T @ A / len(A) / alpha

    wrong = cases(lambda x, a, n: x / 0.9)
    found = [dataclasses.replace(case, origin=Origin("linear", "dLdW", None, case.inputs)) for case in wrong]
    assert "is the right answer times a constant" in diagnose(found, catalogue)
    with_alpha = [dataclasses.replace(case, numbers={**case.numbers, "alpha": 0.9}) for case in found]
    assert "is divided by alpha (in all of 5 different cases). Look at alpha." in diagnose(with_alpha, catalogue)


@pytest.mark.parametrize(
    ("mix", "words"),
    [
        (lambda now, before: now + before, "accumulates"),
        (lambda now, before: before, "is that of the previous call"),
        (lambda now, before: (now + before) / 2, "averaged with that of the previous call"),
    ],
)
def test_what_an_earlier_call_left_behind_is_seen(mix: Callable[[Array, Array], Array], words: str) -> None:
    found = []
    for case in cases(lambda x, a, n: x):
        before = 2 + np.cos(np.arange(case.expected.size)).reshape(case.expected.shape)
        found.append(dataclasses.replace(case, got=mix(case.expected, before), earlier=before))
    assert words in diagnose(found)
