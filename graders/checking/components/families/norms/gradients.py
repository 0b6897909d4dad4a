"""Mistakes in the gradient of a normalisation with respect to its input: a wrong path, factor or power."""

# ruff: noqa: D103 - a formula's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.norms.outputs import NORM, OF_PYTORCH, statistics

_CONSTANTS = "Mean and variance depend on the input, too."
_POWER = "Derive (variance + epsilon) to the power of -1/2."
_COUNT = "Count the divisions by the batch size."
_FIRST = "Look at the power of the variance in the first term."
_MEAN = "Look at the power of the variance on the way through the mean."
_AXIS = "Look at the axis of your sums."
_ALL = "Look at what is divided by the deviation, and how often."
_SIGN = "Look at the signs of the paths."


def _by_hand(s, g, *, mean=None, variance=None, count=None, eps=None, centre=None):
    """The three paths written out, with another mean, variance or number of examples."""
    variance = s.variance if variance is None else variance
    inverse = 1 / np.sqrt(variance + (s.eps if eps is None else eps))
    deviations = s.deviations if mean is None else s.x - mean
    share = 1 / (count or s.count)
    through = -0.5 * (g * (deviations if centre is None else centre)).sum(s.axis, keepdims=True) * inverse**3
    return g * inverse + through * 2 * share * deviations - g.sum(s.axis, keepdims=True) * inverse * share


def _with_variance_path(s, g, slope):
    """The gradient with another derivative of the variance: `slope` of the variance with its eps, and of the sum."""
    total = (g * s.deviations).sum(s.axis, keepdims=True)
    through = slope(s.variance + s.eps, total) * 2 * s.deviations / s.count
    return (g - s.averaged(g)) / s.deviation + through


def _with_powers(s, g, *, direct=-0.5, mean=-0.5, variance=-1.5):
    """The three paths with other powers of the variance."""
    v = s.variance + s.eps
    through = -((g * s.deviations).sum(s.axis, keepdims=True)) * v**variance * s.deviations / s.count
    return g * v**direct + through - s.averaged(g) * v**mean


def _summed_up(s, g, *, mean=False, variance=False):
    """The paths with a sum over everything in one of them, where it goes over what is normalised."""
    total = g.sum() if mean else g.sum(s.axis, keepdims=True)
    spread = (g * s.normal).sum() if variance else (g * s.normal).sum(s.axis, keepdims=True)
    return (g - total / s.count - s.normal * spread / s.count) / s.deviation


def _over_other_axis(s, g):
    """The paths summed up along the axis that isn't normalised over."""
    if s.x.ndim != 2:
        return None
    other = 1 - s.axis
    return (g - g.mean(other, keepdims=True) - s.normal * (g * s.normal).mean(other, keepdims=True)) / s.deviation


def _times(s, g, power):
    """The right gradient times a power of the deviation."""
    return _with_powers(s, g) * s.deviation**power


def _paths(s, g, *, mean, variance):
    """The gradient with so much of the mean's path, and of the variance's."""
    return (g - mean * s.averaged(g) - variance * s.normal * s.averaged(g * s.normal)) / s.deviation


def _inverse_without_eps(s, g):
    inverse = 1 / np.sqrt(s.variance)
    return inverse * (g - s.averaged(g)) - s.deviations * inverse**3 * s.averaged(g * s.deviations)


def _mean_over_features(s, g):
    through = g.sum(1 - s.axis, keepdims=True) / s.deviation / s.count
    return (g - s.normal * s.averaged(g * s.normal)) / s.deviation - through if s.x.ndim == 2 else None


def _unbiased(s, g):
    total = (g * s.normal).sum(s.axis, keepdims=True) / np.float64(s.count - 1)
    return (g - s.averaged(g) - s.normal * total) / s.deviation


