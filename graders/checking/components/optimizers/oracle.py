"""What an optimiser must compute: its rule, step after step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from graders.checking.components.description import resolved
from graders.checking.components.optimizers.case import OptimizerCase
from graders.checking.components.optimizers.description import STEP, Optimising, Rule
from graders.judging.expected import Answer, measured

Numbers = float | Sequence[float]
"""An option: the same in all steps, or one number for each."""
OTHERS = "others"
"""What the gradients of the layer's other parameter are called."""
Quantities = dict[str, list[Any]]
"""The parameter, and what is kept, after each step."""


class Zeros(dict[str, Any]):
    """What is kept, by name: 0.0 for what isn't there yet."""

    def __missing__(self, name: str) -> float:
        return 0.0


def run(rule: Rule, w: Any, g: Sequence[Any], start: Mapping[str, Any], options: Mapping[str, Numbers]) -> Quantities:
    """Each quantity after each step; options by the rule's names."""
    kept, before = Zeros(start), int(start.get(STEP, 0))
    found: Quantities = {}
    counts = STEP in inspect.signature(rule).parameters
    for index, gradient in enumerate(g):
        now = {name: value if isinstance(value, int | float) else value[index] for name, value in options.items()}
        if counts:
            now[STEP] = before + index + 1
        w, new = rule(w, gradient, kept, **now)
        kept = Zeros(new)
        for name, value in {**new, "w": w, STEP: float(before + index + 1)}.items():
            found.setdefault(name, []).append(value)
    return found


class OptimizerOracle:
    """An optimiser's oracle, called `name`: its quantities are `w` and what is kept, with an entry for each step."""

    def __init__(self, component: Optimising, name: str) -> None:
        self.component = component
        self.name = name
        self.rule = resolved(component.torch)

        def steps(**arguments: Any) -> Mapping[str, object]:
            return self.compute(**arguments)

        steps.__name__ = name
        self._measured: Callable[..., Answer] = measured(steps)

    def compute(self, w: Any, g: Sequence[Any], **known: Any) -> Quantities:
        """Each quantity after each step; options by the rule's names. What other parameters do is of no account."""
        start = known.pop("start", {})
        options = {name: value for name, value in known.items() if name != OTHERS}
        found = run(self.rule, w, g, start, options)
        return {name: [torch.as_tensor(value, dtype=torch.float64) for value in each] for name, each in found.items()}

    def answer(
        self,
        case: OptimizerCase,
        name: str,
        layer: int,
        options: Mapping[str, Numbers],
        start: Mapping[str, Any] | None = None,
    ) -> Answer:
        """What a parameter of a layer, and what is kept of it, must be after each step."""
        one = self.component

        def gradients(of: str) -> list[Any]:
            return [case.gradient(of, layer, step, one.shape(case, of, layer)) for step in range(case.steps)]

        others = [other for other in one.parameters if other != name]
        more: dict[str, object] = {OTHERS: gradients(others[0])} if others else {}
        if start:
            more["start"] = dict(start)
        w = case.parameter(name, layer, one.shape(case, name, layer))
        return self._measured(w=w, g=gradients(name), **one.in_rule(options), **more)
