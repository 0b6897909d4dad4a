"""What cs189's marking is validated with."""

from __future__ import annotations

from graders.marking.validation.suite import Suite

from . import guards, images, imports, other_people, practice, variants
from .mutants import MUTANTS

VARIANTS = [*variants.VARIANTS, *images.VARIANTS, *practice.LEAVING_OTHERS]
"""Those that every year has."""

MORE = (guards, imports, other_people)
SUITE = Suite(
    [*MUTANTS, *(mutant for more in MORE for mutant in more.MUTANTS)],
    [*VARIANTS, *(variant for more in MORE for variant in more.VARIANTS), *practice.LEAVING_IMAGES],
    lambda case: practice.CODED,
)
"""All but training, which takes seconds, is marked."""
