"""How Hypothesis draws the cases of a component; nothing else of a component needs Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from graders.checking.cases import Case
from graders.checking.components.cases.case import ComponentCase, Numbers, Options
from graders.checking.components.cases.sizes import apart

SEEDS = st.integers(0, 2**32 - 1)


def cases(
    sizes: Mapping[str, Sequence[int]], options: Options, regimes: Sequence[str], own: Mapping[str, Numbers]
) -> st.SearchStrategy[Case]:
    """Any case with one of these values for each size and option; `own` are regimes that are the component's."""

    def one_of_each(values: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[tuple[Any, ...]]:
        return st.tuples(*(st.sampled_from(list(each)) for each in values.values()))

    def case(seed: int, of_sizes: tuple[int, ...], of_options: tuple[object, ...], regime: str) -> ComponentCase:
        numbers = tuple(own[regime].items()) if regime in own else None
        drawn = dict(zip(sizes, of_sizes, strict=True))
        named = tuple((apart(drawn, sizes) or drawn).items()), tuple(zip(options, of_options, strict=True))
        return ComponentCase(seed, *named, regime, numbers)

    return st.builds(case, SEEDS, one_of_each(sizes), one_of_each(options), st.sampled_from(list(regimes)))
