"""One case of a component: its arrays, its upstream gradient, and what must come of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.components.case import ComponentCase
from graders.checking.components.description import Component, drawn

if TYPE_CHECKING:
    from graders.checking.components.oracle import ComponentOracle
    from graders.judging.expected import Answer


class Example:
    """The arrays of a case; `suffix` tells apart those of another call in the same case, with `changed` sizes."""

    def __init__(self, oracle: ComponentOracle, case: ComponentCase, suffix: str = "", **changed: int) -> None:
        self.component: Component = oracle.component
        self.case = case
        self._oracle = oracle
        self._suffix = suffix
        self._changed = changed

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Inputs and parameters by name."""
        one = self.component
        return {
            name: one.array(self.case, name, spec, self._suffix, **self._changed) for name, spec in one.arrays.items()
        }

    @cached_property
    def values(self) -> dict[str, np.ndarray]:
        """These, and the labels."""
        one = self.component
        if one.labels is None:
            return self.arrays
        count = len(self.arrays[next(iter(one.inputs))])
        return {**self.arrays, one.labels.name: one.labels_of(self.case, count, self._suffix)}

    @cached_property
    def state(self) -> dict[str, np.ndarray]:
        """What training has left before, by name."""
        one = self.component
        return {
            name: one.array(self.case, name, spec, self._suffix, **self._changed) for name, spec in one.state.items()
        }

    @cached_property
    def upstream(self) -> np.ndarray | None:
        """The upstream gradient; None where backward isn't given one."""
        one = self.component
        if not one.upstream:
            return None
        shape = self._oracle.shape(self.case, self.values)
        return drawn(self.case, one.upstream + self._suffix, shape, None, is_parameter=False)

    def new_state(self, state: Mapping[str, object]) -> Answer:
        """What forward makes of a state in training."""
        return self._oracle.new_state(**self.arrays, **state, **dict(self.case.options))

    @cached_property
    def evaluated(self) -> Answer:
        """What must come in evaluation."""
        return self._oracle.evaluated(**self.arrays, **self.state, **dict(self.case.options))

    @cached_property
    def wanted(self) -> Answer:
        """What must come."""
        one = self.component
        upstream = {} if self.upstream is None else {one.upstream: self.upstream}
        return self._oracle.answer(**self.values, **upstream, **dict(self.case.options))
