"""Mistakes in the running averages of a normalisation, and in evaluation, which uses them."""

from __future__ import annotations

import itertools

import numpy as np

from graders.checking.components.families.family import EVALUATION, STATE
from graders.checking.components.families.norms.outputs import NORM, OF_PYTORCH

_ENTERS = "Look at which statistic of the batch enters."
_SHARE = "Look at which of the two the share multiplies."
_UPDATE = "Look at what the update multiplies, and adds."
_CENTRE = "Look at what is subtracted: it is the batch's mean."
_TWICE = "Look for a second update."
_TRAINING_ONLY = "Running averages change in training only."
_RUNNING = "Evaluation uses the running averages."
_EPSILON = "Look at what epsilon is added to in evaluation."


def _per_feature(x, like, statistic):
    """A statistic of each feature, in the shape of a running average."""
    axes = (0, *range(2, x.ndim))
    return statistic(x, axes).reshape(like.shape)


def _mean(x, like):
    return _per_feature(x, like, lambda a, axes: a.mean(axes))


def _variance(x, like):
    return _per_feature(x, like, lambda a, axes: a.var(axes))


def _deviation(x, like):
    return np.sqrt(_variance(x, like))


def _unbiased(x, like):
    count = x.size // like.size
    return _variance(x, like) * count / np.float64(count - 1)


def _after(seen, start, keep, enters):
    """The average after each of the batches."""
    found = []
    for x in seen:
        start = keep * start + (1 - keep) * enters(x, start)
        found.append(start)
    return found


def _both(name, says, look, formula):
    """The same mistake in either average: `formula` is given what enters it."""
    for role, enters in (("mean", _mean), ("variance", _variance)):
        said = says.format(role=role)
        NORM.wrong(role, said, look, where=STATE)(_named(f"running_{role}_{name}", formula(role, enters)))


def _named(name, formula):
    formula.__name__ = name
    return formula


def _of(role, make):
    """A formula of what was seen, the average's start and the share that is kept."""
    if role == "mean":
        return lambda seen, mean, keep: make(seen, mean, keep)
    return lambda seen, variance, keep: make(seen, variance, keep)


def _piled_up(seen, start, keep, enters):
    return list(itertools.accumulate(seen, lambda old, x: old + (1 - keep) * enters(x, old), initial=start))[1:]


_both("swapped", "weighs the new batch by the share of the old {role}", _SHARE,
      lambda role, enters: _of(role, lambda seen, start, keep: _after(seen, start, 1 - keep, enters)))  # fmt: skip
_both("of_the_last", "is the last batch's {role} alone", "A part of what was there is kept.",
      lambda role, enters: _of(role, lambda seen, start, keep: [enters(x, start) for x in seen]))  # fmt: skip
_both("twice", "is updated twice for each batch", _TWICE,
      lambda role, enters: _of(role, lambda seen, start, keep: _after(
          [x for x in seen for _ in range(2)], start, keep, enters)[1::2]))  # fmt: skip
_both("unmoved", "is still at its start: no batch has entered it", "Look at what the batch's {role} is multiplied by.",
      lambda role, enters: _of(role, lambda seen, start, keep: [start for _ in seen]))  # fmt: skip
_both("piled_up", "keeps all of the old {role}, not a share of it", "Look at both factors of the update.",
      lambda role, enters: _of(role, lambda seen, start, keep: _piled_up(seen, start, keep, enters)))  # fmt: skip
for _share in (0.9, 0.99, 0.1, 0.5):
    _both(f"of_{_share}", f"keeps a share of {_share}, whatever it is given", "Look at where the share is kept.",
          lambda role, enters, share=_share: _of(role, lambda seen, start, keep: None if keep == share else _after(
              seen, start, share, enters)))  # fmt: skip

NORM.wrongs("variance", {
    "running_unbiased": ("uses the variance divided by N - 1", "Look at what the variance is divided by.",
                         lambda seen, variance, keep: _after(seen, variance, keep, _unbiased)),
    "running_from_zero": ("starts from 0", "Look at what it starts from.",
                          lambda seen, variance, keep: _after(seen, 0 * variance, keep, _variance)),
    "running_deviation": ("averages the deviation, not the variance", _ENTERS,
                          lambda seen, variance, keep: _after(seen, variance, keep, _deviation)),
    "running_of_batch_mean": ("takes the batch's mean for its variance", _ENTERS,
                              lambda seen, variance, keep: _after(seen, variance, keep, _mean)),
    "running_of_the_mean": ("mixes itself with the running mean", _ENTERS,
                            lambda seen, mean, variance, keep: _of_running_mean(seen, mean, variance, keep)),
    "running_around_running_mean": ("measures from the running mean, not from the batch's", _CENTRE,
                                    lambda seen, mean, variance, keep: _around(seen, mean, variance, keep, moved=True)),
    "running_around_old_mean": ("measures from the old running mean", _CENTRE,
                                lambda seen, mean, variance, keep: _around(seen, mean, variance, keep, moved=False)),
}, where=STATE)  # fmt: skip
NORM.wrongs("mean", {
    "running_from_one": ("starts from 1", "Look at what it starts from.",
                         lambda seen, mean, keep: _after(seen, 0 * mean + 1, keep, _mean)),
}, where=STATE)  # fmt: skip


@NORM.wrong("variance", "averages the deviation, not the variance", _ENTERS, where=STATE)
def running_deviation_with_eps(seen, variance, keep, eps):
    """As most have it: the root of the variance with its epsilon."""
    return _after(seen, variance, keep, lambda x, like: np.sqrt(_variance(x, like) + eps))


