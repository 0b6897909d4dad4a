"""What ai702's marking is validated with, and which sections run which file."""

from __future__ import annotations

from graders.marking.validation.suite import Case, Suite

from . import advice, guards, imports, other_people
from .mutants import ACTIVATION, BATCHNORM, LINEAR, LOSS, MLP, MUTANTS, SGD
from .variants import VARIANTS

MLPS = ["mlp0", "mlp1", "mlp4"]
SECTIONS = ["linear", "activations", *MLPS, "losses", "sgd", "batchnorm"]
SEE = {
    LINEAR: ["linear", *MLPS],
    ACTIVATION: ["activations", *MLPS],
    MLP: MLPS,
    LOSS: ["losses"],
    SGD: ["sgd"],
    BATCHNORM: ["batchnorm"],
}


def seeing(case: Case) -> list[str]:
    """The sections that run a changed file, in the rubric's order; all where other files change than a layer's own."""
    touched = case.changes.touched
    if not touched or not touched <= SEE.keys():
        return SECTIONS
    return [section for section in SECTIONS if any(section in SEE[file] for file in touched)]


MORE = (guards, imports, other_people)
SUITE = Suite(
    [*MUTANTS, *(mutant for more in MORE for mutant in more.MUTANTS)],
    [*VARIANTS, *advice.VARIANTS, *(variant for more in MORE for variant in more.VARIANTS)],
    seeing,
    profile="grading",
)
