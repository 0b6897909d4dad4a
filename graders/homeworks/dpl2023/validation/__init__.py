"""What dpl2023's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import styles
from .mutants import MUTANTS
from .variants import VARIANTS

SUITE = Suite([*MUTANTS, *styles.MUTANTS], [*VARIANTS, *styles.VARIANTS])
