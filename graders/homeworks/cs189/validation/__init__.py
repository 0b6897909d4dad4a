"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import guards
from .mutants import MUTANTS
from .variants import VARIANTS

CODED = ["relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2", "network", "conv", "pool"]

"""All but training, which takes seconds."""

SUITE = Suite([*MUTANTS, *guards.MUTANTS], [*VARIANTS, *guards.VARIANTS], lambda case: CODED)
