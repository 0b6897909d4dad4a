"""A drawn input of a component: its sizes, its options, and a regime for the numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from graders.checking.cases import Case

SEEDS = st.integers(0, 2**32 - 1)
PLAIN, ZEROS = "plain", "zeros"
REGIMES: dict[str, dict[str, Any]] = {
    PLAIN: {},
    "large": {"scale": 1e3},
    "small": {"scale": 1e-3},
    "offset": {"offset": 10.0},
    "wide": {"scale": 4.0},
    "single": {"dtype": "float32"},
    ZEROS: {},
}
"""What is special about the numbers of a case: how inputs and upstream gradients are drawn.

In `zeros` a third of the entries are exactly zero.
"""

ANY = (PLAIN, "large", "small", "offset", "single")
"""What a component is tried with that is made of sums and products."""
MODERATE = (PLAIN, "wide", "small", "single")
"""The same of one with exponentials: the formula that a handout prints may overflow, which is no mistake."""

Options = Mapping[str, Sequence[object]]


@dataclass(frozen=True)
class ComponentCase(Case):
    """One case; sizes and options are pairs of a name and a value."""

    sizes: tuple[tuple[str, int], ...] = ()
    options: tuple[tuple[str, object], ...] = ()
    regime: str = PLAIN

    @property
    def dtype(self) -> str:
        """Of its arrays."""
        return str(REGIMES[self.regime].get("dtype", "float64"))

    def fields(self) -> dict[str, Any]:
        """Each size and option by its name, regime and seed."""
        return {**dict(self.sizes), **dict(self.options), "regime": self.regime, "seed": self.seed}


def cases(sizes: Mapping[str, Sequence[int]], options: Options, regimes: Sequence[str]) -> st.SearchStrategy[Case]:
    """Any case with one of these values for each size and option."""

    def pairs(values: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
        return st.tuples(*(st.tuples(st.just(name), st.sampled_from(list(values[name]))) for name in values))

    return st.builds(ComponentCase, SEEDS, pairs(sizes), pairs(options), st.sampled_from(list(regimes)))


def plain(case: ComponentCase) -> ComponentCase:
    """The same case in the plain regime: what finite differences can tell most about."""
    return dataclasses.replace(case, regime=PLAIN)
