"""KNearestNeighbor: three ways to the same distances, and the vote."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from torch import Tensor

from graders.checking import (
    Remote,
    Student,
    check_lines_do_not_grow,
    expect,
    few_cases,
    is_simulated,
    measured,
    section,
)

from ..cases import NeighbourCase, neighbour_cases


@measured
def distances(X: Tensor, X_train: Tensor) -> dict[str, Tensor]:
    """Euclidean, (num_test, num_train)."""
    if is_simulated():  # the form without loops loses most
        squares = (X**2).sum(1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(1)
        return {"dists": torch.sqrt(squares)}
    return {"dists": torch.sqrt(((X[:, None] - X_train) ** 2).sum(2))}


@measured
def votes(dists: Tensor, labels: Tensor, k: int) -> dict[str, Tensor]:
    """The commonest label of the k nearest, the smaller of two as common; (num_test,)."""
    nearest = labels[dists.argsort(dim=1)[:, :k]]
    return {"y_pred": torch.stack([torch.bincount(row, minlength=1).argmax() for row in nearest])}


def _neighbours(student: Student, X_train: np.ndarray, y_train: np.ndarray) -> Remote:
    made = student("cs231n.classifiers.k_nearest_neighbor").KNearestNeighbor()
    made.train(X_train, y_train)
    return made


def _expect_distances(student: Student, case: NeighbourCase, loops: str) -> None:
    found = getattr(_neighbours(student, case.X_train, case.y_train), f"compute_distances_{loops}")(case.X)
    expect(found).to_equal(distances(X=case.X, X_train=case.X_train).dists)
    for array in (case.X, case.X_train):
        expect(student.sent(array)).to_be_unchanged(array)


@section("knn")
@given(case=neighbour_cases())
def test_two_loops(student: Student, case: NeighbourCase) -> None:
    """compute_distances_two_loops(X) returns the Euclidean distances (num_test, num_train)."""
    _expect_distances(student, case, "two_loops")


@section("knn")
@given(case=neighbour_cases())
def test_one_loop(student: Student, case: NeighbourCase) -> None:
    """compute_distances_one_loop(X) returns the same."""
    _expect_distances(student, case, "one_loop")


@section("knn")
@given(case=neighbour_cases())
def test_no_loops(student: Student, case: NeighbourCase) -> None:
    """compute_distances_no_loops(X) returns the same."""
    _expect_distances(student, case, "no_loops")


def _check_loops(student: Student, loops: str, over: str) -> None:
    def run(count: int) -> None:
        case = NeighbourCase(seed=1, tests=count if over == "test" else 5, trains=count if over == "training" else 6)
        getattr(_neighbours(student, case.X_train, case.y_train), f"compute_distances_{loops}")(case.X)

    check_lines_do_not_grow(student, run, of=f"{over} examples")


@section("knn")
def test_one_loop_only(student: Student) -> None:
    """compute_distances_one_loop loops over test examples only."""
    _check_loops(student, "one_loop", "training")


@section("knn")
def test_without_loops(student: Student) -> None:
    """compute_distances_no_loops has no loops."""
    _check_loops(student, "no_loops", "test")
    _check_loops(student, "no_loops", "training")


@section("knn")
@given(case=neighbour_cases())
def test_labels(student: Student, case: NeighbourCase) -> None:
    """predict_labels(dists, k) returns the commonest label of the k nearest training examples."""
    found = _neighbours(student, case.X_train, case.y_train).predict_labels(case.dists, k=case.k)
    expect(found).to_equal(votes(dists=case.dists, labels=case.y_train, k=case.k).y_pred)


@section("knn")
@few_cases
@given(case=neighbour_cases())
def test_ties(student: Student, case: NeighbourCase) -> None:
    """Of labels that are as common among the k nearest, the smaller one is taken."""
    near, far = case.tied
    dists = np.arange(1.0, 5.0)[None].repeat(2, axis=0)
    labels = np.array([far, near, near, far])
    found = _neighbours(student, case.X_train[:4], labels).predict_labels(dists, k=4)
    expect(found).to_equal(votes(dists=dists, labels=labels, k=4).y_pred)
