"""Mistakes in layers that normalise: over the batch, over features, over groups."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.family import Family

NORM = Family(
    "norm", ("x", "gamma", "beta", "mean", "variance", "eps", "groups"), called={"normal": "the normalised input"}
)
"""`x` is the input, `gamma` the scale, `beta` the shift; `mean` and `variance` are running averages, of which a step
keeps the share `keep`: an option's name, or a number. `normal` is what a handout calls the normalised input."""
wrong = NORM.wrong
OF_PYTORCH = 1e-5


@wrong("out", "isn't scaled by {gamma}", "Look at where {gamma} is multiplied in.")
def without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["out"]


@wrong("out", "isn't shifted by {beta}", "Look at where {beta} is added.")
def without_shift(right, beta):
    return right(beta=0 * beta)["out"]


@wrong("out", "has {beta} subtracted", "Look at the sign of {beta}.")
def shift_subtracted(right, beta):
    return right(beta=-beta)["out"]


@wrong("out", "isn't scaled and shifted", "Look at what becomes of {normal}.")
def plain(right, gamma, beta):
    return right(gamma=np.ones_like(gamma), beta=0 * beta)["out"]


@wrong("out", "multiplies the shift by the scale, too", "Look at the brackets around what is scaled.")
def shift_scaled(right, gamma, beta):
    return right(beta=gamma * beta)["out"]


@wrong("out", "has scale and shift swapped", "Look at which is multiplied, and which added.")
def scale_and_shift_swapped(right, gamma, beta):
    return right(gamma=beta, beta=gamma)["out"]


@wrong("out", "is scaled by the sum of {gamma}: that is a matrix product, not an elementwise one", "Look for @ or dot.")
def scaled_by_matrix_product(right, gamma):
    return right(gamma=np.full_like(gamma, gamma.sum()))["out"]


_ROOT = "Look at what the deviations are divided by."
_SQUARE = "Look at what is added to the variance."
_FORMS = {
    "without_root": ("divides by the variance, not by its root", _ROOT, lambda s: s.deviations / (s.variance + s.eps)),
    "multiplied_by_root": ("multiplies by the deviation where it should divide by it", _ROOT,
                           lambda s: s.deviations * s.deviation),
    "multiplied_by_variance": ("multiplies by the variance where it should divide by its root", _ROOT,
                               lambda s: s.deviations * (s.variance + s.eps)),
    "not_divided": ("isn't divided by the deviation", _ROOT, lambda s: s.deviations),
    "variance_summed": ("has a sum of squares where the variance belongs", "Look at what the variance is divided by.",
                        lambda s: s.over(s.variance * s.count + s.eps)),
    "mean_summed": ("subtracts the sum, not the mean", "Look at the mean.",
                    lambda s: (s.x - s.mean * s.count) / s.deviation),
    "mean_of_everything": ("subtracts the mean of all entries together", "Each feature has its own mean.",
                           lambda s: (s.x - s.x.mean()) / s.deviation),
    "variance_of_everything": ("divides by the deviation of all entries together",
                               "Each feature has its own variance.",
                               lambda s: s.over(s.x.var() + s.eps)),
    "root_twice": ("takes the root twice", "np.std is a root already.", lambda s: s.over(np.sqrt(s.variance) + s.eps)),
    "unbiased": ("uses the unbiased variance, divided by N - 1", "Look at what the variance is divided by.",
                 lambda s: s.over(s.variance * s.count / (s.count - 1) + s.eps) if s.count > 1 else None),
    "without_epsilon": ("has no epsilon below the root", _SQUARE, lambda s: s.over(s.variance)),
    "epsilon_outside": ("has the epsilon outside of the root", "Look at what epsilon is added to.",
                        lambda s: s.deviations / (np.sqrt(s.variance) + s.eps)),
    "epsilon_taken_off": ("takes epsilon off the variance: its sign is wrong", "Look at the sign of epsilon.",
                          lambda s: s.over(s.variance - s.eps)),
    "without_mean": ("doesn't subtract the mean", "Look at the numerator.", lambda s: s.x / s.deviation),
    "only_the_mean_divided": ("divides only the mean", "Look at the brackets.", lambda s: s.x - s.mean / s.deviation),
    "around_zero": ("uses the mean of the squares as the variance", "Look at what is subtracted.",
                    lambda s: s.over(s.variance + s.mean**2 + s.eps)),
    "of_everything": ("normalises all entries together", "Each feature has its own mean and variance.",
                      lambda s: (s.x - s.x.mean()) / np.sqrt(s.x.var() + s.eps)),
    "not_normalised": ("isn't normalised", "Look at what is scaled.", lambda s: s.x),
    "by_start": ("is normalised by what running averages start with", "Training uses the batch's own statistics.",
                 lambda s: s.x / np.sqrt(1 + s.eps)),
    "other_axis": ("is normalised over the other axis", "Look at the axis of the mean and of the variance.",
                   lambda s: _over_other_axis(s)),
} | {
    f"epsilon_1e_{power}": (f"uses 1e-{power} for epsilon", "Look at what epsilon is.",
                            lambda s, eps=10.0**-power: s.over(s.variance + eps))
    for power in (4, 5, 6, 7, 8, 9, 10)
}  # fmt: skip


def _over_other_axis(s):
    return Statistics(s.x, 1 - s.axis, s.eps).normal if s.x.ndim == 2 else None


def _of_form(form):
    def formula(right, gamma, x):
        found = statistics(right, gamma, x)
        instead = None if found is None else form(found)
        return None if instead is None else gamma * instead + _shift(right, gamma)

    return formula


