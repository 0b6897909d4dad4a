"""What dpl2023's marking is validated with."""

from __future__ import annotations

from graders.homeworks.dpl2023.validation.mutants import MUTANTS
from graders.homeworks.dpl2023.validation.variants import VARIANTS
from graders.validation.suite import Suite

SUITE = Suite(MUTANTS, VARIANTS)
