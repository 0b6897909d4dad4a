"""Mistakes that students make in assignment 1 beside those of its layers: distances, votes, and steps of training."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.judging.diagnosis import Catalogue

CATALOGUE = Catalogue()
_POWERS = "Look at what is squared, and where the root is taken."
_EXPANDED = "Write (a - b)² out for one pair: three terms."
_VOTES = "Look at which of the sorted distances vote."
_TIES = "Look at which label is taken where two are as common."


def _differences(X, X_train):
    return X[:, None] - X_train


def _expanded(X, X_train, own, product, other):
    squares = own * (X**2).sum(1)[:, None] - product * X @ X_train.T + other * (X_train**2).sum(1)
    return np.sqrt(squares)


def _elected(dists, labels, k, elect, first=0):
    nearest = labels.astype(int)[dists.argsort(axis=1, kind="stable")[:, int(first) : int(first + k)]]
    return np.array([elect(row) for row in nearest])


def _smallest(row):
    return np.bincount(row).argmax()


@CATALOGUE.wrong("distances.dists", "is the sum of absolute differences", _POWERS)
def absolute(X, X_train):
    return np.abs(_differences(X, X_train)).sum(2)


@CATALOGUE.wrong("distances.dists", "has the square of the distances: the root is missing", _POWERS)
def squared(X, X_train):
    return (_differences(X, X_train) ** 2).sum(2)


@CATALOGUE.wrong("distances.dists", "is the root of the mean square, not of the sum", _POWERS)
def averaged(X, X_train):
    return np.sqrt((_differences(X, X_train) ** 2).mean(2))


@CATALOGUE.wrong("distances.dists", "takes the root before the sum, or the sum before the square", _POWERS)
def summed_first(X, X_train):
    return np.abs(_differences(X, X_train).sum(2))


@CATALOGUE.wrong("distances.dists", "sums over everything, not over each training example's features", "Look at axis.")
def sum_over_everything(X, X_train):
    return np.sqrt((_differences(X, X_train) ** 2).sum((1, 2)))[:, None] + np.zeros(len(X_train))


@CATALOGUE.wrong("distances.dists", "is made with the product of the examples once, not twice", _EXPANDED)
def product_once(X, X_train):
    return _expanded(X, X_train, 1, 1, 1)


@CATALOGUE.wrong("distances.dists", "has the product of the examples with the wrong sign", _EXPANDED)
def product_added(X, X_train):
    return _expanded(X, X_train, 1, -2, 1)


@CATALOGUE.wrong("distances.dists", "lacks the squares of the test examples", _EXPANDED)
def no_test_squares(X, X_train):
    return _expanded(X, X_train, 0, 2, 1)


@CATALOGUE.wrong("distances.dists", "lacks the squares of the training examples", _EXPANDED)
def no_training_squares(X, X_train):
    return _expanded(X, X_train, 1, 2, 0)


@CATALOGUE.wrong("votes.y_pred", "lets the farthest vote, not the nearest", _VOTES)
def farthest(dists, labels, k):
    return _elected(-dists, labels, k, _smallest)


@CATALOGUE.wrong("votes.y_pred", "is the label of the nearest alone, whatever k is", _VOTES)
def nearest_alone(dists, labels, k):  # noqa: ARG001 - that is what is wrong
    return _elected(dists, labels, 1, _smallest)


@CATALOGUE.wrong("votes.y_pred", "lets one more than k vote", _VOTES)
def one_more(dists, labels, k):
    return _elected(dists, labels, k + 1, _smallest)


@CATALOGUE.wrong("votes.y_pred", "lets one less than k vote", _VOTES)
def one_less(dists, labels, k):
    return _elected(dists, labels, k - 1, _smallest) if k > 1 else None


@CATALOGUE.wrong("votes.y_pred", "leaves the nearest out", _VOTES)
def nearest_left_out(dists, labels, k):
    return _elected(dists, labels, k, _smallest, first=1)


@CATALOGUE.wrong("votes.y_pred", "takes the larger of two labels that are as common", _TIES)
def larger_label(dists, labels, k):
    def largest(row):
        counts = np.bincount(row)
        return len(counts) - 1 - counts[::-1].argmax()

    return _elected(dists, labels, k, largest)


@CATALOGUE.wrong("votes.y_pred", "takes the nearest of the labels that are as common", _TIES)
def nearest_of_the_common(dists, labels, k):
    return _elected(dists, labels, k, lambda row: max(row.tolist(), key=row.tolist().count))


@CATALOGUE.wrong(
    "votes.y_pred", "is the place of the nearest example, not its label", "Look at what you index y_train with."
)
def place(dists, labels, k):  # noqa: ARG001 - that is what is wrong
    return dists.argsort(axis=1)[:, 0]


@CATALOGUE.wrong("step.W", "moves up the gradient", "Look at the sign of the step.")
def ascent(W, dW, rate):
    return W + rate * dW


@CATALOGUE.wrong("step.W", "leaves out the learning rate", "Look at what the step is multiplied by.")
def no_rate(W, dW):
    return W - dW


@CATALOGUE.wrong("step.W", "has the weights' decay once more: the gradient has it already", "Look at where reg stands.")
def decayed_again(W, dW, rate, reg):
    return W - rate * (dW + reg * W) if reg else None


@CATALOGUE.wrong(
    "step.W", "has twice the weights' decay once more: the gradient has it already", "Look at where reg stands."
)
def decayed_twice_again(W, dW, rate, reg):
    return W - rate * (dW + 2 * reg * W) if reg else None


@CATALOGUE.wrong("step.W", "doesn't move", "Look at what becomes of the new weights.")
def unmoved(W):
    return W


@CATALOGUE.wrong("labels.y_pred", "takes the smallest score", "Look at how the label is chosen.")
def smallest_score(scores):
    return scores.argmin(axis=1)


@CATALOGUE.wrong("labels.y_pred", "takes the score of largest size", "Look at how the label is chosen.")
def largest_size(scores):
    return np.abs(scores).argmax(axis=1)