NORM.wrongs("out", {name: (says, look, _of_form(form)) for name, (says, look, form) in _FORMS.items()})


@wrong("out", "has 1e-5 for epsilon, whatever it is given", "Look at where epsilon comes from.")
def epsilon_never_read(right, eps):
    return right(eps=OF_PYTORCH)["out"] if eps != OF_PYTORCH else None


@wrong("out", "normalises each channel by itself, whatever the number of groups", "Look at what a group is made of.")
def channels_by_themselves(right, x, groups):
    return right(groups=x.shape[1])["out"] if groups != x.shape[1] else None


@wrong("out", "normalises all channels together, whatever the number of groups", "Look at what a group is made of.")
def channels_all_together(right, groups):
    return right(groups=1)["out"] if groups != 1 else None


@wrong("dx", "isn't multiplied by {gamma}", "Look at where {gamma} enters the gradient.")
def gradient_without_scale(right, gamma):
    return right(gamma=np.ones_like(gamma))["dx"]


@wrong("dx", "is the upstream gradient times {gamma}: the normalisation is left out", "Look at what x goes through.")
def gradient_of_scale_alone(gamma, dout):
    return dout * gamma


@wrong("dgamma", "uses {x} in place of {normal}", "Look at what {gamma} multiplies in forward.")
def scale_gradient_of_input(x, gamma, dout):
    return summed(gamma, dout * x)


@wrong("dgamma", "uses the output in place of {normal}", "Look at what {gamma} multiplies in forward.")
def scale_gradient_of_output(right, gamma, dout):
    return summed(gamma, dout * right()["out"])


@wrong(
    "dgamma",
    "is the sum of the upstream gradient alone: the factor {normal} is missing",
    "Look at what {gamma} multiplies in forward.",
)
def scale_gradient_of_upstream(gamma, dout):
    return summed(gamma, dout)


@wrong("dgamma", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def scale_gradient_averaged(right, x):
    return right()["dgamma"] / len(x) if right.is_summed("dgamma") else None


@wrong("dgamma", "lacks the upstream gradient", "Look at where the upstream gradient enters.")
def scale_gradient_without_upstream(right, dout):
    return right(dout=np.ones_like(dout))["dgamma"]


@wrong("dbeta", "is averaged over the batch, not summed", "Look at whether it is a sum or a mean.")
def shift_gradient_averaged(right, x):
    return right()["dbeta"] / len(x) if right.is_summed("dbeta") else None


@wrong("dbeta", "is multiplied by {gamma}", "Look at whether {beta} meets {gamma} in forward.")
def shift_gradient_scaled(right, gamma):
    return right()["dbeta"] * gamma


@wrong("dbeta", "is the gradient in {gamma}", "Look at what {beta} is added to.")
def shift_gradient_of_scale(right):
    return right()["dgamma"]


@wrong("dgamma", "isn't divided by the deviation", "Look at what {gamma} multiplies in forward.")
def scale_gradient_of_deviation(right, x, gamma, dout):
    found = statistics(right, gamma, x)
    return None if found is None else summed(gamma, dout * found.deviations)


@wrong("dgamma", "is multiplied by the variance: forward multiplies by a root where it should divide", _ROOT)
def scale_gradient_of_product(right, x, gamma, dout):
    found = statistics(right, gamma, x)
    return None if found is None else summed(gamma, dout * found.deviations * found.deviation)


@wrong("dgamma", "has {gamma} as a factor", "The output is {gamma} times {normal}, and {beta}: differentiate that.")
def scale_gradient_scaled(right, gamma):
    return gamma * right()["dgamma"]


class Statistics:
    """What a batch is normalised by, over one of its axes."""

    def __init__(self, x, axis, eps):
        self.x, self.axis, self.eps = x, axis, eps
        self.count = x.shape[axis]
        self.mean = x.mean(axis, keepdims=True)
        self.variance = x.var(axis, keepdims=True)
        self.deviations = x - self.mean
        self.deviation = np.sqrt(self.variance + eps)
        self.normal = self.deviations / self.deviation

    def over(self, square):
        """The deviations over a root."""
        return self.deviations / np.sqrt(square)

    def averaged(self, terms):
        """Over what is normalised."""
        return terms.mean(self.axis, keepdims=True)


def statistics(right, gamma, x):
    """What the component normalises by, found out by the outcome; None where it is no single axis."""
    plain = right(gamma=np.ones_like(gamma))["out"] - _shift(right, gamma)
    for axis in range(x.ndim):
        found = Statistics(x, axis, 0.0)
        if found.count > 1:
            eps = _eps(found, plain)
            if eps is not None:
                return Statistics(x, axis, eps)
    return None


def _eps(found, plain):
    """What is added to the variance, from a normal form; None where that isn't one over this axis."""
    place = np.unravel_index(np.abs(found.deviations).argmax(), found.x.shape)
    variance = np.broadcast_to(found.variance, found.x.shape)[place]
    eps = (found.deviations[place] / plain[place]) ** 2 - variance
    likely = min((*(10.0**-power for power in range(1, 13)), 0.0), key=lambda one: abs(one - eps))
    same = np.allclose(plain, found.over(found.variance + likely), rtol=1e-6, atol=1e-9)
    return likely if same else None


def _shift(right, gamma):
    """What is added in the end: the output where nothing is left of the scale."""
    return right(gamma=0 * gamma)["out"]


def summed(gamma, terms):
    """Over the axes that gamma doesn't have."""
    axes = tuple(range(terms.ndim - gamma.ndim)) if gamma.ndim < terms.ndim else (0,)
    return terms.sum(axes).reshape(gamma.shape)
