"""Optimisers, each as an `UpdatePreset`."""

from __future__ import annotations

from graders.checking.components import families
from graders.checking.components.presets.preset import UpdatePreset

_RATES = {"lr": (0.5, 0.1)}
_MOMENTUM = {**_RATES, "momentum": (0.9, 0.5)}
_BETAS = {"beta1": (0.9, 0.7), "beta2": (0.999, 0.9), "eps": (1e-8,)}

SGD = UpdatePreset("reference.updates:sgd", families.SGD, {**_RATES, "momentum": (0.0, 0.9)})
"""PyTorch's, plain and with momentum."""
MOMENTUM_WITH_RATE = UpdatePreset("reference.updates:momentum_with_rate", families.SGD, _MOMENTUM)
"""With the learning rate in the velocity, as CS231n has it."""
NESTEROV = UpdatePreset("reference.updates:nesterov", families.SGD, _MOMENTUM)
NESTEROV_WITH_RATE = UpdatePreset("reference.updates:nesterov_with_rate", families.SGD, _MOMENTUM)
ADAGRAD = UpdatePreset("reference.updates:adagrad", families.RMSPROP, {**_RATES, "eps": (1e-8,)})
RMSPROP = UpdatePreset("reference.updates:rmsprop", families.RMSPROP, {**_RATES, "decay": (0.9, 0.5), "eps": (1e-8,)})
ADAM = UpdatePreset("reference.updates:adam", families.ADAM, {**_RATES, **_BETAS})
ADAMW = UpdatePreset("reference.updates:adamw", families.ADAM, {**_RATES, **_BETAS, "weight_decay": (0.1, 0.3)})
