"""What a4's marking is validated with, and which sections see a change."""

from __future__ import annotations

from graders.marking.validation.suite import Case, Suite

from . import guards, imports, other_people
from .mutants import MUTANTS, TRAINING
from .variants import VARIANTS

CODED = ["dense", "softmax", "tanh", "relu", "cross_entropy", "mlp"]
TRAINED = ["validation", "performance"]
SHORT = {
    "figures:": ["validation.figures"],
    "training: figures": ["validation.figures"],
    "training: test accuracy": ["validation.accuracy", "performance.test_accuracy"],
    "training: custom weights": ["validation.learns", "performance.bar"],
    "training: update climbs": ["validation.learns", "performance.bar"],
    "training: only the first batch": ["validation.learns", "performance.bar"],
    "training: accuracies in per cent": ["validation.accuracy", "performance.test_accuracy"],
    "training: torchvision": ["validation.figures", "performance"],
    "training: a forward": ["performance"],
    "training: a progress bar": ["validation.learns", "validation.figures"],
}
"""A training run takes seconds: these are marked in the checks that see them."""


def seeing(case: Case) -> list[str]:
    """The sections or checks that run what is changed, which names begin with; all where files come or go."""
    for beginning, checks in SHORT.items():
        if case.name.startswith(beginning):
            return checks
    if TRAINING in case.changes.touched:
        return TRAINED if case.changes.touched == {TRAINING} else CODED + TRAINED
    section = case.name.partition(":")[0].replace("-", "_")
    return [section] if section in CODED else CODED


MORE = (guards, imports, other_people)
SUITE = Suite(
    [*MUTANTS, *(mutant for more in MORE for mutant in more.MUTANTS)],
    [*VARIANTS, *(variant for more in MORE for variant in more.VARIANTS)],
    seeing,
)