_MISTAKES = {
    "statistics_constant": ("lacks the term through the mean and the one through the variance", _CONSTANTS,
                            lambda s, g: _paths(s, g, mean=0, variance=0)),
    "variance_constant": ("lacks the term through the variance, or makes it of the sum of all deviations, which is 0",
                          _CONSTANTS, lambda s, g: _paths(s, g, mean=1, variance=0)),
    "mean_constant": ("lacks the term through the mean", _CONSTANTS, lambda s, g: _paths(s, g, mean=0, variance=1)),
    "mean_summed": ("doesn't divide the mean's path by the batch size", "Each entry is 1/N of the mean.",
                    lambda s, g: _paths(s, g, mean=s.count, variance=1)),
    "both_summed": ("doesn't divide the paths of mean and variance by the batch size", "Each entry is 1/N of both.",
                    lambda s, g: _paths(s, g, mean=s.count, variance=s.count)),
    "mean_added": ("has the mean's path with the wrong sign", _SIGN, lambda s, g: _paths(s, g, mean=-1, variance=1)),
    "mean_averaged_twice": ("divides the mean's path by the batch size twice", _COUNT,
                            lambda s, g: _paths(s, g, mean=1 / s.count, variance=1)),
    "half_variance": ("has half of the variance's path", "The square's derivative brings a 2.",
                      lambda s, g: _paths(s, g, mean=1, variance=0.5)),
    "variance_added": ("has the variance's path with the wrong sign", "The derivative of a negative power is negative.",
                       lambda s, g: _paths(s, g, mean=1, variance=-1)),
    "variance_twice": ("has the variance's path twice", "The derivative of a power brings a ½.",
                       lambda s, g: _paths(s, g, mean=1, variance=2)),
    "variance_summed": ("doesn't divide the variance's path by the batch size", _COUNT,
                        lambda s, g: _paths(s, g, mean=1, variance=s.count)),
    "direct_path_missing": ("lacks the direct path", "There are three terms.",
                            lambda s, g: _by_hand(s, g) - g / s.deviation),
    "direct_path_multiplied": ("has the direct path multiplied by the deviation, not divided by it",
                               "Look at the power of the variance in the first term.",
                               lambda s, g: _by_hand(s, g) - g / s.deviation + g * s.deviation),
    "mean_over_variance": ("divides the mean's path by the variance, not by its root", _POWER,
                           lambda s, g: (g - s.normal * s.averaged(g * s.normal)) / s.deviation
                           - s.averaged(g) / (s.variance + s.eps)),
    "mean_over_features": ("sums over features on its way through the mean", "The mean is over the batch.",
                           _mean_over_features),
    "power_minus_half": ("raises the variance to -1/2 where its derivative has -3/2", _POWER,
                         lambda s, g: _with_variance_path(s, g, lambda v, t: -0.5 * t * v**-0.5)),
    "power_plus": ("raises the variance to +3/2 where its derivative has -3/2", _POWER,
                   lambda s, g: _with_variance_path(s, g, lambda v, t: -0.5 * t * v**1.5)),
    "power_minus_one": ("raises the variance to -1 where its derivative has -3/2", _POWER,
                        lambda s, g: _with_variance_path(s, g, lambda v, t: -0.5 * t / v)),
    "power_minus_two": ("raises the variance to -2 where its derivative has -3/2, or has {normal} where its deviation"
                        " from the mean belongs", _POWER, lambda s, g: _with_powers(s, g, variance=-2)),
    "power_minus_three": ("raises the variance to -3 where its derivative has -3/2", _POWER,
                          lambda s, g: _with_powers(s, g, variance=-3)),
    "power_plus_half": ("raises the variance to +1/2 where its derivative has -3/2", _POWER,
                        lambda s, g: _with_powers(s, g, variance=0.5)),
    "power_missing": ("lacks the power of the variance in the variance's path", _POWER,
                      lambda s, g: _with_powers(s, g, variance=0)),
    "direct_path_averaged": ("divides the direct path by the batch size", "Only what is a mean is divided by it.",
                             lambda s, g: _by_hand(s, g) - g / s.deviation * (1 - 1 / s.count)),
    "direct_path_not_divided": ("doesn't divide the direct path by the deviation", _FIRST,
                                lambda s, g: _with_powers(s, g, direct=0)),
    "direct_path_over_variance": ("divides the direct path by the variance, not by its root", _FIRST,
                                  lambda s, g: _with_powers(s, g, direct=-1)),
    "mean_path_multiplied": ("has the mean's path multiplied by the deviation, not divided by it", _MEAN,
                             lambda s, g: _with_powers(s, g, mean=0.5)),
    "mean_path_not_divided": ("doesn't divide the mean's path by the deviation", _MEAN,
                              lambda s, g: _with_powers(s, g, mean=0)),
    "mean_path_over_cube": ("divides the mean's path by the third power of the deviation", _MEAN,
                            lambda s, g: _with_powers(s, g, mean=-1.5)),
    "mean_path_of_everything": ("sums the mean's path over everything", _AXIS,
                                lambda s, g: _summed_up(s, g, mean=True)),
    "variance_path_of_everything": ("sums the variance's path over everything", _AXIS,
                                    lambda s, g: _summed_up(s, g, variance=True)),
    "paths_of_everything": ("sums the paths of mean and variance over everything", _AXIS,
                            lambda s, g: _summed_up(s, g, mean=True, variance=True)),
    "gradient_over_other_axis": ("averages over the other axis in the paths of mean and variance", _AXIS,
                                 lambda s, g: _over_other_axis(s, g)),
    "gradient_not_divided": ("isn't divided by the deviation", _ALL, lambda s, g: _times(s, g, 1)),
    "gradient_multiplied": ("is multiplied by the deviation where it should be divided by it", _ALL,
                            lambda s, g: _times(s, g, 2)),
    "deviation_for_inverse": ("has the deviation in all of its paths where one over it belongs", _ALL,
                              lambda s, g: _with_powers(s, g, direct=0.5, mean=0.5, variance=1.5)),
    "gradient_divided_twice": ("is divided by the deviation twice", _ALL, lambda s, g: _times(s, g, -1)),
    "not_centred_outside": ("has the input where its deviation from the mean belongs, in the variance's derivative",
                            "Look at the variance's derivative.",
                            lambda s, g: _by_hand(s, g) + (s.x - s.deviations) * -s.averaged(g * s.normal)
                            / s.deviation**2),
    "unbiased": ("divides by N - 1 on its way through the variance", "Look at what the variance is divided by.",
                 _unbiased),
    "gradient_without_eps": ("divides by a deviation without epsilon",
                             "The same epsilon stands in forward and backward.", _inverse_without_eps),
    "gradient_eps_of_pytorch": ("has 1e-5 for epsilon", "The same epsilon stands in forward and backward.",
                                lambda s, g: _by_hand(s, g, eps=OF_PYTORCH)),
    "gradient_eps_taken_off": ("takes epsilon off the variance: its sign is wrong", "Look at the sign of epsilon.",
                               lambda s, g: _by_hand(s, g, eps=-s.eps)),
    "gradient_eps_outside": ("adds epsilon outside the root", "Look at what epsilon is added to.",
                             lambda s, g: _by_hand(s, g, variance=(np.sqrt(s.variance) + s.eps) ** 2, eps=0.0)),
    "over_features": ("divides by the number of features, not of examples", "Look at which axis is the batch.",
                      lambda s, g: _by_hand(s, g, count=s.x.shape[1 - s.axis]) if s.x.ndim == 2 else None),
    "not_centred": ("has the input where its deviation from the mean belongs", "Look at the variance's derivative.",
                    lambda s, g: _by_hand(s, g, centre=s.x)),
}  # fmt: skip


