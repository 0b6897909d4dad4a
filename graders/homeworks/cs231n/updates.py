"""The update rules of optim.py."""

from __future__ import annotations

from collections.abc import Mapping

from graders.checking.components import Update, families
from graders.checking.components.families.updates.family import UpdateFamily
from graders.checking.components.optimizers.description import Rule
from reference import updates

EPSILON = {"eps": "epsilon"}


def rule(
    name: str, torch: Rule, family: UpdateFamily, kept: Mapping[str, str], names: Mapping[str, str], **defaults: float
) -> Update:
    """NAME(w, dw, config) of optim.py."""
    tried = {
        "learning_rate": (0.5, 0.1), "momentum": (0.5, 0.9), "decay_rate": (0.9, 0.5), "epsilon": (1e-8, 1e-3),
        "beta1": (0.9, 0.5), "beta2": (0.999, 0.7),
    }  # fmt: skip
    return Update(
        module="cs231n.optim", function=name, torch=torch, family=family, names={"lr": "learning_rate", **names},
        options={option: tried[option] for option in defaults}, defaults=defaults,
        kept={word: f"config['{key}']" for word, key in kept.items()},
    )  # fmt: skip


RULES = {
    "optimizers.sgd_momentum": rule(
        "sgd_momentum", updates.momentum_with_rate, families.SGD, {"v": "velocity"}, {},
        learning_rate=1e-2, momentum=0.9,
    ),
    "optimizers.rmsprop": rule(
        "rmsprop", updates.rmsprop, families.RMSPROP, {"cache": "cache"}, EPSILON | {"decay": "decay_rate"},
        learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8,
    ),
    "optimizers.adam": rule(
        "adam", updates.adam, families.ADAM, {"m": "m", "v": "v", "step": "t"}, EPSILON,
        learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8,
    ),
}  # fmt: skip
