"""Mistakes that students of ai702 make in batch normalisation, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong
EPS = 1e-8


def _statistics(Z):
    return Z.mean(axis=0), Z.var(axis=0)


def _is_tiny(Z):
    """Whether the batch's spread is so small that what is multiplied by it in place of divided seems left out."""
    return Z.std(axis=0).max() < 0.01


def _normalised(Z, eps=EPS):
    M, V = _statistics(Z)
    return (Z - M) / np.sqrt(V + eps)


@wrong("batchnorm.BZ", "isn't scaled and shifted", "Look at equation 53.")
def no_affine(Z, BW, Bb, dLdBZ):
    return _normalised(Z)


@wrong("batchnorm.BZ", "isn't shifted", "Look at equation 53's last term.")
def no_shift(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z)


@wrong("batchnorm.BZ", "is divided by the variance, not by its root", "Look at equation 52's denominator.")
def by_variance(Z, BW, Bb, dLdBZ):
    M, V = _statistics(Z)
    return BW * (Z - M) / (V + EPS) + Bb


@wrong("batchnorm.BZ", "uses the variance divided by N - 1", "Equation 51 divides by N.")
def unbiased(Z, BW, Bb, dLdBZ):
    return BW * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0, ddof=1) + EPS) + Bb


@wrong("batchnorm.BZ", "adds eps outside the root", "Look at where ε stands in equation 52.")
def eps_outside(Z, BW, Bb, dLdBZ):
    M, V = _statistics(Z)
    return BW * (Z - M) / (np.sqrt(V) + EPS) + Bb


@wrong("batchnorm.BZ", "takes eps off the variance: its sign is wrong", "Look at the sign of ε in equation 52.")
def eps_taken_off(Z, BW, Bb, dLdBZ):
    with np.errstate(invalid="ignore", divide="ignore"):
        return BW * _normalised(Z, -EPS) + Bb


@wrong("batchnorm.BZ", "leaves eps out", "Look at where ε stands in equation 52.")
def eps_missing(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z, 0.0) + Bb


def _with_eps(eps):
    return lambda Z, BW, Bb, dLdBZ: BW * _normalised(Z, eps) + Bb


for _power in (4, 5, 6, 7, 9, 10):
    _formula = _with_eps(10.0**-_power)
    _formula.__name__ = f"eps_1e_{_power}"
    wrong("batchnorm.BZ", f"uses 1e-{_power} for eps", "The class sets eps to 1e-8.")(_formula)


@wrong("batchnorm.BZ", "normalises each example over its features", "Look at the axis: that is LayerNorm.")
def layernorm(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z.T).T + Bb


@wrong("batchnorm.BZ", "doesn't subtract the mean", "Look at equation 52's numerator.")
def uncentred(Z, BW, Bb, dLdBZ):
    return BW * Z / np.sqrt(Z.var(axis=0) + EPS) + Bb


@wrong("batchnorm.dLdBW", "lacks the factor NZ: it is what dLdBb should be", "Look at the sum in equation 59.")
def scale_gradient_swapped(Z, BW, Bb, dLdBZ):
    return dLdBZ.sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdBW", "is averaged over the batch", "The handout's sum isn't divided.")
def scale_gradient_averaged(Z, BW, Bb, dLdBZ):
    return (dLdBZ * _normalised(Z)).mean(axis=0, keepdims=True)


@wrong("batchnorm.dLdBW", "multiplies by Z, not by the normalised Z", "Look at what BW multiplies in equation 53.")
def scale_gradient_of_input(Z, BW, Bb, dLdBZ):
    return (dLdBZ * Z).sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdBW", "multiplies by BZ, not by the normalised Z", "Look at what BW multiplies in equation 53.")
def scale_gradient_of_output(Z, BW, Bb, dLdBZ):
    return (dLdBZ * (BW * _normalised(Z) + Bb)).sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdBb", "has a factor NZ: it is what dLdBW should be", "Look at the sum in equation 58.")
def shift_gradient_swapped(Z, BW, Bb, dLdBZ):
    return (dLdBZ * _normalised(Z)).sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdBb", "is averaged over the batch", "The handout's sum isn't divided.")
def shift_gradient_averaged(Z, BW, Bb, dLdBZ):
    return dLdBZ.mean(axis=0, keepdims=True)


