"""Optimizers: what turns gradients into new parameters."""

from .sgd import SGD

__all__ = ["SGD"]
