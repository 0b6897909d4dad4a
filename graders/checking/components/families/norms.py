"""Mistakes in layers that normalise: over the batch, over features, over groups."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

NORM = Family("norm", ("x", "gamma", "beta"))
"""`x` is the input, `gamma` the scale, `beta` the shift."""
wrong = NORM.wrong
EPS = 1e-5


@wrong("out", "isn't scaled by gamma", "Look at where gamma is multiplied in.")
def without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["out"]


@wrong("out", "isn't shifted by beta", "Look at where beta is added.")
def without_shift(right, beta):
    return right(beta=0 * beta)["out"]


@wrong("out", "has beta subtracted", "Look at the sign of beta.")
def shift_subtracted(right, beta):
    return right(beta=-beta)["out"]


@wrong("out", "divides by the variance, not by its root", "Look at what the deviations are divided by.")
def without_root(right, gamma, x):
    return _with(right, gamma, x, lambda axis: _deviations(x, axis) / (x.var(axis, keepdims=True) + EPS))


@wrong("out", "uses the unbiased variance, divided by N - 1", "Look at what the variance is divided by.")
def unbiased(right, gamma, x):
    def normal(axis):
        if x.shape[axis] < 2:
            return None
        return _deviations(x, axis) / np.sqrt(x.var(axis, ddof=1, keepdims=True) + EPS)

    return _with(right, gamma, x, normal)


@wrong("out", "has no epsilon below the root", "Look at what is added to the variance.")
def without_epsilon(right, gamma, x):
    return _with(right, gamma, x, lambda axis: _deviations(x, axis) / x.std(axis, keepdims=True))


@wrong("out", "has the epsilon outside of the root", "Look at what epsilon is added to.")
def epsilon_outside(right, gamma, x):
    return _with(right, gamma, x, lambda axis: _deviations(x, axis) / (x.std(axis, keepdims=True) + EPS))


@wrong("out", "doesn't subtract the mean", "Look at the numerator.")
def without_mean(right, gamma, x):
    return _with(right, gamma, x, lambda axis: x / _deviation(x, axis))


@wrong("out", "is normalised over the other axis", "Look at the axis of the mean and of the variance.")
def other_axis(right, gamma, x):
    return _with(right, gamma, x, lambda axis: _normal(x, 1 - axis) if x.ndim == 2 else None)


@wrong("dx", "lacks the term through the mean and the one through the variance", "Mean and variance depend on x, too.")
def statistics_constant(right, x, gamma, dout):
    axis = _axis(right, x, gamma)
    return None if axis is None else dout * gamma / _deviation(x, axis)


@wrong("dx", "lacks the term through the variance", "The variance depends on x, too.")
def variance_constant(right, x, gamma, dout):
    axis = _axis(right, x, gamma)
    if axis is None:
        return None
    slope = dout * gamma
    return (slope - slope.mean(axis, keepdims=True)) / _deviation(x, axis)


@wrong("dx", "lacks the term through the mean", "The mean depends on x, too.")
def mean_constant(right, x, gamma, dout):
    axis = _axis(right, x, gamma)
    if axis is None:
        return None
    slope, normal = dout * gamma, _normal(x, axis)
    return (slope - normal * (slope * normal).mean(axis, keepdims=True)) / _deviation(x, axis)


@wrong("dx", "isn't multiplied by gamma", "Look at where gamma enters the gradient.")
def gradient_without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["dx"]


@wrong("dx", "is the upstream gradient times gamma: the normalisation is left out", "Look at what x goes through.")
def gradient_of_scale_alone(gamma, dout):
    return dout * gamma


@wrong("dgamma", "uses x in place of the normalised x", "Look at what gamma multiplies in forward.")
def scale_gradient_of_input(x, gamma, dout):
    return _summed(gamma, dout * x)


@wrong("dgamma", "uses the output in place of the normalised x", "Look at what gamma multiplies in forward.")
def scale_gradient_of_output(right, gamma, dout):
    return _summed(gamma, dout * right()["out"])


@wrong("dgamma", "is the sum of the upstream gradient alone", "Look at what gamma multiplies in forward.")
def scale_gradient_of_upstream(gamma, dout):
    return _summed(gamma, dout)


@wrong("dgamma", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def scale_gradient_averaged(right, x):
    return right()["dgamma"] / len(x)


@wrong("dgamma", "lacks the upstream gradient", "Look at where the upstream gradient enters.")
def scale_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dgamma"]


@wrong("dgamma", "is multiplied by gamma", "Look at what gamma multiplies in forward: its gradient doesn't contain it.")
def scale_gradient_scaled(right, gamma):
    return right()["dgamma"] * gamma


@wrong("dbeta", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def shift_gradient_averaged(right, x):
    return right()["dbeta"] / len(x)


@wrong("dbeta", "is multiplied by gamma", "Look at whether beta meets gamma in forward.")
def shift_gradient_scaled(right, gamma):
    return right()["dbeta"] * gamma


@wrong("dbeta", "is the gradient in gamma", "Look at what beta is added to.")
def shift_gradient_of_scale(right):
    return right()["dgamma"]


def _with(right, gamma, x, normal):
    """The output with another `normal` form of x along the component's axis; None where there is none."""
    axis = _axis(right, x, gamma)
    instead = None if axis is None else normal(axis)
    return None if instead is None else gamma * instead + _shift(right, gamma)


