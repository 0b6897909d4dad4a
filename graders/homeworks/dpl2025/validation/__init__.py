"""What dpl2025's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import guards, mlp_mutants, mlp_variants, pooling_mutants, pooling_variants, styles
from .mutants import MUTANTS
from .variants import VARIANTS

MORE = (mlp_mutants, pooling_mutants, guards, styles)
MORE_RIGHT = (mlp_variants, pooling_variants, guards, styles)
SUITE = Suite(
    [*MUTANTS, *(mutant for more in MORE for mutant in more.MUTANTS)],
    [*VARIANTS, *(variant for more in MORE_RIGHT for variant in more.VARIANTS)],
)
