"""Mistakes in optimisers. Each is a wrong step, or the right one with other numbers; it shows in the parameter and in
what is kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.judging.diagnosis import Catalogue
from graders.judging.diagnosis.catalogue import Misconception

if TYPE_CHECKING:
    from graders.checking.components.optimizers.description import Rule
    from graders.checking.components.optimizers.oracle import OptimizerOracle

Quantities = Mapping[str, Sequence[np.ndarray]]


class Steps:
    """The steps of a case: `w` before them, the gradients `g`, `others` of the layer's other parameter, options."""

    def __init__(self, oracle: OptimizerOracle, arguments: Mapping[str, Any]) -> None:
        known = dict(arguments)
        self._oracle = oracle
        self.w: np.ndarray = known.pop("w")
        self.g: list[np.ndarray] = known.pop("g")
        self.others: list[np.ndarray] | None = known.pop("others", None)
        self.start: Mapping[str, Any] = known.pop("start", None) or {}
        parameters = inspect.signature(oracle.rule).parameters.values()
        usual = {one.name: one.default for one in parameters if one.default is not one.empty}
        self.options: dict[str, Any] = {**usual, **known}

    def right(self, g: Sequence[np.ndarray] | None = None, **changes: object) -> Quantities:
        """The right steps with other gradients or options."""
        import torch  # here and not above: a pack is read without it

        from graders.checking.components.optimizers.oracle import run

        def tensors(value: Any) -> Any:
            return torch.tensor(value, dtype=torch.float64) if isinstance(value, np.ndarray) else value

        start = {name: tensors(value) for name, value in self.start.items()}
        found = run(self._oracle.rule, tensors(self.w), [*map(tensors, g or self.g)], start, self.options | changes)
        return {name: [np.asarray(value) for value in each] for name, each in found.items()}

    @cached_property
    def rate_is_folded(self) -> bool:
        """Whether the right rule has the learning rate in what it keeps: a rate of 0 then doesn't stop it."""
        first, second = self.right(g=[self.g[0]] * 2, lr=[1.0, 0.0])["w"]
        return bool((first != second).any())

    @property
    def moves_on(self) -> bool:
        """Whether anything of a step is left to the next: not with a momentum of 0."""
        return self.options.get("momentum") != 0

    def by(self, rule: Rule, g: Sequence[np.ndarray] | None = None) -> Quantities:
        """The steps of another rule, in NumPy, which takes those of the options that it names."""
        from graders.checking.components.optimizers.description import STEP
        from graders.checking.components.optimizers.oracle import run

        wanted = [name for name in list(inspect.signature(rule).parameters)[3:] if name != STEP]
        known = {"weight_decay": 0.0, **self.options}
        options = {name: known[name] for name in wanted}
        return run(rule, self.w, list(g or self.g), self.start, options)


Formula = Callable[[Steps], "Quantities | None"]


@dataclass(frozen=True)
class UpdateFamily:
    """The mistakes that are made in optimisers of one kind."""

    name: str
    mistakes: list[tuple[str, str, Formula]] = field(default_factory=list)

    def copy(self, name: str) -> UpdateFamily:
        """Another family with these mistakes, to which others are added."""
        return UpdateFamily(name, list(self.mistakes))

    def wrong(self, says: str, look: str) -> Callable[[Formula], Formula]:
        """Add what a student with this mistake gets."""

        def add(formula: Formula) -> Formula:
            self.mistakes.append((says, look, formula))
            return formula

        return add

    def rule(
        self, says: str, look: str, *, folded: bool | None = None, in_motion: bool = False
    ) -> Callable[[Rule], Rule]:
        """Add a step with this mistake, in NumPy: `rule(w, g, kept, lr, momentum)`, with `step` where it is needed.

        With `folded` it is one where the right velocity has the learning rate in it; if that is False, where it hasn't.
        With `in_motion` it is told where there is a momentum: without one it comes to what has a plainer name.
        """

        def add(rule: Rule) -> Rule:
            def formula(steps: Steps) -> Quantities | None:
                if in_motion and not steps.moves_on:
                    return None
                return steps.by(rule) if folded in (None, steps.rate_is_folded) else None

            formula.__name__ = rule.__name__
            self.mistakes.append((says, look, formula))
            return rule

        return add

    def catalogue(self, oracle: OptimizerOracle) -> Catalogue:
        """The mistakes as the misconceptions of a component, which is called what its oracle is."""
        return Catalogue(list(self._entries(oracle)))

    def _entries(self, oracle: OptimizerOracle) -> Iterator[Misconception]:
        for says, look, formula in self.mistakes:
            for quantity in ("w", *oracle.component.kept):
                yield _misconception(formula, oracle, quantity, says, look)


def _misconception(mistake: Formula, oracle: OptimizerOracle, quantity: str, says: str, look: str) -> Misconception:
    def formula(**known: Any) -> list[np.ndarray] | None:
        try:
            found = mistake(Steps(oracle, {name: value for name, value in known.items() if value is not None}))
            return None if found is None else list(found[quantity])
        except (RuntimeError, ValueError, IndexError, KeyError, TypeError):  # this component hasn't what it needs
            return None

    def parameter(name: str, default: object) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)

    one = oracle.component
    options = [word for word in one.in_rule(one.known) if word.isidentifier()]
    optional = dict.fromkeys([*options, "others", "start"])
    required = [parameter(name, inspect.Parameter.empty) for name in ("w", "g")]
    formula.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        required + [parameter(name, None) for name in optional]
    )
    return Misconception(mistake.__name__, oracle.name, quantity, says, look, formula, whole=True)
