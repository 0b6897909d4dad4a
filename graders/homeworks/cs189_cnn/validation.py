"""What cs189_cnn's marking is validated with: cs189's cases, of which those that leave images to others lose here."""

from __future__ import annotations

from graders.marking.validation.suite import Mutant, Suite

from ..cs189.validation import VARIANTS, practice
from ..cs189.validation.mutants import MUTANTS

LEFT_OUT = [
    Mutant(
        case.name,
        case.changes,
        frozenset({"pool"} if case.name.endswith("convolution done") else {"conv", "pool"}),
        ("conv", "pool"),
    )
    for case in practice.LEAVING_IMAGES
]

SUITE = Suite([*MUTANTS, *LEFT_OUT], VARIANTS, lambda case: practice.CODED)
