"""Mistakes that students of ai702 make in the linear layer, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


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


@wrong("linear.Z", "uses W reshaped to (C_in, C_out), which is not its transpose", "Look at the shapes in equation 1.")
def weights_reshaped(A, W, b, dLdZ):
    return A @ W.reshape(W.shape[::-1]) + b.T


@wrong("linear.Z", "is b alone: W is zero or never used", "Look at where W is read: is it the one that was set?")
def bias_alone(A, W, b, dLdZ):
    return np.ones((len(A), 1)) @ b.T


@wrong("linear.dLdA", "uses W reshaped, which is not its transpose", "Look at the shapes in equation 3.")
def input_gradient_with_weights_reshaped(A, W, b, dLdZ):
    return dLdZ @ W.reshape(W.shape[::-1]).T


@wrong("linear.dLdW", "is made of the first example alone", "Look at what is summed over the batch.")
def weight_gradient_of_first_example(A, W, b, dLdZ):
    return dLdZ[:1].T @ A[:1] / len(A)


@wrong("linear.dLdW", "is divided by the number of entries of dLdZ", "Look at which size divides in equation 4.")
def weight_gradient_over_all_entries(A, W, b, dLdZ):
    return dLdZ.T @ A / dLdZ.size


@wrong("linear.dLdW", "has W added to it, as weight decay would", "Equation 4 has one term.")
def weight_gradient_with_decay(A, W, b, dLdZ):
    return dLdZ.T @ A / len(A) + 1e-3 * W


@wrong("linear.dLdW", "is made of the last example alone", "Look at whether examples add up or replace one another.")
def weight_gradient_of_last_example(A, W, b, dLdZ):
    return dLdZ[-1:].T @ A[-1:] / len(A)


@wrong("linear.dLdW", "is that of the last example, not of a mean", "Look at what is summed over the batch.")
def weight_gradient_of_last_example_alone(A, W, b, dLdZ):
    return dLdZ[-1:].T @ A[-1:]


@wrong("linear.dLdW", "is that of the first example, not of a mean", "Look at what is summed over the batch.")
def weight_gradient_of_first_example_alone(A, W, b, dLdZ):
    return dLdZ[:1].T @ A[:1]
