"""Mistakes in the squared error, whatever its factors are."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.losses.entropy import loss

SQUARED_ERROR = loss("squared_error", moderate=False)
"""`x` are predictions, `y` the targets."""


@SQUARED_ERROR.wrong("out", "has absolute differences, not squared ones", "Look for the square.")
def not_squared(x, y):
    return np.abs(x - y).mean()


@SQUARED_ERROR.wrong("dx", "lacks a factor 2", "Look at the derivative of the square.")
def half(right):
    return right()["dx"] / 2


@SQUARED_ERROR.wrong("dx", "has a factor 2 too much", "Look at the derivative, and the factor in front of the sum.")
def twice(right):
    return right()["dx"] * 2


@SQUARED_ERROR.wrong("dx", "is only the difference's sign", "That is the gradient of the absolute error.")
def sign_alone(right, x, y):
    found = right()["dx"]
    return np.sign(found) * np.abs(found / (x - y)).max()


@SQUARED_ERROR.wrong("dx", "has the difference squared", "Differentiating a square takes the square away.")
def difference_squared(right, x, y):
    return right()["dx"] * (x - y)


@SQUARED_ERROR.wrong("dx", "is averaged over the batch, the same for all examples", "Each example has its own.")
def same_for_all(right):
    found = right()["dx"]
    return np.broadcast_to(found.mean(axis=0), found.shape)


def _squares(divided_by):
    return lambda x, y: ((x - y) ** 2).sum() / divided_by(x)


def _differences(divided_by):
    return lambda x, y: (x - y) / divided_by(x)


_DENOMINATOR = "Look at the denominator of the loss."
_OF_GRADIENT = "Look at the gradient's denominator; then differentiate the loss once more."
SQUARED_ERROR.wrongs(
    "out",
    {
        name: (f"is {says}", _DENOMINATOR, _squares(divided_by))
        for name, says, divided_by in (
            ("squares_summed", "the sum of squares, divided by nothing", lambda x: 1),
            ("half_squares_summed", "half the sum of squares, divided by nothing", lambda x: 2),
            ("squares_over_batch", "the sum of squares over N only", len),
            ("squares_over_all", "the mean of the squares over all entries: no ½", lambda x: x.size),
            ("half_squares_over_batch", "half the sum of squares over N only", lambda x: 2 * len(x)),
            ("squares_over_classes", "the sum of squares over C only", lambda x: x.shape[-1]),
            ("half_squares_over_classes", "half the sum of squares over C only", lambda x: 2 * x.shape[-1]),
        )
    },
)
SQUARED_ERROR.wrongs(
    "out",
    {
        "root_mean_square": (
            "is the root of the mean square",
            "There is no root in the loss.",
            lambda x, y: np.sqrt(((x - y) ** 2).mean()),
        ),
        "root": ("is the root of the loss", "There is no root in the loss.", lambda right: np.sqrt(right()["out"])),
        "half_absolute": (
            "is half the mean of |{x} - {y}|",
            "Look for the square.",
            lambda x, y: np.abs(x - y).mean() / 2,
        ),
        "cut": (
            "is cut to an integer",
            "Look for integers: a division by `//`, an array of them.",
            lambda right: np.trunc(right()["out"]),
        ),
    },
)
SQUARED_ERROR.wrongs(
    "dx",
    {
        name: (f"is {says}", _OF_GRADIENT, _differences(divided_by))
        for name, says, divided_by in (
            ("differences", "{x} - {y}, divided by nothing", lambda x: 1),
            ("differences_over_batch", "divided by N only: ({x} - {y}) / N", len),
            ("differences_twice_over_batch", "({x} - {y}) / (2 N): right for two classes only", lambda x: 2 * len(x)),
            ("differences_over_classes", "divided by C only: ({x} - {y}) / C", lambda x: x.shape[-1]),
        )
    },
)
SQUARED_ERROR.wrongs("dx", {
    "gradient_squares": ("is the squared error, not its gradient", "Differentiating a square takes the square away.",
                         lambda x, y: (x - y) ** 2 / x.size),
    "gradient_is_the_loss": ("is the loss of each entry, not its derivative", "Look at what the square becomes.",
                             lambda x, y: (x - y) ** 2 / (2 * x.size)),
    "without_target": ("is {x} alone: {y} is never subtracted", "Look at the numerator.",
                       lambda right, x, y: right()["dx"] * x / (x - y)),
})  # fmt: skip
