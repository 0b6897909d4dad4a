"""Mistakes in the loss of a linear classifier: what is averaged, what the penalty is, and what the loss itself is."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family
from graders.checking.components.families.losses import hinge

_AVERAGE = "Look at what is divided by the number of examples."
_PENALTY = "Look at what the regularisation adds."

CLASSIFIER = Family("classifier", ("x", "W", "y", "reg"))
"""`x` are the examples, (N, D), `W` the weights, (D, C), `y` the classes; `reg` is how much the squares of W count."""
wrong = CLASSIFIER.wrong


def _plain(right, quantity):
    """Without a penalty."""
    return right(reg=0.0)[quantity]


@wrong("out", "lacks the regularisation", _PENALTY)
def classifier_without_penalty(right):
    return _plain(right, "out")


@wrong("out", "is a sum over the examples, not a mean", _AVERAGE)
def classifier_summed(right, x):
    return right()["out"] + (len(x) - 1) * _plain(right, "out")


@wrong("out", "has the regularisation divided by the number of examples, too", _AVERAGE)
def classifier_penalty_averaged(right, x):
    plain = _plain(right, "out")
    return plain + (right()["out"] - plain) / len(x)


@wrong("dW", "lacks the gradient of the regularisation", _PENALTY)
def classifier_gradient_without_penalty(right):
    return _plain(right, "dW")


@wrong("dW", "is a sum over the examples, not a mean", _AVERAGE)
def classifier_gradient_summed(right, x):
    return right()["dW"] + (len(x) - 1) * _plain(right, "dW")


@wrong("dW", "has the regularisation divided by the number of examples, too", _AVERAGE)
def classifier_gradient_penalty_averaged(right, x):
    plain = _plain(right, "dW")
    return plain + (right()["dW"] - plain) / len(x)


@wrong("dW", "has the gradient of the regularisation with the wrong sign", _PENALTY)
def classifier_gradient_penalty_subtracted(right):
    return 2 * _plain(right, "dW") - right()["dW"]


@wrong("dW", "is the gradient of the regularisation alone", "Look at what the scores depend on.")
def classifier_penalty_alone(right):
    return right()["dW"] - _plain(right, "dW")


@wrong("dW", "has reg where the gradient of the regularisation is made of W, too", _PENALTY)
def classifier_penalty_of_reg(right, reg):
    return _plain(right, "dW") + reg


def _loss_with_penalty(loss):
    def formula(right, x, W, y):
        return loss(x @ W, y.astype(int).reshape(-1)) + right()["out"] - _plain(right, "out")

    return formula


def _gradient_with_penalty(slope):
    def formula(right, x, W, y):
        data = x.T @ slope(x @ W, y.astype(int).reshape(-1)) / len(x)
        return data + right()["dW"] - _plain(right, "dW")

    return formula


def _classifier(name, losses, slopes):
    family = CLASSIFIER.extended()
    family.wrongs("out", {key: (says, look, _loss_with_penalty(made)) for key, (says, look, made) in losses.items()})
    family.wrongs("dW", {key: (says, look, _gradient_with_penalty(of)) for key, (says, look, of) in slopes.items()})
    return Family(name, family.words, mistakes=family.mistakes)


def _softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _powers(scores):
    return np.exp(scores - scores.max(axis=1, keepdims=True))


def _at(scores, y):
    return np.eye(scores.shape[1])[y]


_LABEL = "Look at the gradient in the right class."
_NORMAL = "Each example's probabilities add up to 1: look at what the exponentials are divided by."
_LOSSES = {
    "softmax_missing": ("is the mean of minus the label's score: softmax is missing", "Look at what is averaged.",
                        lambda s, y: -(s * _at(s, y)).sum() / len(s)),
    "without_logarithm": ("lacks the logarithm", "Look at what is averaged.",
                          lambda s, y: -(_softmax(s) * _at(s, y)).sum() / len(s)),
    "of_columns": ("divides by a sum over the examples, not over each row", _NORMAL,
                   lambda s, y: -np.log((_powers(s) / _powers(s).sum(0))[np.arange(len(s)), y]).mean()),
    "of_all_rows": ("divides by the sum of all rows", _NORMAL,
                    lambda s, y: -np.log((_powers(s) / _powers(s).sum())[np.arange(len(s)), y]).mean()),
}  # fmt: skip
_SLOPES = {
    "label_not_subtracted": ("is made of softmax alone: 1 is never subtracted at the label", _LABEL,
                             lambda s, y: _softmax(s)),
    "labels_alone": ("is made of the labels alone: softmax is missing", "Look at the gradient in the wrong classes.",
                     lambda s, y: -_at(s, y)),
    "of_scores": ("subtracts the labels from the scores, not from softmax of them", "Look at what is kept.",
                  lambda s, y: s - _at(s, y)),
    "not_normalised": ("has a softmax that isn't normalised", _NORMAL, lambda s, y: _powers(s) - _at(s, y)),
    "not_normalised_nor_shifted": ("has a softmax that isn't normalised", _NORMAL,
                                   lambda s, y: np.exp(s) - _at(s, y)),
    "at_label_alone": ("has a gradient in the right class alone", "The other classes have one, too.",
                       lambda s, y: (_softmax(s) - 1) * _at(s, y)),
    "of_columns": ("divides by a sum over the examples, not over each row", _NORMAL,
                   lambda s, y: _powers(s) / _powers(s).sum(0) - _at(s, y)),
    "of_all_rows": ("divides by the sum of all rows", _NORMAL,
                    lambda s, y: _powers(s) / _powers(s).sum() - _at(s, y)),
    "added_label": ("adds 1 at the label where it should be subtracted", _LABEL,
                    lambda s, y: _softmax(s) + _at(s, y)),
    "subtracted_everywhere": ("subtracts 1 in every class, not at the label alone", _LABEL,
                              lambda s, y: _softmax(s) - 1),
}  # fmt: skip
SOFTMAX_CLASSIFIER = _classifier("softmax_classifier", _LOSSES, _SLOPES)
HINGE_CLASSIFIER = _classifier("hinge_classifier", hinge.LOSSES, hinge.SLOPES)
