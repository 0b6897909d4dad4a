"""What dpl2023's marking is validated with besides its mutants.toml."""

from __future__ import annotations

from graders.marking.validation.suite import Mutant, Suite, Variant

from ..dpl.validation import other_outputs, windows_lines, without_results

SUITE = Suite(
    [
        Mutant(
            "notebook: handed in without its results",
            without_results(),
            frozenset({"equivariant"}),
            ("activations", "equivariant"),
        )
    ],
    [
        Variant(
            "training: Windows line endings", windows_lines(), ("activations", "autograd", "basic", "trained_basic")
        ),
        Variant("style: outputs of other types", other_outputs(), ("equivariant.results_shown",)),
    ],
)
