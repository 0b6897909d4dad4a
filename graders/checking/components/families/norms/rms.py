"""Mistakes in layers that divide by the root of the mean square."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family
from graders.checking.components.families.norms.outputs import NORM, OF_PYTORCH, summed

RMS_NORM = Family("rms_norm", ("x", "gamma"), called=NORM.called)
"""Of the root mean square: no mean is subtracted, and nothing is added."""


@RMS_NORM.wrong("out", "isn't scaled by {gamma}", "Look at where {gamma} is multiplied in.")
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
    return gamma * x / np.sqrt(x.var(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("out", "divides by the mean square, not by its root", "Look at the denominator.")
def rms_without_root(x, gamma):
    return gamma * x / ((x * x).mean(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("out", "divides by the root of the sum of squares, not of their mean", "Look at the denominator.")
def rms_of_sum(x, gamma):
    return gamma * x / np.sqrt((x * x).sum(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("out", "takes the mean over the examples", "Look at the axis of the mean.")
def rms_other_axis(x, gamma):
    return gamma * x / np.sqrt((x * x).mean(0, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("dx", "lacks the term through the mean square", "The denominator depends on x, too.")
def rms_constant(x, gamma, dout):
    return dout * gamma / np.sqrt((x * x).mean(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("dx", "isn't multiplied by {gamma}", "Look at where {gamma} enters the gradient.")
def rms_gradient_without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["dx"]


@RMS_NORM.wrong("dx", "is divided by the root once more", "Look at what is divided by the root, and how often.")
def rms_divided_twice(right, x):
    return right()["dx"] / np.sqrt((x * x).mean(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("dx", "isn't divided by the root", "Look at what is divided by the root, and how often.")
def rms_not_divided(right, x):
    return right()["dx"] * np.sqrt((x * x).mean(-1, keepdims=True) + OF_PYTORCH)


@RMS_NORM.wrong("dgamma", "uses {x} in place of {normal}", "Look at what {gamma} multiplies in forward.")
def rms_scale_gradient_of_input(x, gamma, dout):
    return summed(gamma, dout * x)


@RMS_NORM.wrong("dgamma", "uses the output in place of {normal}", "Look at what {gamma} multiplies in forward.")
def rms_scale_gradient_of_output(right, gamma, dout):
    return summed(gamma, dout * right()["out"])


@RMS_NORM.wrong("dgamma", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def rms_scale_gradient_averaged(right, x):
    return right()["dgamma"] / len(x) if right.is_summed("dgamma") else None
