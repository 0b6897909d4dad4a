"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.homeworks.cs189.validation.mutants import MUTANTS
from graders.homeworks.cs189.validation.variants import VARIANTS
from graders.validation.suite import Suite

CODED = ["relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2", "network", "conv", "pool"]

"""All but training, which takes seconds."""

SUITE = Suite(MUTANTS, VARIANTS, lambda case: CODED)
