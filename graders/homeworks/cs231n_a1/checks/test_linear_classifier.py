"""LinearClassifier's train and predict, on your own loss."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from torch import Tensor

from graders.checking import (
    CheckFailed,
    Remote,
    Student,
    expect,
    few_cases,
    measured,
    number_of,
    read_array,
    read_list,
    read_number,
    section,
)

from ..cases import ClassifierCase, classifier_cases

STEPS, BATCH, DRAWS = 3, 7, 30


@measured
def step(W: Tensor, dW: Tensor, rate: float, reg: float) -> dict[str, Tensor]:  # noqa: ARG001 - a mistake has reg
    """The weights after one step."""
    return {"W": W - rate * dW}


@measured
def labels(scores: Tensor) -> dict[str, Tensor]:
    """Those with the highest scores; (N,)."""
    return {"y_pred": scores.argmax(1)}


def _classifier(student: Student, W: np.ndarray) -> Remote:
    made = student("cs231n.classifiers.linear_classifier").Softmax()
    made.W = W.copy()
    return made


def _own_loss(student: Student, W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float) -> Remote:
    return _classifier(student, W).loss(X, y, reg)


@section("linear_classifier")
@few_cases
@given(case=classifier_cases())
def test_descent(student: Student, case: ClassifierCase) -> None:
    """train goes learning_rate down the gradient of each batch's loss, and returns the losses."""
    X, y = np.tile(case.X[:1], (BATCH, 1)), np.full(BATCH, case.y[0])  # whatever is drawn, the batch is the same
    W, losses = case.W, []
    for _ in range(STEPS):
        found = _own_loss(student, W, X, y, case.reg)
        losses.append(read_number(found[0]))
        W = W - case.rate * read_array(found[1], W.shape)
    _expect_step(student, case, X, y)
    classifier = _classifier(student, case.W)
    history = classifier.train(X, y, learning_rate=case.rate, reg=case.reg, num_iters=STEPS, batch_size=BATCH)
    for step, loss in enumerate(losses):
        expect(history[step]).to_equal(loss)
    expect(classifier.W).to_equal(W)


def _expect_step(student: Student, case: ClassifierCase, X: np.ndarray, y: np.ndarray) -> None:
    """One alone shows what is wrong with all of them."""
    gradient = read_array(_own_loss(student, case.W, X, y, case.reg)[1], case.W.shape)
    classifier = _classifier(student, case.W)
    classifier.train(X, y, learning_rate=case.rate, reg=case.reg, num_iters=1, batch_size=BATCH)
    expect(classifier.W).to_equal(step(W=case.W, dW=gradient, rate=case.rate, reg=case.reg).W)


@section("linear_classifier")
@few_cases
@given(case=classifier_cases())
def test_batches(student: Student, case: ClassifierCase) -> None:
    """Each step's batch has batch_size examples with their own labels, drawn anew."""
    kinds = np.repeat([0, 1], 4 * BATCH)
    X, y = case.X[kinds], case.y[kinds]
    mixed = [np.repeat([0, 1], [BATCH - count, count]) for count in range(BATCH + 1)]
    possible = [_own_loss(student, case.W, case.X[kind], case.y[kind], case.reg)[0] for kind in mixed]
    losses = np.array([read_number(loss) for loss in possible])
    history = _classifier(student, case.W).train(
        X, y, learning_rate=0.0, reg=case.reg, num_iters=DRAWS, batch_size=BATCH
    )
    found = np.array([number_of(value, "a loss") for value in read_list(history)])
    if len(found) != DRAWS:
        raise CheckFailed(f"train returns {len(found)} losses, but should return one for each of {DRAWS} steps")
    if not np.isclose(found[:, None], losses, rtol=1e-6, atol=1e-9).any(axis=1).all():
        raise CheckFailed(
            f"a loss in training isn't that of any {BATCH} examples with their labels",
            "Look at how X_batch and y_batch are chosen, and at batch_size.",
        )
    if len(set(found.round(6))) < 3:
        raise CheckFailed("the batches of all steps have the same loss", "Draw another batch in each step.")


@section("linear_classifier")
@few_cases
@given(case=classifier_cases())
def test_predict(student: Student, case: ClassifierCase) -> None:
    """predict(X) returns the label with the highest score for each row."""
    expect(_classifier(student, case.W).predict(case.X)).to_equal(labels(scores=case.X @ case.W).y_pred)