def _normal(x, axis):
    return _deviations(x, axis) / _deviation(x, axis)


def _deviations(x, axis):
    return x - x.mean(axis, keepdims=True)


def _deviation(x, axis):
    """The standard deviation, as it is divided by."""
    return np.sqrt(x.var(axis, keepdims=True) + EPS)


def _shift(right, gamma):
    """What is added in the end: the output where nothing is left of the scale."""
    return right(gamma=0 * gamma)["out"]


def _summed(gamma, terms):
    """Over the axes that gamma doesn't have."""
    axes = tuple(range(terms.ndim - gamma.ndim)) if gamma.ndim < terms.ndim else (0,)
    return terms.sum(axes).reshape(gamma.shape)


def _axis(right, x, gamma):
    """The axis that the component normalises over, found out by what comes of it; None where it is none alone."""
    plain = right(gamma=np.ones_like(gamma))["out"] - _shift(right, gamma)
    return next((axis for axis in range(x.ndim) if np.allclose(plain, _normal(x, axis), rtol=1e-3, atol=1e-6)), None)


RMS_NORM = Family("rms_norm", ("x", "gamma"))
"""Of the root mean square: no mean is subtracted, and nothing is added."""


@RMS_NORM.wrong("out", "isn't scaled by gamma", "Look at where gamma is multiplied in.")
def rms_without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["out"]


@RMS_NORM.wrong("out", "subtracts the mean, as layer normalisation does", "Look at the numerator.")
def rms_with_mean(x, gamma):
    return gamma * (x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True)


@RMS_NORM.wrong("out", "subtracts the mean from what is normalised alone", "Look at the numerator.")
def rms_with_mean_above(right, x):
    return right()["out"] * (x - x.mean(-1, keepdims=True)) / x


@RMS_NORM.wrong("out", "divides by the deviation, not by the root of the mean square", "Look at the denominator.")
def rms_by_deviation(x, gamma):
    return gamma * x / np.sqrt(x.var(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("out", "divides by the mean square, not by its root", "Look at the denominator.")
def rms_without_root(x, gamma):
    return gamma * x / ((x * x).mean(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("out", "divides by the root of the sum of squares, not of their mean", "Look at the denominator.")
def rms_of_sum(x, gamma):
    return gamma * x / np.sqrt((x * x).sum(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("out", "takes the mean over the examples", "Look at the axis of the mean.")
def rms_other_axis(x, gamma):
    return gamma * x / np.sqrt((x * x).mean(0, keepdims=True) + EPS)


@RMS_NORM.wrong("dx", "lacks the term through the mean square", "The denominator depends on x, too.")
def rms_constant(x, gamma, dout):
    return dout * gamma / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("dx", "isn't multiplied by gamma", "Look at where gamma enters the gradient.")
def rms_gradient_without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["dx"]


@RMS_NORM.wrong("dx", "is divided by the root once more", "Look at what is divided by the root, and how often.")
def rms_divided_twice(right, x):
    return right()["dx"] / np.sqrt((x * x).mean(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("dx", "isn't divided by the root", "Look at what is divided by the root, and how often.")
def rms_not_divided(right, x):
    return right()["dx"] * np.sqrt((x * x).mean(-1, keepdims=True) + EPS)


@RMS_NORM.wrong("dgamma", "uses x in place of the normalised x", "Look at what gamma multiplies in forward.")
def rms_scale_gradient_of_input(x, gamma, dout):
    return _summed(gamma, dout * x)


@RMS_NORM.wrong("dgamma", "uses the output in place of the normalised x", "Look at what gamma multiplies in forward.")
def rms_scale_gradient_of_output(right, gamma, dout):
    return _summed(gamma, dout * right()["out"])


@RMS_NORM.wrong("dgamma", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def rms_scale_gradient_averaged(right, x):
    return right()["dgamma"] / len(x)