def _of(form):
    def formula(right, x, gamma, dout):
        found = statistics(right, gamma, x)
        return None if found is None else form(found, dout * gamma)

    return formula


NORM.wrongs("dx", {name: (says, look, _of(form)) for name, (says, look, form) in _MISTAKES.items()})


@NORM.wrong("dx", "uses the mean of {gamma} for all features", "Each feature has its own scale.")
def of_mean_scale(right, gamma):
    return right(gamma=np.full_like(gamma, gamma.mean()))["dx"]


@NORM.wrong(
    "dx",
    "multiplies the upstream gradient and {gamma} as matrices, which sums over the features",
    "Look for @ or dot where * belongs.",
)
def of_matrix_product(right, x, gamma, dout):
    s = statistics(right, gamma, x)
    product = (dout * gamma).sum(-1, keepdims=True)
    return None if s is None or x.ndim != 2 else _by_hand(s, np.broadcast_to(product, x.shape))


@NORM.wrong("dx", "sums the upstream gradient over everything in the mean's path", _AXIS)
def mean_path_of_all_upstream(right, x, gamma, dout):
    s = statistics(right, gamma, x)
    return (
        None if s is None else right()["dx"] + (s.averaged(dout * gamma) - gamma * dout.sum() / s.count) / s.deviation
    )


@NORM.wrong("dx", "multiplies by {gamma} after the means are taken", "Which entries of {gamma} are in each mean?")
def scaled_afterwards(right, x, gamma, dout):
    s = statistics(right, gamma, x)
    return None if s is None else gamma * _paths(s, dout, mean=1, variance=1)


@NORM.wrong("dx", "lacks {gamma} in the mean's path", "Look at what the mean's path sums up.")
def mean_path_without_scale(right, x, gamma, dout):
    s = statistics(right, gamma, x)
    return None if s is None else right()["dx"] + s.averaged(dout * gamma - dout) / s.deviation


@NORM.wrong("dx", "lacks {gamma} in the variance's path", "Look at what the variance's path sums up.")
def variance_path_without_scale(right, x, gamma, dout):
    s = statistics(right, gamma, x)
    return (
        None
        if s is None
        else _by_hand(s, dout * gamma) + s.normal * s.averaged((dout * gamma - dout) * s.normal) / s.deviation
    )


@NORM.wrong("dx", "divides by the batch size of the previous call", "Look at where the batch size is kept.")
def over_batch_before(right, x, gamma, dout, count_before):
    s = statistics(right, gamma, x)
    return None if s is None or count_before is None else _by_hand(s, dout * gamma, count=count_before)


def _with_running(which):
    """The running averages, after this one batch, in place of its own."""

    def formula(right, x, gamma, dout, keep):
        s = statistics(right, gamma, x)
        if s is None:
            return None
        mean = (1 - keep) * s.mean if "mean" in which else None
        variance = keep + (1 - keep) * s.variance if "variance" in which else None
        return _by_hand(s, dout * gamma, mean=mean, variance=variance)

    return formula


NORM.wrongs("dx", {
    f"of_running_{'_'.join(which)}": (f"takes {says} for the batch's", "Look at what normalises in training.",
                                      _with_running(which))
    for which, says in ((("mean",), "the running mean"), (("variance",), "the running variance"),
                        (("mean", "variance"), "the running statistics"))
})  # fmt: skip
