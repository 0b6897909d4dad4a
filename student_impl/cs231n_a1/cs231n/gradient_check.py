"""Finite differences, to hold a backward pass against."""

import numpy as np
from past.builtins import xrange


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """The gradient in x of the sum of f(x) * df, by central differences; x is put back entry by entry."""
    grad = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        kept = x[index]
        x[index] = kept + h
        above = f(x).copy()
        x[index] = kept - h
        below = f(x).copy()
        x[index] = kept
        grad[index] = np.sum((above - below) * df) / (2 * h)
    return grad


def eval_numerical_gradient(f, x, h=1e-5):
    """The gradient in x of a number f(x)."""
    return eval_numerical_gradient_array(lambda at: np.asarray(f(at)), x, 1.0, h)


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Compare a few entries of a gradient with central differences, by eye."""
    for _ in xrange(num_checks):
        index = tuple(np.random.randint(size) for size in x.shape)
        kept = x[index]
        x[index] = kept + h
        above = f(x)
        x[index] = kept - h
        below = f(x)
        x[index] = kept
        numerical, analytic = (above - below) / (2 * h), analytic_grad[index]
        error = abs(numerical - analytic) / max(1e-12, abs(numerical) + abs(analytic))
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {error:e}")
