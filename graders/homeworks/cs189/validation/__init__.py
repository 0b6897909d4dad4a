"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import images, practice, variants
from .mutants import MUTANTS

VARIANTS = [*variants.VARIANTS, *images.VARIANTS, *practice.LEAVING_OTHERS]
"""Those that every year has."""

SUITE = Suite(MUTANTS, [*VARIANTS, *practice.LEAVING_IMAGES], lambda case: practice.CODED)
"""All but training, which takes seconds, is marked."""
