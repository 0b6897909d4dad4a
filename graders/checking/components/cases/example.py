"""One case of a component: its arrays, its upstream gradient, and the expected results."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.cases.case import TIES, ComponentCase
from graders.checking.components.cases.drawing import drawn
from graders.checking.components.cases.sizes import shape
from graders.checking.components.description import Component
from graders.judging.expectation import Accepted

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
        self.chosen: dict[str, np.ndarray] = {}

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Inputs and parameters by name, without those that are left out."""
        one = self.component
        return {
            name: one.array(self.case, name, spec, self._suffix, **self._changed)
            for name, spec in one.arrays.items()
            if not self._left_out(name)
        }

    def _left_out(self, name: str) -> bool:
        return name in self.component.may_be_none and bool(self.case.random(f"{name} left out").integers(2))

    @cached_property
    def values(self) -> dict[str, Any]:
        """These, None for those that are left out, and the labels."""
        one, known = self.component, {**dict.fromkeys(self.component.arrays), **self.arrays}
        if one.labels is None:
            return known
        count = one.batch_size(known)
        return {**known, one.labels.name: one.labels_of(self.case, count, self._suffix, **self._changed)}

    @cached_property
    def state(self) -> dict[str, np.ndarray]:
        """What training has left before, by name."""
        one = self.component
        return {
            name: one.array(self.case, name, spec, self._suffix, **self._changed) for name, spec in one.state.items()
        }

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The outputs' shapes, by name."""
        return self._oracle.shapes(self.case, self.values)

    @cached_property
    def upstream(self) -> dict[str, np.ndarray]:
        """The upstream gradients that backward is given, by name."""
        one = self.component
        if not one.upstreams:
            return {}
        plain = "spread" in self.case.numbers or self.case.regime == TIES  # which is how the inputs are drawn
        return {
            word: drawn(self.case, word + self._suffix, self.shapes[name], None, is_parameter=plain)
            for name, word in one.upstreams.items()
        }

    @cached_property
    def steps(self) -> list[Example]:
        """The batches of a training: three, the second one larger."""
        changed = {"_first": {}, "_second": self.component.larger_batch(self.case), "_third": dict[str, int]()}
        return [Example(self._oracle, self.case, suffix, **sizes) for suffix, sizes in changed.items()]

    @cached_property
    def start(self) -> dict[str, np.ndarray]:
        """The state that training begins with: a new object's, where that is given, else a drawn one."""
        one, sizes = self.component, {**dict(self.case.sizes), **self._changed}
        return {
            name: np.full(shape(spec, sizes), one.initial[name], self.case.dtype)
            if name in one.initial
            else self.state[name]
            for name, spec in one.state.items()
        }

    @cached_property
    def trained(self) -> Answer:
        """The state after each step of training."""
        seen = {name: [step.values[name] for step in self.steps] for name in self.component.inputs}
        return self._oracle.new_state(**seen, **self._kept, **self.start, **self.case.known)

    @property
    def _kept(self) -> dict[str, np.ndarray]:
        return {name: self.arrays[name] for name in self.component.parameters}

    @cached_property
    def evaluated(self) -> Answer:
        """What must come in evaluation, after training."""
        seen = {f"{name}_seen": [step.values[name] for step in self.steps] for name in self.component.inputs}
        return self._oracle.evaluated(**self.arrays, **seen, **self.start, **self.case.known)

    def observe(self, output: np.ndarray) -> None:
        """Take what was drawn at random from the output."""
        chance = self.component.chance
        assert chance is not None
        self.chosen = {chance.name: self.case.keep(chance.name + self._suffix, chance.read(output).astype(np.float64))}

    @property
    def _asked(self) -> dict[str, Any]:
        return {**self.values, **self.upstream, **self.chosen, **self.case.known}

    @cached_property
    def wanted(self) -> Answer:
        """What must come; where something is drawn at random, after `observe`."""
        return self._oracle.answer(**self._asked)

    def alternatives(self, quantity: str) -> list[Accepted]:
        """What is right, too."""
        return [
            Accepted(getattr(answer(**self._asked), quantity), advice) for advice, answer in self._oracle.others.items()
        ]
