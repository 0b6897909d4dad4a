"""Mistakes that students of a4 make in activations, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


def _p(x, axis=1):
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@wrong("softmax.outputs", "is normalised over the batch, not over each row", "Look at the axis of the sum.")
def softmax_over_batch(x, output_grad):
    return _p(x, 0)


@wrong("softmax.outputs", "is divided by a sum over the batch, not over each row", "Look at the axis of the sum.")
def softmax_sum_of_columns(x, output_grad):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=0)


@wrong("softmax.outputs", "is normalised over the whole batch at once", "Each row is a distribution of its own.")
def softmax_over_all(x, output_grad):
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum()


@wrong(
    "softmax.outputs", "is divided by the sum of all rows, each shifted by its own maximum", "Each row adds up to 1."
)
def softmax_rows_shifted_over_all(x, output_grad):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum()


@wrong("softmax.outputs", "isn't normalised", "Each row adds up to 1.")
def softmax_not_normalised(x, output_grad):
    return np.exp(x - x.max(axis=1, keepdims=True))


@wrong("softmax.outputs", "is the logarithm of the probabilities", "Softmax gives probabilities.")
def log_softmax(x, output_grad):
    return np.log(_p(x))


@wrong("softmax.outputs", "has the wrong sign in the exponent", "Larger inputs give larger probabilities.")
def softmin(x, output_grad):
    return _p(-x)


@wrong("softmax.outputs", "is the input over its row's sum, without exp", "Look at what is normalised.")
def softmax_without_exp(x, output_grad):
    return x / x.sum(axis=1, keepdims=True)


@wrong("softmax.input_grad", "has only the diagonal of the Jacobian", "One output depends on all inputs of its row.")
def softmax_diagonal(x, output_grad):
    return output_grad * _p(x) * (1 - _p(x))


@wrong("softmax.input_grad", "is the Jacobian's diagonal, without the upstream gradient", "Multiply by the Jacobian.")
def softmax_slope(x, output_grad):
    return _p(x) * (1 - _p(x))


@wrong("softmax.input_grad", "sums over the whole batch", "Each row has a Jacobian of its own: see the sum's axis.")
def softmax_sum_of_all(x, output_grad):
    return _p(x) * (output_grad - (output_grad * _p(x)).sum())


@wrong("softmax.input_grad", "sums over the batch, not over each row", "Look at the sum's axis.")
def softmax_sum_over_batch(x, output_grad):
    return _p(x) * (output_grad - (output_grad * _p(x)).sum(axis=0, keepdims=True))


@wrong("softmax.input_grad", "lacks the probabilities in the row's sum", "Write out one entry of the product.")
def softmax_sum_not_weighted(x, output_grad):
    return _p(x) * (output_grad - output_grad.sum(axis=1, keepdims=True))


@wrong("softmax.input_grad", "averages where it should sum over the row", "Write out one entry of the product.")
def softmax_mean(x, output_grad):
    return _p(x) * (output_grad - (output_grad * _p(x)).mean(axis=1, keepdims=True))


@wrong("softmax.input_grad", "adds the row's sum", "Look at the sign of the Jacobian off the diagonal.")
def softmax_sum_added(x, output_grad):
    return _p(x) * (output_grad + (output_grad * _p(x)).sum(axis=1, keepdims=True))


@wrong("softmax.input_grad", "lacks the probabilities before the bracket", "Write out one entry of the product.")
def softmax_without_factor(x, output_grad):
    return output_grad - (output_grad * _p(x)).sum(axis=1, keepdims=True)


@wrong("softmax.input_grad", "hands the upstream gradient on", "Softmax has a Jacobian, whatever the loss does.")
def softmax_passed(x, output_grad):
    return output_grad


@wrong("softmax.input_grad", "is the product of gradient and probabilities alone", "The Jacobian has two terms.")
def softmax_first_term(x, output_grad):
    return output_grad * _p(x)


@wrong("softmax.input_grad", "uses the first example's Jacobian for all", "Each row has a Jacobian of its own.")
def softmax_first_jacobian(x, output_grad):
    p = _p(x)[0]
    return output_grad @ (np.diag(p) - np.outer(p, p))


@wrong("tanh.outputs", "is the sigmoid", "Look at the definition of tanh.")
def tanh_sigmoid(x, output_grad):
    return 1 / (1 + np.exp(-x))


@wrong("tanh.outputs", "has exp(x) where exp(2x) belongs", "Divide the definition by exp(-x) once more.")
def tanh_of_half(x, output_grad):
    return np.tanh(x / 2)


@wrong("tanh.outputs", "is upside down: cosh over sinh", "Look at which of the two is the denominator.")
def coth(x, output_grad):
    return 1 / np.tanh(x)


@wrong("tanh.input_grad", "lacks the square", "Differentiate tanh once more.")
def tanh_not_squared(x, output_grad):
    return output_grad * (1 - np.tanh(x))


@wrong("tanh.input_grad", "squares x in place of the output", "Say which of the two the formula is of.")
def tanh_of_input(x, output_grad):
    return output_grad * (1 - x**2)


@wrong("tanh.input_grad", "lacks the upstream gradient", "Look at what output_grad is for.")
def tanh_without_upstream(x, output_grad):
    return 1 - np.tanh(x) ** 2


@wrong("tanh.input_grad", "has the sigmoid's derivative", "Differentiate tanh once more.")
def tanh_as_sigmoid(x, output_grad):
    return output_grad * np.tanh(x) * (1 - np.tanh(x))


@wrong("tanh.input_grad", "squares the upstream gradient", "Look at which of the two is squared.")
def tanh_of_upstream(x, output_grad):
    return 1 - output_grad**2


@wrong("tanh.input_grad", "applies tanh twice", "Say whether what you kept is the input or the output.")
def tanh_twice(x, output_grad):
    return output_grad * (1 - np.tanh(np.tanh(x)) ** 2)


@wrong("relu.outputs", "leaks for negative inputs", "ReLU is zero there.")
def relu_leaks(x, output_grad):
    return np.where(x > 0, x, 0.01 * x)


@wrong("relu.outputs", "is the absolute value", "ReLU is zero for negative inputs.")
def relu_absolute(x, output_grad):
    return np.abs(x)


@wrong("relu.outputs", "is the mask, not the values", "ReLU keeps what is positive.")
def relu_mask(x, output_grad):
    return 1.0 * (x > 0)


@wrong("relu.input_grad", "lacks the upstream gradient", "Look at what output_grad is for.")
def relu_without_upstream(x, output_grad):
    return 1.0 * (x > 0)


@wrong("relu.input_grad", "takes the mask of the upstream gradient", "Which of the two has to be positive?")
def relu_mask_of_upstream(x, output_grad):
    return np.maximum(output_grad, 0)


@wrong("relu.input_grad", "is multiplied by the output", "ReLU's slope is 1 where it passes.")
def relu_times_output(x, output_grad):
    return output_grad * np.maximum(x, 0)


@wrong("relu.input_grad", "passes everything", "ReLU's slope isn't the same everywhere.")
def relu_passes(x, output_grad):
    return output_grad


@wrong("relu.input_grad", "passes where the input is negative", "Look at the direction of the comparison.")
def relu_mask_inverted(x, output_grad):
    return output_grad * (x < 0)


@wrong("relu.input_grad", "masks by x and by the upstream gradient", "Which of the two has to be positive?")
def relu_both_masks(x, output_grad):
    return np.maximum(output_grad, 0) * (x > 0)


@wrong("relu.input_grad", "leaks for negative inputs", "ReLU's slope is zero there.")
def relu_slope_leaks(x, output_grad):
    return output_grad * np.where(x > 0, 1, 0.01)
