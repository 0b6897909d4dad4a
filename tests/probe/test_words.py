"""Which argument of a loss the labels are, and what else a name tells."""

from __future__ import annotations

import pytest

from graders.probe import words


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        ("A Y", "Y"),
        ("y_true y_pred", "y_true"),
        ("y y_hat", "y"),
        ("y t", "t"),
        ("actual predicted", "actual"),
        ("predictions targets", "targets"),
        ("logits reference_answers", "reference_answers"),
        ("AL Y", "Y"),
        ("preds target_index", "target_index"),
        ("x w b", ""),
        ("y", ""),
        ("a b", ""),
    ],
)
def test_the_labels_are_known_by_their_name_beside_the_others(names: str, labels: str) -> None:
    assert words.labels_among(names.split()) == labels


def test_data_comes_before_parameters() -> None:
    assert words.data_first(["W", "X", "b"])[0] == "X"
    assert words.data_first(["theta", "X"])[0] == "X"


@pytest.mark.parametrize("name", ["lr", "learning_rate", "learn_rate", "lrate"])
def test_a_learning_rate_is_one_for_sure(name: str) -> None:
    assert words.is_rate(name, sure=True)


def test_alpha_and_eta_may_be_something_else() -> None:
    assert words.is_rate("alpha")
    assert not words.is_rate("alpha", sure=True)


@pytest.mark.parametrize(
    ("name", "value"), [("training", True), ("is_train", True), ("reg", 0.1), ("mode", "train"), ("stride", None)]
)
def test_what_is_usual_is_given_without_asking(name: str, value: object) -> None:
    assert words.usual(name) == value
