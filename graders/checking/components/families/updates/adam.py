"""Mistakes in Adam and AdamW: the two means, their correction, the epsilon, and where the weights decay."""

# ruff: noqa: D103 - a rule's text is what it says

from __future__ import annotations

import numpy as np

from graders.checking.components.families.updates.descent import ANY
from graders.checking.components.families.updates.family import Quantities, Steps

ADAM = ANY.copy("adam")
"""Adam and AdamW."""
_CORRECTION = "Look at what the means are divided by before they are used."
_NAMES = "Give what is corrected a name that nothing else has."
_SHARES = "Look at which share is the new one's."


def _means(g, kept, beta1, beta2):
    return beta1 * kept["m"] + (1 - beta1) * g, beta2 * kept["v"] + (1 - beta2) * g * g


def _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2):
    """The step with means that are corrected for this many steps."""
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps) - lr * weight_decay * w


@ADAM.rule("isn't corrected for the start at zero", _CORRECTION)
def uncorrected(w, g, kept, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.rule("corrects the first mean, but not the second", _CORRECTION)
def second_uncorrected(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return w - lr * m / (1 - beta1**step) / (np.sqrt(v) + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.rule("corrects the second mean, but not the first", _CORRECTION)
def first_uncorrected(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return w - lr * m / (np.sqrt(v / (1 - beta2**step)) + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.rule("is corrected as if each step were the first: t isn't counted, or is no power", "Look at how t grows.")
def always_the_first_step(w, g, kept, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, 1, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("is corrected for one step too many", "t is 1 in the first step.")
def one_step_too_many(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step + 1, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("is corrected for one step too few", "t is 1 in the first step.")
def one_step_too_few(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step - 1, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("is corrected for one step too few after the first", "t is 1 in the first step, and 2 in the second.")
def one_step_too_few_after_the_first(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, max(step - 1, 1), beta1, beta2), {"m": m, "v": v}


@ADAM.rule("keeps the corrected first mean in place of the plain one", _NAMES)
def corrected_first_mean_kept(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m / (1 - beta1**step), "v": v}


@ADAM.rule("keeps the corrected second mean in place of the plain one", _NAMES)
def corrected_second_mean_kept(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v / (1 - beta2**step)}


@ADAM.rule("keeps the corrected means in place of the plain ones", _NAMES)
def corrected_means_kept(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    m, v = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - lr * m / (np.sqrt(v) + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.wrong("has beta1 and beta2 the wrong way round", "Look at which of them is whose.")
def betas_swapped(steps: Steps) -> Quantities:
    return steps.right(beta1=steps.options["beta2"], beta2=steps.options["beta1"])


@ADAM.wrong("has beta2 where beta1 belongs", "Look at which of them is whose.")
def beta2_for_both(steps: Steps) -> Quantities:
    return steps.right(beta1=steps.options["beta2"])


@ADAM.rule("has beta2 in the first mean, where beta1 belongs", _SHARES)
def beta2_in_the_first_mean(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = beta2 * kept["m"] + (1 - beta2) * g, _means(g, kept, beta1, beta2)[1]
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("has beta1 in the second mean, where beta2 belongs", _SHARES)
def beta1_in_the_second_mean(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)[0], beta1 * kept["v"] + (1 - beta1) * g * g
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.wrong("uses its own epsilon, 1e-8, not the one that it is given", "Look at where epsilon comes from.")
def usual_epsilon(steps: Steps) -> Quantities:
    return steps.right(eps=1e-8)


@ADAM.rule("keeps a mean of the gradients' sizes where it should be one of squares", "Look for the square.")
def size_for_square(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = beta1 * kept["m"] + (1 - beta1) * g, beta2 * kept["v"] + (1 - beta2) * np.abs(g)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.wrong("has beta1 where beta2 belongs", "Look at which of them is whose.")
def beta1_for_both(steps: Steps) -> Quantities:
    return steps.right(beta2=steps.options["beta1"])


@ADAM.rule("corrects both means with beta1", _CORRECTION)
def corrected_with_beta1(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta1), {"m": m, "v": v}


@ADAM.rule("corrects both means with beta2", _CORRECTION)
def corrected_with_beta2(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta2, beta2), {"m": m, "v": v}


@ADAM.rule("weighs new gradients by beta, and what is kept by 1 minus it", _SHARES)
def shares_swapped(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, 1 - beta1, 1 - beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("adds new gradients whole, not their share", _SHARES)
def added_whole(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = beta1 * kept["m"] + g, beta2 * kept["v"] + g * g
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("keeps a mean of gradients where it should be one of squares", "Look for the square.")
def without_square(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = beta1 * kept["m"] + (1 - beta1) * g, beta2 * kept["v"] + (1 - beta2) * g
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("squares the mean, not the gradients", "Look at what is squared.")
def mean_squared(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * kept["m"] + (1 - beta1) * g
    v = beta2 * kept["v"] + (1 - beta2) * m * m
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("divides by the second mean, not by its root", "Look at what the first mean is divided by.")
def without_root(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - lr * m_hat / (v_hat + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.rule("has the epsilon below the root", "Look at what epsilon is added to.")
def epsilon_below_the_root(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return w - lr * m_hat / np.sqrt(v_hat + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.rule("uses the gradient in place of its mean", "Look at the numerator.")
def gradient_in_place_of_mean(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return w - lr * g / (np.sqrt(v / (1 - beta2**step)) + eps) - lr * weight_decay * w, {"m": m, "v": v}


@ADAM.wrong("leaves out the weight decay", "Look at where the weights decay.")
def no_decay(steps: Steps) -> Quantities:
    return steps.right(weight_decay=0.0)


@ADAM.rule("has the weight decay in the gradient, as Adam with L2 regularisation", "AdamW decays weights separately.")
def decay_in_the_gradient(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g + weight_decay * w, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, 0.0, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("decays the weights separately from the gradient, as AdamW", "Add the decay to the gradient first.")
def decay_apart(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, weight_decay, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("decays the weights without the learning rate", "The learning rate multiplies the decay, too.")
def decay_without_rate(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, 0.0, step, beta1, beta2) - weight_decay * w, {"m": m, "v": v}


@ADAM.rule("decays the weights after the step, not as they were before", "The decay is of the weights before the step.")
def decay_after_the_step(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return (1 - lr * weight_decay) * _moved(w, m, v, lr, eps, 0.0, step, beta1, beta2), {"m": m, "v": v}


@ADAM.rule("lets the weights grow, not decay", "Look at the sign of the decay.")
def decay_added(w, g, kept, step, lr, beta1, beta2, eps, weight_decay):
    m, v = _means(g, kept, beta1, beta2)
    return _moved(w, m, v, lr, eps, -weight_decay, step, beta1, beta2), {"m": m, "v": v}