def _input_gradient(Z, g, mean=True, variance=True):
    """Through the normalised Z, and through the batch's mean and variance where they are asked for."""
    normalised = _normalised(Z)
    result = g - (g.mean(axis=0) if mean else 0) - (normalised * (g * normalised).mean(axis=0) if variance else 0)
    return result / np.sqrt(Z.var(axis=0) + EPS)


@wrong("batchnorm.dLdZ", "leaves out the path through the mean", "Z changes its batch's mean too.")
def gradient_without_mean(Z, BW, Bb, dLdBZ):
    return _input_gradient(Z, dLdBZ * BW, mean=False)


@wrong(
    "batchnorm.dLdZ",
    "leaves out the path through the variance, or makes it of the sum of all Z - M, which is 0",
    "Z changes its batch's variance too.",
)
def gradient_without_variance(Z, BW, Bb, dLdBZ):
    if _is_tiny(Z):
        return None
    return _input_gradient(Z, dLdBZ * BW, variance=False)


@wrong(
    "batchnorm.dLdZ", "treats mean and variance as constants", "Z changes both: three paths lead from Z to the loss."
)
def gradient_of_constants(Z, BW, Bb, dLdBZ):
    return _input_gradient(Z, dLdBZ * BW, mean=False, variance=False)


@wrong("batchnorm.dLdZ", "lacks the factor BW", "Look at the first step back, from BZ to the normalised Z.")
def gradient_without_scale(Z, BW, Bb, dLdBZ):
    return _input_gradient(Z, dLdBZ)


@wrong("batchnorm.dLdZ", "uses the mean of BW for all features", "Each feature has a scale of its own.")
def gradient_of_mean_scale(Z, BW, Bb, dLdBZ):
    return _input_gradient(Z, dLdBZ * BW.mean())


def _running(batches, alpha, weight_new, variance=lambda Z: Z.var(axis=0, keepdims=True), start=(0.0, 1.0)):
    mean, var = (np.full((1, batches[0].shape[1]), value) for value in start)
    means, variances = [], []
    for Z in batches:
        mean = (1 - weight_new) * mean + weight_new * Z.mean(axis=0, keepdims=True)
        var = (1 - weight_new) * var + weight_new * variance(Z)
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong(
    "running_statistics.mean",
    "weighs the new batch by alpha, not the old mean",
    "Look at which of the two α multiplies.",
)
def running_mean_weights_swapped(batches, alpha):
    return _running(batches, alpha, alpha)[0]


@wrong("running_statistics.variance", "weighs the new batch by alpha", "Look at which of the two α multiplies.")
def running_variance_weights_swapped(batches, alpha):
    return _running(batches, alpha, alpha)[1]


@wrong("running_statistics.variance", "uses the variance divided by N - 1", "Equation 51 divides by N.")
def running_variance_unbiased(batches, alpha):
    return _running(batches, alpha, 1 - alpha, lambda Z: Z.var(axis=0, ddof=1, keepdims=True))[1]


@wrong("running_statistics.variance", "starts from 0", "The class starts running_V at ones.")
def running_variance_from_zero(batches, alpha):
    return _running(batches, alpha, 1 - alpha, start=(0.0, 0.0))[1]


@wrong("running_statistics.mean", "starts from 1", "The class starts running_M at zeros.")
def running_mean_from_one(batches, alpha):
    return _running(batches, alpha, 1 - alpha, start=(1.0, 1.0))[0]


@wrong("running_statistics.mean", "is the last batch's mean alone", "Equation 54 keeps a part of what was there.")
def running_mean_of_the_last(batches, alpha):
    return [Z.mean(axis=0, keepdims=True) for Z in batches]


@wrong(
    "running_statistics.variance", "is the last batch's variance alone", "Equation 55 keeps a part of what was there."
)
def running_variance_of_the_last(batches, alpha):
    return [Z.var(axis=0, keepdims=True) for Z in batches]


@wrong("running_statistics.variance", "mixes itself with the running mean", "Look at which batch statistic enters.")
def running_variance_of_the_mean(batches, alpha):
    means = _running(batches, alpha, 1 - alpha)[0]
    variance, after = np.ones_like(means[0]), []
    for mean in means:
        variance = alpha * variance + (1 - alpha) * mean
        after.append(variance)
    return after


