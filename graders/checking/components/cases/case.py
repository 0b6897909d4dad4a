"""A drawn input of a component: its sizes, its options, and a regime for the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graders.checking.cases import Case

PLAIN, ZEROS, TIES = "plain", "zeros", "ties"
REGIMES: dict[str, dict[str, Any]] = {
    PLAIN: {},
    "large": {"scale": 1e3},
    "small": {"scale": 1e-3},
    "offset": {"offset": 10.0},
    "wide": {"scale": 4.0},
    "single": {"dtype": "float32"},
    ZEROS: {},
    TIES: {},
}
"""What is special about the numbers of a case: how inputs and upstream gradients are drawn.

In `zeros` a third of the entries are exactly zero, in `ties` all are small whole numbers. A component's own may have
a `spread`: the inputs' columns differ in mean and width, both about that large, and nothing else does.
"""
Numbers = Mapping[str, Any]
"""How numbers are drawn: `scale`, `offset`, `dtype`, or a `spread`."""

ANY = (PLAIN, "large", "small", "offset", "single")
"""What a component is tried with that is made of sums and products."""
MODERATE = (PLAIN, "wide", "small", "single")
"""The same of one with exponentials: the formula that a handout prints may overflow, which is no mistake."""

Options = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class Default:
    """An option that is left out, and the value that it has then."""

    value: object


@dataclass(frozen=True)
class ComponentCase(Case):
    """One case; sizes and options are pairs of a name and a value."""

    sizes: tuple[tuple[str, int], ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    regime: str = PLAIN
    own: tuple[tuple[str, Any], ...] | None = None
    """The component's own numbers of this regime, as pairs."""

    @property
    def numbers(self) -> Numbers:
        """How inputs are drawn."""
        return REGIMES[self.regime] if self.own is None else dict(self.own)

    @property
    def dtype(self) -> str:
        """Of its arrays."""
        return str(self.numbers.get("dtype", "float64"))

    @property
    def known(self) -> dict[str, Any]:
        """What each option is, whether it is given or left out."""
        return {name: one.value if isinstance(one, Default) else one for name, one in self.options}

    @property
    def given(self) -> dict[str, object]:
        """The options that aren't left out."""
        return {name: one for name, one in self.options if not isinstance(one, Default)}

    def fields(self) -> dict[str, Any]:
        """Each size and option by its name, regime and seed."""
        options = {name: self.given.get(name, "left out") for name, _ in self.options}
        return {**dict(self.sizes), **options, "regime": self.regime, "seed": self.seed}
