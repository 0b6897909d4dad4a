"""Mistakes that students of ai702 make, as the formulas that they write; named when an answer matches one.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.diagnosis import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong
EPS = 1e-8


# --- linear ---------------------------------------------------------------------------------------------------------


@wrong("linear.Z", "is A Wᵀ alone: the bias is never added", "Look at the second term of equation 1.")
def without_bias(A, W, b, dLdZ):
    return A @ W.T


@wrong("linear.Z", "has the bias subtracted", "Look at the sign in equation 1.")
def bias_subtracted(A, W, b, dLdZ):
    return A @ W.T - b.T


@wrong("linear.Z", "has one number, the bias's mean, added everywhere", "Each output has a bias of its own.")
def bias_averaged(A, W, b, dLdZ):
    return A @ W.T + b.mean()


@wrong("linear.Z", "has the first output's bias added everywhere", "Look at how b's shape (C_out, 1) broadcasts.")
def first_bias(A, W, b, dLdZ):
    return A @ W.T + b[0]


@wrong("linear.Z", "has the bias multiplied by the batch size", "ι is a column of ones: each example gets b once.")
def bias_times_batch(A, W, b, dLdZ):
    return A @ W.T + len(A) * b.T


@wrong("linear.dLdA", "is divided by the batch size", "Only dLdW and dLdb are averages; look at equation 3.")
def input_gradient_averaged(A, W, b, dLdZ):
    return dLdZ @ W / len(A)


@wrong("linear.dLdA", "is multiplied by the input", "dZ/dA does not contain A; look at equation 3.")
def input_gradient_times_input(A, W, b, dLdZ):
    return dLdZ @ W * A


@wrong("linear.dLdA", "uses ones in place of the upstream gradient", "Look at where dLdZ enters equation 3.")
def upstream_ignored(A, W, b, dLdZ):
    return np.ones_like(dLdZ) @ W


@wrong("linear.dLdW", "is a sum over the batch, not an average", "Look at what the handout divides by N.")
def weight_gradient_summed(A, W, b, dLdZ):
    return dLdZ.T @ A


@wrong("linear.dLdW", "is divided by the number of inputs, not of examples", "Look at which axis of A is the batch.")
def weight_gradient_over_features(A, W, b, dLdZ):
    return dLdZ.T @ A / A.shape[1]


@wrong("linear.dLdW", "is divided by the number of outputs, not of examples", "Look at which axis is the batch.")
def weight_gradient_over_outputs(A, W, b, dLdZ):
    return dLdZ.T @ A / dLdZ.shape[1]


@wrong("linear.dLdW", "uses ones in place of the upstream gradient", "Look at where dLdZ enters equation 4.")
def weight_gradient_without_upstream(A, W, b, dLdZ):
    return np.ones_like(dLdZ).T @ A / len(A)


@wrong("linear.dLdb", "is a sum over the batch, not an average", "Look at what the handout divides by N.")
def bias_gradient_summed(A, W, b, dLdZ):
    return dLdZ.sum(axis=0)[:, None]


@wrong(
    "linear.dLdb", "is averaged over everything: all outputs get one number", "Look at the axis of your sum or mean."
)
def bias_gradient_collapsed(A, W, b, dLdZ):
    return np.full_like(b, dLdZ.mean())


@wrong("linear.dLdb", "is the upstream gradient of the last example alone", "Look at how the examples are summed.")
def bias_gradient_of_the_last(A, W, b, dLdZ):
    return dLdZ[-1][:, None]


@wrong("linear.dLdb", "is divided by the number of outputs, not of examples", "Look at which axis is the batch.")
def bias_gradient_over_outputs(A, W, b, dLdZ):
    return dLdZ.mean(axis=0)[:, None] * len(A) / dLdZ.shape[1]


# --- activations ----------------------------------------------------------------------------------------------------


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@wrong("sigmoid.A", "is tanh(Z)", "Compare equations 8 and 14.")
def tanh_for_sigmoid(Z):
    return np.tanh(Z)


@wrong("sigmoid.A", "is 1 / (1 + exp(Z)): the exponent has the wrong sign", "Look at the exponent in equation 8.")
def sigmoid_mirrored(Z):
    return _sigmoid(-Z)


@wrong("sigmoid.A", "is exp(Z) alone", "Look at the denominator of equation 8.")
def exponential_alone(Z):
    return np.exp(Z)


@wrong("sigmoid.A", "is a softmax over the features", "Sigmoid looks at each entry alone.")
def softmax_for_sigmoid(Z):
    shifted = np.exp(Z - Z.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


@wrong("sigmoid.dAdZ", "is Z (1 - Z)", "Equation 11 is written in terms of the output, not of the input.")
def sigmoid_slope_of_input(Z):
    return Z * (1 - Z)


@wrong("sigmoid.dAdZ", "is A (1 + A)", "Look at the sign in equation 11.")
def sigmoid_slope_sign(Z):
    return _sigmoid(Z) * (1 + _sigmoid(Z))


@wrong("sigmoid.dAdZ", "is A² (1 - A)", "Look at the powers in equation 11.")
def sigmoid_slope_square(Z):
    return _sigmoid(Z) ** 2 * (1 - _sigmoid(Z))


@wrong("sigmoid.dAdZ", "is 1 - A", "A factor of equation 11 is missing.")
def sigmoid_slope_without_factor(Z):
    return 1 - _sigmoid(Z)


@wrong("sigmoid.dAdZ", "is A itself", "The derivative is asked for, equation 11.")
def sigmoid_slope_is_output(Z):
    return _sigmoid(Z)


@wrong("sigmoid.dAdZ", "is 1 - A²: that is tanh's derivative", "Compare equations 11 and 16.")
def sigmoid_slope_of_tanh(Z):
    return 1 - _sigmoid(Z) ** 2


@wrong("sigmoid.dAdZ", "is the sigmoid of the sigmoid put into the formula", "Look at what you apply the function to.")
def sigmoid_twice(Z):
    A = _sigmoid(_sigmoid(Z))
    return A * (1 - A)


@wrong("tanh.A", "is the sigmoid of Z", "Compare equations 8 and 14.")
def sigmoid_for_tanh(Z):
    return _sigmoid(Z)


@wrong("tanh.A", "is tanh(Z / 2)", "Look at the exponents in equation 14: 2 σ(Z) - 1 is another function.")
def tanh_of_half(Z):
    return np.tanh(Z / 2)


@wrong("tanh.A", "is tanh(2 Z)", "Look at the exponents in equation 14.")
def tanh_of_double(Z):
    return np.tanh(2 * Z)


@wrong("tanh.A", "is 1 over tanh(Z)", "Numerator and denominator of equation 14 have changed places.")
def tanh_upside_down(Z):
    return 1 / np.tanh(Z)


@wrong("tanh.A", "is sinh(Z): it isn't divided", "Look at the denominator of equation 14.")
def sinh(Z):
    return np.sinh(Z)


@wrong("tanh.dAdZ", "is 1 - A: the square is missing", "Look at the power in equation 16.")
def tanh_slope_without_square(Z):
    return 1 - np.tanh(Z)


@wrong("tanh.dAdZ", "is 1 - Z²", "Equation 16 is written in terms of the output, not of the input.")
def tanh_slope_of_input(Z):
    return 1 - Z**2


@wrong("tanh.dAdZ", "is 1 + A²", "Look at the sign in equation 16.")
def tanh_slope_sign(Z):
    return 1 + np.tanh(Z) ** 2


@wrong("tanh.dAdZ", "is A (1 - A): that is the sigmoid's derivative", "Compare equations 11 and 16.")
def tanh_slope_of_sigmoid(Z):
    return np.tanh(Z) * (1 - np.tanh(Z))


@wrong("tanh.dAdZ", "is (1 - A)²", "Look at what is squared in equation 16.")
def tanh_slope_square_of_difference(Z):
    return (1 - np.tanh(Z)) ** 2


@wrong("tanh.dAdZ", "is 1 - tanh(tanh(Z))²", "Look at what you apply the function to: A is tanh(Z) already.")
def tanh_twice(Z):
    return 1 - np.tanh(np.tanh(Z)) ** 2


@wrong("relu.A", "is |Z|", "Negative entries become 0 in equation 18.")
def absolute(Z):
    return np.abs(Z)


@wrong("relu.A", "is min(Z, 0): the wrong side is kept", "Look at the comparison in equation 18.")
def minimum(Z):
    return np.minimum(Z, 0)


@wrong("relu.A", "is 1 where Z is positive: that is the derivative", "Compare equations 18 and 20.")
def step(Z):
    return (Z > 0).astype(float)


@wrong("relu.A", "lets a hundredth of negative entries through", "Equation 18 is ReLU, not LeakyReLU.")
def leaky(Z):
    return np.where(Z > 0, Z, 0.01 * Z)


@wrong("relu.A", "is log(1 + exp(Z)): that is softplus", "Look at equation 18.")
def softplus(Z):
    return np.logaddexp(0, Z)


@wrong("relu.dAdZ", "is ReLU's output, not its derivative", "Compare equations 18 and 20.")
def relu_slope_is_output(Z):
    return np.maximum(Z, 0)


@wrong("relu.dAdZ", "is 1 where Z is negative", "Look at the comparison in equation 20.")
def relu_slope_inverted(Z):
    return (Z < 0).astype(float)


@wrong("relu.dAdZ", "is the sign of Z", "Where Z is negative equation 20 says 0, not -1.")
def relu_slope_sign(Z):
    return np.sign(Z)


@wrong("relu.dAdZ", "is 1 at exactly 0 too", "Equation 20 puts 0 there: look at > and >=.")
def relu_slope_at_zero(Z):
    return (Z >= 0).astype(float)


@wrong("relu.dAdZ", "is ½ at exactly 0", "Equation 20 puts 0 there.")
def relu_slope_half_at_zero(Z):
    return np.heaviside(Z, 0.5)


# --- losses ---------------------------------------------------------------------------------------------------------


@wrong("mse.loss", "is the sum of squares, divided by nothing", "Look at equation 34's denominator.")
def squares_summed(A, Y):
    return ((A - Y) ** 2).sum()


@wrong("mse.loss", "is divided by N only", "Look at equation 34's denominator: 2, N and C.")
def squares_over_batch(A, Y):
    return ((A - Y) ** 2).sum() / len(A)


@wrong("mse.loss", "is divided by N C: the 2 is missing", "Look at equation 34's denominator.")
def squares_without_two(A, Y):
    return ((A - Y) ** 2).mean()


@wrong("mse.loss", "is half the sum of squares over N: C is missing", "Look at equation 34's denominator.")
def squares_without_classes(A, Y):
    return ((A - Y) ** 2).sum() / (2 * len(A))


@wrong("mse.loss", "is the mean of |A - Y|", "Equation 34 has squares.")
def absolute_error(A, Y):
    return np.abs(A - Y).mean()


@wrong("mse.loss", "is the root of the mean square", "Equation 34 has no root.")
def root_mean_square(A, Y):
    return np.sqrt(((A - Y) ** 2).mean())


@wrong("mse.dLdA", "is A - Y, divided by nothing", "Look at equation 35's denominator.")
def mse_gradient_undivided(A, Y):
    return A - Y


@wrong("mse.dLdA", "is divided by N only", "Look at equation 35's denominator: N and C.")
def mse_gradient_over_batch(A, Y):
    return (A - Y) / len(A)


@wrong("mse.dLdA", "is 2 (A - Y) / (N C): the loss's ½ has cancelled the 2", "Differentiate equation 34 once more.")
def mse_gradient_doubled(A, Y):
    return 2 * (A - Y) / A.size


@wrong("mse.dLdA", "is (A - Y) / (2 N): right for two classes only", "Look at equation 35's denominator.")
def mse_gradient_for_two_classes(A, Y):
    return (A - Y) / (2 * len(A))


@wrong("mse.dLdA", "is Y - A: the wrong way round", "Look at the order in equation 35.")
def mse_gradient_reversed(A, Y):
    return (Y - A) / A.size


@wrong("mse.dLdA", "is the squared error, not its gradient", "Compare equations 34 and 35.")
def mse_gradient_squared(A, Y):
    return (A - Y) ** 2 / A.size


def _softmax(A, axis=1):
    shifted = np.exp(A - A.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


@wrong("cross_entropy.loss", "is summed over the batch, not averaged", "Look at the division in equation 42.")
def entropy_summed(A, Y):
    return -(Y * np.log(_softmax(A))).sum()


@wrong("cross_entropy.loss", "is averaged over classes too", "Equation 42 divides by N alone.")
def entropy_over_everything(A, Y):
    return -(Y * np.log(_softmax(A))).mean()


@wrong("cross_entropy.loss", "is divided by the number of classes, not of examples", "Look at equation 42's N.")
def entropy_over_classes(A, Y):
    return -(Y * np.log(_softmax(A))).sum() / A.shape[1]


@wrong("cross_entropy.loss", "has the wrong sign", "Look at equation 40.")
def entropy_sign(A, Y):
    return (Y * np.log(_softmax(A))).sum() / len(A)


@wrong(
    "cross_entropy.loss", "takes the softmax over the batch", "Each example's classes add up to 1: look at the axis."
)
def entropy_of_batch_softmax(A, Y):
    return -(Y * np.log(_softmax(A, axis=0))).sum() / len(A)


@wrong(
    "cross_entropy.loss", "looks at the largest label alone", "Labels needn't be one-hot: equation 40 sums over all."
)
def entropy_of_largest_label(A, Y):
    rows = np.arange(len(A))
    return -np.log(_softmax(A)[rows, Y.argmax(axis=1)]).mean()


@wrong("cross_entropy.loss", "uses the logarithm to base 2", "Equation 40 has the natural one.")
def entropy_in_bits(A, Y):
    return -(Y * np.log2(_softmax(A))).sum() / len(A)


@wrong("cross_entropy.dLdA", "is divided by N", "Equation 43 isn't: the division comes in Linear.backward.")
def entropy_gradient_averaged(A, Y):
    return (_softmax(A) - Y) / len(A)


@wrong("cross_entropy.dLdA", "is Y minus the softmax: the wrong way round", "Look at the order in equation 43.")
def entropy_gradient_reversed(A, Y):
    return Y - _softmax(A)


@wrong("cross_entropy.dLdA", "is A - Y: the softmax is missing", "Equation 43 has σ(A).")
def entropy_gradient_of_logits(A, Y):
    return A - Y


@wrong("cross_entropy.dLdA", "takes the softmax over the batch", "Look at the axis of your sum.")
def entropy_gradient_of_batch_softmax(A, Y):
    return _softmax(A, axis=0) - Y


@wrong("cross_entropy.dLdA", "is -Y over the softmax: the chain through the softmax is missing", "Look at equation 43.")
def entropy_gradient_of_probabilities(A, Y):
    return -Y / _softmax(A)


# --- SGD ------------------------------------------------------------------------------------------------------------


def _steps(W, dLdW, rates, momentum, rule):
    """The parameter after each step, by a rule that gives it and the velocity from what they were."""
    v, after = np.zeros_like(W), []
    for g, rate in zip(dLdW, rates, strict=True):
        W, v = rule(W, v, g, rate)
        after.append(W)
    return after


@wrong("sgd.W", "moves up the gradient", "Look at the sign in equations 44 and 48.")
def ascent(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w + r * (momentum * v + g), momentum * v + g))


@wrong("sgd.W", "ignores the momentum", "Look at equations 46 to 49.")
def no_momentum(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * g, v))


@wrong("sgd.W", "weighs the gradient by 1 - μ", "Equation 46 has the gradient whole.")
def dampened(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + (1 - momentum) * g
        return w - r * v, v

    return _steps(W, dLdW, rates, momentum, rule)


@wrong("sgd.W", "is Nesterov's step", "Equations 46 to 49 apply the velocity as it is.")
def nesterov(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + g
        return w - r * (momentum * v + g), v

    return _steps(W, dLdW, rates, momentum, rule)


@wrong("sgd.W", "folds the learning rate into the velocity", "Equation 48 applies it: it may change between steps.")
def rate_in_velocity(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + r * g
        return w - v, v

    return _steps(W, dLdW, rates, momentum, rule)


@wrong("sgd.W", "moves by the velocity of the step before", "Update the velocity before you use it.")
def late_velocity(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * v, momentum * v + g))


@wrong("sgd.W", "leaves out the learning rate", "Look at λ in equation 44.")
def no_rate(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - (momentum * v + g), momentum * v + g))


@wrong("sgd.W", "adds up the gradients of all steps", "Without momentum a step uses its own gradient alone.")
def accumulated(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * (v + g), v + g))


# --- BatchNorm ------------------------------------------------------------------------------------------------------


def _statistics(Z):
    return Z.mean(axis=0), Z.var(axis=0)


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


@wrong("batchnorm.BZ", "leaves eps out", "Look at where ε stands in equation 52.")
def eps_missing(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z, 0.0) + Bb


@wrong("batchnorm.BZ", "uses 1e-5 for eps", "The class sets eps to 1e-8.")
def eps_of_torch(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z, 1e-5) + Bb


@wrong("batchnorm.BZ", "normalises each example over its features", "Look at the axis: that is LayerNorm.")
def layernorm(Z, BW, Bb, dLdBZ):
    return BW * _normalised(Z.T).T + Bb


@wrong("batchnorm.BZ", "doesn't subtract the mean", "Look at equation 52's numerator.")
def uncentred(Z, BW, Bb, dLdBZ):
    return BW * Z / np.sqrt(Z.var(axis=0) + EPS) + Bb


@wrong("batchnorm.dLdBW", "is dLdBb: the two are swapped", "Look at which of equations 58 and 59 has the normalised Z.")
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


@wrong("batchnorm.dLdBb", "is dLdBW: the two are swapped", "Look at which of the two has the normalised Z.")
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


@wrong("batchnorm.dLdZ", "leaves out the path through the variance", "Z changes its batch's variance too.")
def gradient_without_variance(Z, BW, Bb, dLdBZ):
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