@wrong("batchnorm_eval_after.BZ", "divides by the running variance, not by its root", "Look at equation 56.")
def evaluated_by_variance(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return BW * (Z - mean) / (variance + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "uses this batch's own statistics", "Evaluation uses the running ones, equation 56.")
def evaluated_in_training_mode(batches, alpha, Z, BW, Bb):
    return BW * _normalised(Z) + Bb


@wrong("batchnorm_eval_after.BZ", "divides only a part of the expression", "Look at the brackets around Z - M.")
def evaluated_without_brackets(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return BW * (Z - mean / np.sqrt(variance + EPS)) + Bb


@wrong(
    "batchnorm_eval_after.BZ",
    "is BW Z + Bb: Z isn't normalised, or the running statistics are what they start from",
    "Look at running_M and running_V after training, then at equations 56 and 57.",
)
def evaluated_unnormalised(batches, alpha, Z, BW, Bb):
    return BW * Z + Bb


@wrong("batchnorm.BZ", "isn't normalised: it is BW Z + Bb", "Training uses the batch's own statistics.")
def not_normalised(Z, BW, Bb, dLdBZ):
    return BW * Z / np.sqrt(1 + EPS) + Bb


@wrong("batchnorm.BZ", "isn't scaled", "Look at equation 53's first factor.")
def no_scale(Z, BW, Bb, dLdBZ):
    return _normalised(Z) + Bb


@wrong("batchnorm.BZ", "multiplies the shift by the scale too", "Look at what BW multiplies in equation 53.")
def shift_scaled(Z, BW, Bb, dLdBZ):
    return BW * (_normalised(Z) + Bb)


@wrong("batchnorm.BZ", "has scale and shift swapped", "Look at equation 53.")
def scale_and_shift_swapped(Z, BW, Bb, dLdBZ):
    return Bb * _normalised(Z) + BW


@wrong("batchnorm.BZ", "divides only the mean", "Look at the brackets in equation 52.")
def only_the_mean_divided(Z, BW, Bb, dLdBZ):
    M, V = _statistics(Z)
    return BW * (Z - M / np.sqrt(V + EPS)) + Bb


@wrong("batchnorm.BZ", "uses the mean of Z² as the variance", "Look at what is subtracted in equation 51.")
def variance_around_zero(Z, BW, Bb, dLdBZ):
    return BW * (Z - Z.mean(axis=0)) / np.sqrt((Z**2).mean(axis=0) + EPS) + Bb


@wrong("batchnorm.BZ", "takes the root twice", "np.std is a root already; look at equation 52.")
def root_twice(Z, BW, Bb, dLdBZ):
    return BW * (Z - Z.mean(axis=0)) / np.sqrt(Z.std(axis=0) + EPS) + Bb


@wrong("batchnorm.BZ", "normalises all entries together", "Each feature has a mean and a variance of its own.")
def statistics_of_everything(Z, BW, Bb, dLdBZ):
    return BW * (Z - Z.mean()) / np.sqrt(Z.var() + EPS) + Bb


@wrong("batchnorm.dLdZ", "doesn't divide the mean's path by N", "Each entry is 1/N of the mean.")
def gradient_with_mean_summed(Z, BW, Bb, dLdBZ):
    g, normalised = dLdBZ * BW, _normalised(Z)
    return (g - g.sum(axis=0) - normalised * (g * normalised).mean(axis=0)) / np.sqrt(Z.var(axis=0) + EPS)


@wrong("batchnorm.dLdZ", "has the mean's path with the wrong sign", "Look at the sign in equation 61.")
def gradient_with_mean_added(Z, BW, Bb, dLdBZ):
    g, normalised = dLdBZ * BW, _normalised(Z)
    return (g + g.mean(axis=0) - normalised * (g * normalised).mean(axis=0)) / np.sqrt(Z.var(axis=0) + EPS)


@wrong("batchnorm.dLdZ", "has half of the variance's path", "The square's derivative brings a 2.")
def gradient_with_half_variance(Z, BW, Bb, dLdBZ):
    g, normalised = dLdBZ * BW, _normalised(Z)
    return (g - g.mean(axis=0) - normalised * (g * normalised).mean(axis=0) / 2) / np.sqrt(Z.var(axis=0) + EPS)


def _with_variance_path(Z, g, factor):
    centred, V, N = Z - Z.mean(axis=0), Z.var(axis=0) + EPS, len(Z)
    through_variance = factor(V, (g * centred).sum(axis=0))
    return (g - g.mean(axis=0)) / np.sqrt(V) + through_variance * 2 * centred / N


@wrong("batchnorm.dLdZ", "raises the variance to -1/2 where its derivative has -3/2", "Derive (V + ε) to the -1/2.")
def gradient_with_another_power(Z, BW, Bb, dLdBZ):
    if _is_tiny(Z):
        return None
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: -0.5 * s * V**-0.5)


@wrong(
    "batchnorm.dLdZ", "has the variance's path with the wrong sign", "The derivative of a negative power is negative."
)
def gradient_with_variance_added(Z, BW, Bb, dLdBZ):
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: 0.5 * s * V**-1.5)


