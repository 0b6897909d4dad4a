"""What dpl2025's marking is validated with besides its mutants.toml."""

from __future__ import annotations

from graders.marking.validation.suite import Suite, Variant

from ..dpl.validation import other_outputs, windows_lines

SUITE = Suite(
    [],
    [
        Variant("training: Windows line endings", windows_lines(), ("activations", "autograd")),
        Variant("style: outputs of other types", other_outputs(), ("pooling.results_shown",)),
    ],
)
