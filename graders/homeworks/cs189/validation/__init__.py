"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import guards, imports, other_people
from .mutants import MUTANTS
from .variants import VARIANTS

CODED = ["relu", "activations", "fully_connected", "softmax", "cross_entropy", "l2", "network", "conv", "pool"]

"""All but training, which takes seconds."""

MORE = (guards, imports, other_people)
SUITE = Suite(
    [*MUTANTS, *(mutant for more in MORE for mutant in more.MUTANTS)],
    [*VARIANTS, *(variant for more in MORE for variant in more.VARIANTS)],
    lambda case: CODED,
)