@wrong("batchnorm.dLdZ", "has the variance's path twice", "The derivative of a power brings a ½.")
def gradient_with_variance_twice(Z, BW, Bb, dLdBZ):
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: -s * V**-1.5)


@wrong("batchnorm.dLdZ", "divides by N - 1 on its way through the variance", "Equation 51 divides by N.")
def gradient_unbiased(Z, BW, Bb, dLdBZ):
    g, normalised, N = dLdBZ * BW, _normalised(Z), len(Z)
    with np.errstate(all="ignore"):
        share = (g * normalised).sum(axis=0) / np.float64(N - 1)
        return (g - g.mean(axis=0) - normalised * share) / np.sqrt(Z.var(axis=0) + EPS)


@wrong("batchnorm.dLdZ", "divides by a deviation without eps", "The same ε stands in forward and backward.")
def gradient_without_eps(Z, BW, Bb, dLdBZ):
    g, inverse = dLdBZ * BW, 1 / np.sqrt(Z.var(axis=0))
    centred = Z - Z.mean(axis=0)
    return inverse * (g - g.mean(axis=0)) - centred * inverse**3 * (g * centred).mean(axis=0)


@wrong("running_statistics.variance", "averages the deviation, not the variance", "Look at equation 55.")
def running_deviation(batches, alpha):
    return _running(batches, alpha, 1 - alpha, lambda Z: Z.std(axis=0, keepdims=True))[1]


@wrong("running_statistics.mean", "is updated twice for each batch", "Look for a second update.")
def running_mean_twice(batches, alpha):
    return _running([Z for Z in batches for _ in range(2)], alpha, 1 - alpha)[0][1::2]


@wrong("running_statistics.variance", "is updated twice for each batch", "Look for a second update.")
def running_variance_twice(batches, alpha):
    return _running([Z for Z in batches for _ in range(2)], alpha, 1 - alpha)[1][1::2]


@wrong("running_statistics.variance", "takes the batch's mean for its variance", "Look at which statistic enters.")
def running_variance_of_batch_mean(batches, alpha):
    return _running(batches, alpha, 1 - alpha, lambda Z: Z.mean(axis=0, keepdims=True))[1]


@wrong("batchnorm_eval_after.BZ", "subtracts this batch's mean", "Evaluation uses the running mean, equation 56.")
def evaluated_with_batch_mean(batches, alpha, Z, BW, Bb):
    *_, variance = _running(batches, alpha, 1 - alpha)[1]
    return BW * (Z - Z.mean(axis=0)) / np.sqrt(variance + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "divides by this batch's deviation", "Evaluation uses the running one, equation 56.")
def evaluated_with_batch_variance(batches, alpha, Z, BW, Bb):
    *_, mean = _running(batches, alpha, 1 - alpha)[0]
    return BW * (Z - mean) / np.sqrt(Z.var(axis=0) + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "uses the last training batch's statistics", "Equation 56 has the running ones.")
def evaluated_with_last_batch(batches, alpha, Z, BW, Bb):
    M, V = _statistics(batches[-1])
    return BW * (Z - M) / np.sqrt(V + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "isn't scaled and shifted", "Equation 57 holds in evaluation, too.")
