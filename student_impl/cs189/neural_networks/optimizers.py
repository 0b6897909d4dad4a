"""Stochastic gradient descent."""

import numpy as np

from neural_networks.schedulers import initialize_scheduler


class SGD:
    """Velocity v := momentum * v + gradient, parameter := parameter - lr(epoch) * v."""

    def __init__(self, lr, momentum=0.0, lr_scheduler="constant", lr_decay=1.0, stage_length=1):
        self.rate = initialize_scheduler(lr_scheduler, lr, lr_decay, stage_length)
        self.momentum = momentum
        self.velocities = {}

    def update(self, key, parameter, gradient, epoch):
        """The parameter after one step; `key` says which one it is."""
        velocity = self.momentum * self.velocities.get(key, np.zeros_like(parameter)) + gradient
        self.velocities[key] = velocity
        return parameter - self.rate(epoch) * velocity


def initialize_optimizer(name, **options):
    """The optimiser of this name."""
    if name != "SGD":
        raise ValueError(f"no optimizer is called {name!r}: there is SGD")
    return SGD(**options)
