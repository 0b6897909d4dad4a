"""How Hypothesis draws the cases of an optimiser; nothing else of one needs Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from graders.checking.cases import Case
from graders.checking.components.cases.strategies import SEEDS
from graders.checking.components.optimizers.case import OptimizerCase


def cases(
    sizes: Mapping[str, Sequence[int]],
    options: Mapping[str, Sequence[float]],
    regimes: Sequence[str],
    steps: Sequence[int],
    layers: Sequence[int],
) -> st.SearchStrategy[Case]:
    """Any case with one of these values for each size of each layer, and for each option."""

    def pairs(values: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
        return st.tuples(*(st.tuples(st.just(name), st.sampled_from(list(values[name]))) for name in values))

    several = st.sampled_from(list(layers)).flatmap(lambda count: st.tuples(*[pairs(sizes)] * count))
    return st.builds(
        OptimizerCase,
        SEEDS,
        several,
        st.sampled_from(list(steps)),
        pairs(options),
        st.sampled_from(list(regimes)),
    )
