"""The optimiser that a backward pass is given: plain gradient descent, by the names that libraries call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Theirs = Any
"""What student code calls it with: a weight and its gradient, arrays if it is right."""


class Descent:
    """Moves what it is given by the rate times its gradient, and keeps nothing."""

    def __init__(self, rate: float) -> None:
        """Under each name that the rate has."""
        self.lr = self.learning_rate = self.rate = self.alpha = rate

    def __call__(self, weight: Theirs, gradient: Theirs) -> Theirs:
        """The weight after a step; the array itself stays as it is."""
        return weight - self.lr * gradient

    update: Callable[..., Theirs] = __call__
    step: Callable[..., Theirs] = __call__
    optimize: Callable[..., Theirs] = __call__
    apply: Callable[..., Theirs] = __call__
    apply_gradient: Callable[..., Theirs] = __call__
    update_weights: Callable[..., Theirs] = __call__
    get_update: Callable[..., Theirs] = __call__