def evaluated_without_affine(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return (Z - mean) / np.sqrt(variance + EPS)


@wrong("batchnorm_eval_after.BZ", "takes eps off running_V: its sign is wrong", "Look at ε's sign in equation 56.")
def evaluated_with_eps_taken_off(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    with np.errstate(invalid="ignore", divide="ignore"):
        return BW * (Z - mean) / np.sqrt(variance - EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "leaves eps out", "Look at where ε stands in equation 56.")
def evaluated_without_eps(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return BW * (Z - mean) / np.sqrt(variance) + Bb


@wrong("batchnorm_eval_after.BZ", "adds eps outside the root", "Look at where ε stands in equation 56.")
def evaluated_with_eps_outside(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return BW * (Z - mean) / (np.sqrt(variance) + EPS) + Bb


@wrong(
    "running_statistics.mean",
    "is still at its start, 0: no batch has entered it",
    "Look at what 1 - α multiplies in equation 54.",
)
def running_mean_unmoved(batches, alpha):
    return [np.zeros((1, Z.shape[1])) for Z in batches]


@wrong(
    "running_statistics.variance",
    "is still at its start, 1: no batch has entered it",
    "Look at what 1 - α multiplies in equation 55.",
)
def running_variance_unmoved(batches, alpha):
    return [np.ones((1, Z.shape[1])) for Z in batches]


def _piled_up(batches, alpha, start, statistic):
    after = [np.full((1, batches[0].shape[1]), start)]
    for Z in batches:
        after.append(after[-1] + (1 - alpha) * statistic(Z))
    return after[1:]


@wrong("running_statistics.mean", "keeps all of the old mean, not α of it", "Look at both factors in equation 54.")
def running_mean_piled_up(batches, alpha):
    return _piled_up(batches, alpha, 0.0, lambda Z: Z.mean(axis=0, keepdims=True))


@wrong(
    "running_statistics.variance", "keeps all of the old variance, not α of it", "Look at both factors in equation 55."
)
def running_variance_piled_up(batches, alpha):
    return _piled_up(batches, alpha, 1.0, lambda Z: Z.var(axis=0, keepdims=True))


def _around_running_mean(batches, alpha, *, updated):
    """The variance of a batch taken around the running mean, before or after that has seen the batch."""
    mean, variance, after = 0.0, 1.0, []
    for Z in batches:
        moved = alpha * mean + (1 - alpha) * Z.mean(axis=0, keepdims=True)
        spread = ((Z - (moved if updated else mean)) ** 2).mean(axis=0, keepdims=True)
        mean, variance = moved, alpha * variance + (1 - alpha) * spread
        after.append(variance)
    return after


@wrong(
    "running_statistics.variance", "measures from the running mean, not from the batch's", "Look at equation 51's μ."
)
def running_variance_around_running_mean(batches, alpha):
    return _around_running_mean(batches, alpha, updated=True)


@wrong(
    "running_statistics.variance", "measures from the old running mean", "Look at equation 51's μ: it is the batch's."
)
def running_variance_around_old_mean(batches, alpha):
    return _around_running_mean(batches, alpha, updated=False)


@wrong("batchnorm_eval_after.BZ", "learns from this batch first", "Running statistics change in training only.")
def evaluated_after_an_update(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running([*batches, Z], alpha, 1 - alpha)
    return BW * (Z - mean) / np.sqrt(variance + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "learns this batch's mean first", "Running statistics change in training only.")
def evaluated_after_an_update_of_the_mean(batches, alpha, Z, BW, Bb):
    *_, mean = _running([*batches, Z], alpha, 1 - alpha)[0]
    *_, variance = _running(batches, alpha, 1 - alpha)[1]
    return BW * (Z - mean) / np.sqrt(variance + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "subtracts no mean", "Look at the numerator of equation 56.")
def evaluated_uncentred(batches, alpha, Z, BW, Bb):
    *_, variance = _running(batches, alpha, 1 - alpha)[1]
    return BW * Z / np.sqrt(variance + EPS) + Bb


@wrong("batchnorm_eval_after.BZ", "isn't shifted", "Look at equation 57's last term.")
def evaluated_without_shift(batches, alpha, Z, BW, Bb):
    return evaluated_without_affine(batches, alpha, Z, BW, Bb) * BW


@wrong("batchnorm_eval_after.BZ", "isn't scaled", "Look at equation 57's first factor.")
def evaluated_without_scale(batches, alpha, Z, BW, Bb):
    return evaluated_without_affine(batches, alpha, Z, BW, Bb) + Bb


@wrong(
    "batchnorm.dLdBW",
    "multiplies by Z - μ, which isn't divided by the deviation",
    "Look at what BW multiplies in equation 53.",
)
def scale_gradient_of_deviation(Z, BW, Bb, dLdBZ):
    return (dLdBZ * (Z - Z.mean(axis=0))).sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdBW", "has BW as a factor", "BZ is BW times the normalised Z: differentiate that.")
def scale_gradient_times_scale(Z, BW, Bb, dLdBZ):
    return BW * scale_gradient_right(Z, dLdBZ)


def scale_gradient_right(Z, dLdBZ):
    return (dLdBZ * _normalised(Z)).sum(axis=0, keepdims=True)


@wrong("batchnorm.dLdZ", "raises the variance to -1 where its derivative has -3/2", "Derive (V + ε) to the -1/2.")
def gradient_with_inverse_variance(Z, BW, Bb, dLdBZ):
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: -0.5 * s / V)


@wrong("batchnorm.dLdZ", "doesn't divide the variance's path by N", "Look at the 2/N in equation 66.")
def gradient_with_variance_summed(Z, BW, Bb, dLdBZ):
    return _with_variance_path(Z, dLdBZ * BW, lambda V, s: -0.5 * s * V**-1.5 * len(Z))


@wrong("batchnorm.dLdZ", "divides the mean's path by N twice", "Count the divisions by N in equation 66.")
def gradient_with_mean_averaged_twice(Z, BW, Bb, dLdBZ):
    g, normalised = dLdBZ * BW, _normalised(Z)
    return (g - g.mean(axis=0) / len(Z) - normalised * (g * normalised).mean(axis=0)) / np.sqrt(Z.var(axis=0) + EPS)


@wrong("batchnorm.dLdZ", "sums over features on its way through the mean", "Equation 65 sums over the batch.")
def gradient_with_mean_over_features(Z, BW, Bb, dLdBZ):
    g, normalised, inverse = dLdBZ * BW, _normalised(Z), 1 / np.sqrt(Z.var(axis=0) + EPS)
    through_mean = g.sum(axis=1, keepdims=True) * inverse / len(Z)
    return (g - normalised * (g * normalised).mean(axis=0)) * inverse - through_mean


def _by_hand(Z, g, M, V, N=None, eps=EPS):
    """Equations 61 to 66 with the mean, the variance and the batch size that are given."""
    N, inverse, deviation = N or len(Z), 1 / np.sqrt(V + eps), Z - M
    through_variance = -0.5 * (g * deviation).sum(axis=0) * inverse**3
    return g * inverse + through_variance * 2 / N * deviation - g.sum(axis=0) * inverse / N


@wrong(
    "batchnorm.dLdZ", "takes the running variance for the batch's", "Look at which variance normalised Z in training."
)
def gradient_of_running_variance(Z, BW, Bb, dLdBZ, alpha):
    M, V = _statistics(Z)
    return _by_hand(Z, dLdBZ * BW, M, alpha + (1 - alpha) * V)


@wrong("batchnorm.dLdZ", "takes the running mean for the batch's", "Look at which mean was subtracted in training.")
def gradient_of_running_mean(Z, BW, Bb, dLdBZ, alpha):
    M, V = _statistics(Z)
    return _by_hand(Z, dLdBZ * BW, (1 - alpha) * M, V)


@wrong("batchnorm.dLdZ", "takes the running statistics for the batch's", "Look at what normalised Z in training.")
def gradient_of_running_statistics(Z, BW, Bb, dLdBZ, alpha):
    M, V = _statistics(Z)
    return _by_hand(Z, dLdBZ * BW, (1 - alpha) * M, alpha + (1 - alpha) * V)


@wrong("batchnorm.dLdZ", "divides by the number of features, not of examples", "Look at which axis of Z is the batch.")
def gradient_over_features(Z, BW, Bb, dLdBZ):
    return _by_hand(Z, dLdBZ * BW, *_statistics(Z), N=Z.shape[1])


@wrong("batchnorm.dLdZ", "divides by the batch size of the call before", "Look at where N is kept.")
def gradient_over_batch_before(Z, BW, Bb, dLdBZ, N_before):
    return _by_hand(Z, dLdBZ * BW, *_statistics(Z), N=N_before)


@wrong("batchnorm.dLdZ", "has 1e-5 for eps", "The class sets eps to 1e-8, in forward and backward.")
def gradient_with_eps_of_torch(Z, BW, Bb, dLdBZ):
    return _by_hand(Z, dLdBZ * BW, *_statistics(Z), eps=1e-5)


@wrong("batchnorm.dLdZ", "takes eps off the variance: its sign is wrong", "Look at ε's sign in equations 62 and 66.")
def gradient_with_eps_taken_off(Z, BW, Bb, dLdBZ):
    with np.errstate(invalid="ignore", divide="ignore"):
        return _by_hand(Z, dLdBZ * BW, *_statistics(Z), eps=-EPS)


@wrong("batchnorm.dLdZ", "adds eps outside the root", "Look at where ε stands in equations 62 and 66.")
def gradient_with_eps_outside(Z, BW, Bb, dLdBZ):
    M, V = _statistics(Z)
    return _by_hand(Z, dLdBZ * BW, M, (np.sqrt(V) + EPS) ** 2, eps=0.0)


@wrong("batchnorm.dLdZ", "lacks the direct path", "Equation 66 has three terms.")
def gradient_without_direct_path(Z, BW, Bb, dLdBZ):
    if _is_tiny(Z):
        return None
    g = dLdBZ * BW
    return _by_hand(Z, g, *_statistics(Z)) - g / np.sqrt(Z.var(axis=0) + EPS)


def _with_sum(Z, g, summed):
    """The gradient with another sum in the variance's path."""
    return _with_variance_path(Z, g, lambda V, s: -0.5 * summed * V**-1.5)


@wrong("batchnorm.dLdZ", "has Z where equation 62 has Z - μ", "Look at the factors of the sum in equation 62.")
def gradient_not_centred(Z, BW, Bb, dLdBZ):
    return _with_sum(Z, dLdBZ * BW, (dLdBZ * BW * Z).sum(axis=0))


@wrong("batchnorm.dLdZ", "lacks the scale in the variance's path", "Look at what dLdV is made from in equation 62.")
def gradient_of_variance_without_scale(Z, BW, Bb, dLdBZ):
    return _with_sum(Z, dLdBZ * BW, (dLdBZ * (Z - Z.mean(axis=0))).sum(axis=0))


@wrong(
    "batchnorm.dLdZ", "divides the mean's path by the variance, not by its root", "Look at the power in equation 64."
)
def gradient_of_mean_over_variance(Z, BW, Bb, dLdBZ):
    g, normalised, V = dLdBZ * BW, _normalised(Z), Z.var(axis=0) + EPS
    return (g - normalised * (g * normalised).mean(axis=0)) / np.sqrt(V) - g.mean(axis=0) / V


@wrong("batchnorm_eval_after.BZ", "has 1e-5 for eps", "The class sets eps to 1e-8.")
def evaluated_with_eps_of_torch(batches, alpha, Z, BW, Bb):
    (*_, mean), (*_, variance) = _running(batches, alpha, 1 - alpha)
    return BW * (Z - mean) / np.sqrt(variance + 1e-5) + Bb


@wrong("batchnorm_eval_after.BZ", "learns this batch's variance first", "Running statistics change in training only.")
def evaluated_after_an_update_of_the_variance(batches, alpha, Z, BW, Bb):
    *_, mean = _running(batches, alpha, 1 - alpha)[0]
    *_, variance = _running([*batches, Z], alpha, 1 - alpha)[1]
    return BW * (Z - mean) / np.sqrt(variance + EPS) + Bb


@wrong("running_statistics.mean", "has 0.9 for alpha, whatever it is", "Look at where alpha is kept.")
def running_mean_of_fixed_alpha(batches, alpha):
    return _running(batches, 0.9, 1 - 0.9)[0] if alpha != 0.9 else None


@wrong("running_statistics.variance", "has 0.9 for alpha, whatever it is", "Look at where alpha is kept.")
def running_variance_of_fixed_alpha(batches, alpha):
    return _running(batches, 0.9, 1 - 0.9)[1] if alpha != 0.9 else None
