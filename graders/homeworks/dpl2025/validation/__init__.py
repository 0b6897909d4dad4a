"""What dpl2025's marking is validated with."""

from __future__ import annotations

from graders.homeworks.dpl2025.validation import mlp_mutants, mlp_variants, pooling_mutants, pooling_variants
from graders.homeworks.dpl2025.validation.mutants import MUTANTS
from graders.homeworks.dpl2025.validation.variants import VARIANTS
from graders.validation.suite import Suite

SUITE = Suite(
    [*MUTANTS, *mlp_mutants.MUTANTS, *pooling_mutants.MUTANTS],
    [*VARIANTS, *mlp_variants.VARIANTS, *pooling_variants.VARIANTS],
)
