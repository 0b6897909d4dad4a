"""What dpl2025's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import mlp_mutants, mlp_variants, pooling_mutants, pooling_variants, styles
from .mutants import MUTANTS
from .variants import VARIANTS

SUITE = Suite(
    [*MUTANTS, *mlp_mutants.MUTANTS, *pooling_mutants.MUTANTS, *styles.MUTANTS],
    [*VARIANTS, *mlp_variants.VARIANTS, *pooling_variants.VARIANTS, *styles.VARIANTS],
)
