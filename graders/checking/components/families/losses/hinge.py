"""Mistakes in the multiclass hinge loss: which margins count, and how often the right class does."""

from __future__ import annotations

import numpy as np

from graders.checking.components.families.losses.entropy import loss

HINGE = loss("hinge", moderate=False)
"""`x` are scores, `y` the numbers of the right classes; a margin is 1."""

_MARGIN = "Write down the margin of one wrong class of one example."
_RIGHT = "The right class has no margin: it is left out of the sum."
_COUNT = "The right class's score is in the margin of each class that counts: how often is it subtracted?"


def _margins(x, y, margin=1.0):
    """Of each class, the right one included, before what is negative is cut off."""
    return x - x[np.arange(len(x)), y][:, None] + margin


def _cut(x, y, margin=1.0):
    found = np.maximum(_margins(x, y, margin), 0)
    found[np.arange(len(x)), y] = 0
    return found


def _counted(x, y, right_class, margin=1.0):
    """The sum's gradient with something else in the right class, made of the classes that count."""
    counted = (_cut(x, y, margin) > 0).astype(float)
    counted[np.arange(len(x)), y] = right_class(counted)
    return counted


def _by_size(x, y):
    found = _cut(x, y)
    found[np.arange(len(x)), y] = -found.sum(axis=1)
    return found


LOSSES = {
    "hinge_without_margin": ("lacks the margin of 1", _MARGIN, lambda x, y: _cut(x, y, 0).sum() / len(x)),
    "hinge_of_right_class": ("counts the right class, too", _RIGHT, lambda x, y: _cut(x, y).sum() / len(x) + 1),
    "hinge_squared": ("has the margins squared", _MARGIN, lambda x, y: (_cut(x, y) ** 2).sum() / len(x)),
    "hinge_of_largest": ("counts the largest margin of each example alone", "Every class that is too near counts.",
                         lambda x, y: _cut(x, y).max(axis=1).mean()),
    "hinge_not_cut": ("adds up margins that are negative, too", "Look for the maximum with 0.",
                      lambda x, y: (_margins(x, y).sum() - len(x)) / len(x)),
    "hinge_turned": ("has the right class's score minus the other's", _MARGIN,
                     lambda x, y: np.maximum(2 - _margins(x, y), 0).sum() / len(x) - 1),
}  # fmt: skip
"""The mean over the examples, of scores and labels."""
SLOPES = {
    "hinge_wrong_classes": ("has no gradient in the right class", _COUNT,
                            lambda x, y: _counted(x, y, lambda counted: 0)),
    "hinge_right_class_once": ("subtracts the right class once, however many classes count", _COUNT,
                               lambda x, y: _counted(x, y, lambda counted: -1)),
    "hinge_right_class_added": ("adds the right class where it should be subtracted", "Look at the sign.",
                                lambda x, y: _counted(x, y, lambda counted: counted.sum(axis=1))),
    "hinge_slope_of_everything": ("takes the right class's count over all examples together", "Look at the sum's axis.",
                                  lambda x, y: _counted(x, y, lambda counted: -counted.sum())),
    "hinge_slope_of_right_class": ("counts the right class among those that are too near", _RIGHT,
                                   lambda x, y: _counted(x, y, lambda counted: -counted.sum(axis=1) - 1)),
    "hinge_by_size": ("weighs each class by the size of its margin", "A margin's derivative is 1 or 0.", _by_size),
    "hinge_slope_without_margin": ("lacks the margin of 1 in what counts", _MARGIN,
                                   lambda x, y: _counted(x, y, lambda counted: -counted.sum(axis=1), 0)),
}  # fmt: skip
"""The gradient of the sum over the examples, in the scores."""


def _averaged(slope):
    return lambda x, y: slope(x, y.astype(int).reshape(-1)) / len(x)


def _of_labels(made):
    return lambda x, y: made(x, y.astype(int).reshape(-1))


HINGE.wrongs("out", {name: (says, look, _of_labels(made)) for name, (says, look, made) in LOSSES.items()})
HINGE.wrongs("dx", {name: (says, look, _averaged(slope)) for name, (says, look, slope) in SLOPES.items()})
