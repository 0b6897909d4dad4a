"""A mistake put into right answers on purpose is recognised; what isn't known gets no name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.diagnosis import Evidence, diagnose

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
            "dLdZ": random.standard_normal((N, out)).astype(dtype),
        }
        expected = inputs["dLdZ"].T.astype(float) @ inputs["A"].astype(float) / N
        numbers = {"N": float(N), "in_features": float(fan_in), "lr": 0.3}
        related = {"dLdb": inputs["dLdZ"].mean(axis=0, keepdims=True).T, "other": random.standard_normal((out, fan_in))}
        yield Evidence(wrong(expected, inputs | related, numbers).astype(dtype), expected, numbers, inputs, related)


def only(array: Array, rows: slice) -> Array:
    kept = np.zeros_like(array)
    kept[rows] = array[rows]
    return kept


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
    "first row": (lambda x, a, n: np.ones_like(x) * x[:1], "repeats the first of axis 0"),
    "flat": (lambda x, a, n: x.ravel(), "has the right numbers in the shape"),
    "integers": (lambda x, a, n: np.trunc(x), "cut to integers"),
    "absolute": (lambda x, a, n: np.abs(x), "is the absolute value"),
    "squared": (lambda x, a, n: x**2, "is the square of"),
    "no negatives": (lambda x, a, n: np.maximum(x, 0), "lacks its negative entries"),
    "clipped": (lambda x, a, n: np.clip(x, -0.1, 0.1), "is clipped"),
    "last row lost": (lambda x, a, n: only(x, slice(0, -1)), "zero in the last of axis 0"),
    "another answer": (lambda x, a, n: a["other"], "is what other should be"),
    "term missing": (lambda x, a, n: x - a["b"], "lacks the term b"),
    "term added": (lambda x, a, n: x + a["b"], "has b added to it"),
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
    hidden = Evidence(faint.expected * 1e9 - 1.0, faint.expected * 1e9, faint.numbers)
    assert "lacks the term b" in diagnose([hidden, *found])


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


@pytest.mark.parametrize(
    ("mix", "words"),
    [
        (lambda now, before: now + before, "accumulates"),
        (lambda now, before: before, "is that of the call before"),
        (lambda now, before: (now + before) / 2, "averaged with that of the call before"),
    ],
)
def test_what_an_earlier_call_left_behind_is_seen(mix: Callable[[Array, Array], Array], words: str) -> None:
    found = []
    for case in cases(lambda x, a, n: x):
        before = 2 + np.cos(np.arange(case.expected.size)).reshape(case.expected.shape)
        found.append(dataclasses.replace(case, got=mix(case.expected, before), earlier=before))
    assert words in diagnose(found)
