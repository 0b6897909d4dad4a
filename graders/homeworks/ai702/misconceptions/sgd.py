"""Mistakes that students of ai702 make in gradient descent, as the formulas that they write.

Every function takes the arguments of the oracle's function of that name, as float64 arrays.
"""

# ruff: noqa: ARG001, D103 - a formula takes all of its oracle's arguments, and its text is what it says

from __future__ import annotations

import numpy as np

from graders.checking import Catalogue

CATALOGUE = Catalogue()
wrong = CATALOGUE.wrong


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


@wrong("sgd.W", "is λ times the gradient: what it was before is lost", "Equation 44 subtracts that from W.")
def step_alone(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (r * (momentum * v + g), momentum * v + g))


@wrong("sgd.W", "is -λ times the gradient: what it was before is lost", "Equation 44 subtracts the step from W.")
def negative_step_alone(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (-r * (momentum * v + g), momentum * v + g))


@wrong("sgd.W", "adds up the gradients of all steps", "Without momentum a step uses its own gradient alone.")
def accumulated(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * (v + g), v + g))


@wrong("sgd.W", "starts the velocity at the first gradient", "Look at what the velocity is before the first step.")
def velocity_from_gradient(W, dLdW, rates, momentum):
    values, v = [], dLdW[0]
    for g, r in zip(dLdW, rates, strict=True):
        v = momentum * v + g
        W = W - r * v
        values.append(W)
    return values


@wrong("sgd.W", "puts the momentum on the gradient, not on the velocity", "Look at what μ multiplies in equation 46.")
def momentum_on_gradient(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = v + momentum * g
        return w - r * v, v

    return _steps(W, dLdW, rates, momentum, rule)


@wrong("sgd.W", "moves twice in every step", "Look for a second update.")
def moved_twice(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + g
        return w - 2 * r * v, v

    return _steps(W, dLdW, rates, momentum, rule)


@wrong("sgd.W", "moves by the gradient's sign", "Look at equation 44: the step is as long as the gradient.")
def sign_of_gradient(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * np.sign(g), v))


@wrong("sgd.W", "divides the gradient by its length", "Look at equation 44.")
def unit_gradient(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * g / np.linalg.norm(g), v))


@wrong("sgd.W", "is scaled by 1 - λ times the gradient", "Equation 44 subtracts, it doesn't multiply.")
def scaled_by_gradient(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w * (1 - r * g), v))


@wrong("sgd.W", "moves by the gradient of the first step again and again", "Read the layer's gradient in every step.")
def first_gradient(W, dLdW, rates, momentum):
    return _steps(W, [dLdW[0]] * len(dLdW), rates, momentum, lambda w, v, g, r: (w - r * g, v))


@wrong("sgd.W", "starts from the first W in every step", "Equation 44 moves what the step before left.")
def from_the_start(W, dLdW, rates, momentum):
    return [W - r * g for g, r in zip(dLdW, rates, strict=True)]


@wrong("sgd.W", "keeps the learning rate of the first step", "Read `lr` in every step: it may change between them.")
def rate_of_the_first_step(W, dLdW, rates, momentum):
    rule = lambda w, v, g, r: (w - r * (momentum * v + g), momentum * v + g)  # noqa: E731
    return _steps(W, dLdW, [rates[0]] * len(rates), momentum, rule)


@wrong("sgd.W", "uses a momentum of 0.9, whatever is asked for", "Look at where μ comes from in equation 46.")
def momentum_of_nine_tenths(W, dLdW, rates, momentum):
    return _steps(W, dLdW, rates, momentum, lambda w, v, g, r: (w - r * (0.9 * v + g), 0.9 * v + g))


@wrong("sgd.W", "moves by a gradient that is clipped to -1 and 1", "Equation 44 has the gradient as it is.")
def clipped_gradient(W, dLdW, rates, momentum):
    def rule(w, v, g, r):
        v = momentum * v + np.clip(g, -1, 1)
        return w - r * v, v

    return _steps(W, dLdW, rates, momentum, rule)


def _with_sibling(W, sibling, rates, momentum, shaped):
    def rule(w, v, g, r):
        v = momentum * v + shaped(g)
        return w - r * v, v

    return _steps(W, sibling, rates, momentum, rule)


@wrong("sgd.W", "moves by the other parameter's gradient", "Look at which gradient stands in each of the updates.")
def gradient_of_the_sibling(W, sibling, rates, momentum):
    return _with_sibling(W, sibling, rates, momentum, lambda g: g)


@wrong("sgd.W", "moves by the sum of W's gradient over its inputs", "Look at which gradient b is moved by.")
def summed_gradient_of_the_sibling(W, sibling, rates, momentum):
    return _with_sibling(W, sibling, rates, momentum, lambda g: g.sum(axis=1, keepdims=True))


@wrong("sgd.W", "moves by the mean of W's gradient over its inputs", "Look at which gradient b is moved by.")
def mean_gradient_of_the_sibling(W, sibling, rates, momentum):
    return _with_sibling(W, sibling, rates, momentum, lambda g: g.mean(axis=1, keepdims=True))
