"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import other_people
from .imports import IMPORT_MUTANTS, IMPORT_VARIANTS
from .mutants import MUTANTS
from .variants import VARIANTS

CODED = ["relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2", "network", "conv", "pool"]

"""All but training, which takes seconds."""

SUITE = Suite(
    [*MUTANTS, *other_people.MUTANTS, *IMPORT_MUTANTS],
    [*VARIANTS, *other_people.VARIANTS, *IMPORT_VARIANTS],
    lambda case: CODED,
)