def _of_running_mean(seen, mean, variance, keep):
    means = iter(_after(seen, mean, keep, _mean))
    return _after(seen, variance, keep, lambda _x, _old: next(means))


def _around(seen, mean, variance, keep, *, moved):
    """The variance of each batch taken around the running mean, after or before that has seen it."""
    means = _after(seen, mean, keep, _mean)
    centres = iter(means if moved else [mean, *means])

    def spread(x, like):
        centre = next(centres).reshape(1, -1, *(1 for _ in x.shape[2:]))
        return _mean((x - centre) ** 2, like)

    return _after(seen, variance, keep, spread)


def _eps(right, x, mean, variance, gamma, beta):
    """What is added to the running variance: what the output is divided by where that is 0."""
    one = right.evaluated(
        {"mean": 0 * mean, "variance": 0 * variance}, x=np.ones_like(x), gamma=0 * gamma + 1, beta=0 * beta
    )
    eps = 1 / one.reshape(-1)[0] ** 2
    return min((*(10.0**-power for power in range(1, 13)), 0.0), key=lambda likely: abs(likely - eps))


def _evaluated(made):
    """The output in evaluation by another state, or in another way: `made` is given a `Trained`."""

    def formula(right, x, seen, mean, variance, gamma, beta):
        return made(Trained(right, x, seen, mean, variance, gamma, beta))

    return formula


class Trained:
    """What training has left, and the evaluation that the component has."""

    def __init__(self, right, x, seen, mean, variance, gamma, beta):
        self.right, self.x, self.seen, self.gamma, self.beta = right, x, seen, gamma, beta
        after = right.updated(seen)
        self.mean, self.variance = after["mean"], after["variance"]
        self.own = (_mean(x, mean), _variance(x, variance))
        self.last = (_mean(seen[-1], mean), _variance(seen[-1], variance))
        self.further = right.updated([*seen, x])

    @property
    def eps(self):
        """What is added to the running variance."""
        return _eps(self.right, self.x, self.mean, self.variance, self.gamma, self.beta)

    def by(self, mean=None, variance=None, **changes):
        """The output with another mean or variance."""
        state = {
            "mean": self.mean if mean is None else mean,
            "variance": self.variance if variance is None else variance,
        }
        return self.right.evaluated(state, **changes)

    @property
    def plain(self):
        """Neither scaled nor shifted."""
        return {"gamma": 0 * self.gamma + 1, "beta": 0 * self.beta}

    def divided(self, power):
        """By another power of the running variance."""
        return self.by(variance=(self.variance + self.eps) ** power - self.eps)


_EVALUATED = {
    "over_variance": ("divides by the running variance, not by its root", "Look at the denominator.",
                      lambda t: t.divided(2)),
    "in_training_mode": ("uses this batch's own statistics", _RUNNING, lambda t: t.by(*t.own)),
    "without_brackets": ("divides only a part of the expression", "Look at the brackets around the difference.",
                         lambda t: t.gamma * t.x + t.by(x=0 * t.x)),
    "unnormalised": ("is {x} scaled and shifted: it isn't normalised, or the running averages are what they start from",
                     "Look at the running averages after training.", lambda t: t.gamma * t.x + t.beta),
    "with_batch_mean": ("subtracts this batch's mean", _RUNNING, lambda t: t.by(mean=t.own[0])),
    "with_batch_variance": ("divides by this batch's deviation", _RUNNING, lambda t: t.by(variance=t.own[1])),
    "with_last_batch": ("uses the last training batch's statistics", _RUNNING, lambda t: t.by(*t.last)),
    "without_affine": ("isn't scaled and shifted", "Scale and shift are applied in evaluation, too.",
                       lambda t: t.by(**t.plain)),
    "without_shift": ("isn't shifted", "Look at where the shift is added.", lambda t: t.by(beta=0 * t.beta)),
    "without_scale": ("isn't scaled", "Look at where the scale is multiplied in.",
                      lambda t: t.by(gamma=0 * t.gamma + 1)),
    "eps_taken_off": ("takes epsilon off the running variance: its sign is wrong", _EPSILON,
                      lambda t: t.by(variance=t.variance - 2 * t.eps)),
    "without_eps": ("leaves epsilon out", _EPSILON, lambda t: t.by(variance=t.variance - t.eps)),
    "eps_outside": ("adds epsilon outside the root", _EPSILON,
                    lambda t: t.by(variance=(np.sqrt(t.variance) + t.eps) ** 2 - t.eps)),
    "eps_of_pytorch": ("has 1e-5 for epsilon", _EPSILON, lambda t: t.by(variance=t.variance + OF_PYTORCH - t.eps)),
    "after_an_update": ("learns from this batch first", _TRAINING_ONLY,
                        lambda t: t.by(t.further["mean"], t.further["variance"])),
    "after_an_update_of_the_mean": ("learns this batch's mean first", _TRAINING_ONLY,
                                    lambda t: t.by(t.further["mean"])),
    "after_an_update_of_the_variance": ("learns this batch's variance first", _TRAINING_ONLY,
                                        lambda t: t.by(variance=t.further["variance"])),
    "uncentred": ("subtracts no mean", "Look at the numerator.", lambda t: t.by(mean=0 * t.mean)),
}  # fmt: skip
NORM.wrongs(
    "out",
    {f"evaluated_{name}": (says, look, _evaluated(made)) for name, (says, look, made) in _EVALUATED.items()},
    where=EVALUATION,
)
