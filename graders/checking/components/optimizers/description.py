"""What an optimiser is: one step of it as a PyTorch function, and what the handout calls everything."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graders.checking.components.cases import sizes as _sizes
from graders.checking.components.description import unknown
from graders.checking.components.optimizers.case import GRADIENTS, MOST_LAYERS, USUAL, OptimizerCase

if TYPE_CHECKING:
    from hypothesis import strategies as st

    from graders.checking.components.families.updates.family import UpdateFamily
    from graders.checking.components.optimizers.calling import Descent
    from graders.checking.components.optimizers.standard import OptimizerStandard
    from graders.checking.student import Student

Rule = Callable[..., Any]
"""`rule(w, g, kept, **options)` gives the new w, and a dict of what is kept; see reference/updates.py."""
STEP = "step"
"""What the number of steps is called among what is kept."""


@dataclass(frozen=True, kw_only=True)
class Optimising(ABC):
    """What `Optimizer` and `Update` have in common. Names are the handout's, but for those of the rule."""

    torch: Rule | str
    """One step, as a function of PyTorch tensors: `rule(w, g, kept, **options)` gives the new parameter and a dict of
    what is kept for the next step; those of reference/updates.py, or a pack's own. `kept` gives 0.0 for what isn't
    there yet; an option `step`, if there is one, counts from 1."""
    parameters: Mapping[str, str] = field(default_factory=lambda: {"W": "n_out n_in", "b": "n_out 1"})
    """The parameters of each layer, with their shapes: `{"W": "n_out n_in", "b": "n_out 1"}`. Layers have different
    sizes; of shapes with | between them each layer has one."""
    options: Mapping[str, Sequence[float]] = field(default_factory=lambda: {"lr": (0.5, 0.1)})
    """What it is given, with the values that it may have: `{"lr": (0.5, 0.1), "momentum": (0.0, 0.9)}`."""
    defaults: Mapping[str, float] = field(default_factory=dict)
    """What options are where they aren't given."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the handout calls the rule's options: `{"lr": "learning_rate", "eps": "epsilon"}`. With `betas[0]` and
    `betas[1]` two are given as one pair."""
    rate: str = "lr"
    """The rule's option that may change between steps, an attribute of the optimiser, or a key of its dict; empty where
    the handout promises none."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Where what the rule keeps is after a step: `{"v": "optimizer.v_{name}[{layer}]"}`, `{"m": "config['m']"}`; `step`
    is how many there have been."""
    kept_from_the_start: bool = False
    """Whether a new object has all of it already, at zero: else it may be made in the first step."""
    kept_where: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """The values of options with which it is kept, if not with all: `{"momentum": (0.9,)}`."""
    sizes: _sizes.Pools = field(default_factory=dict)
    """What a size may be, where it matters."""
    steps: Sequence[int] = (2, 3, 5)
    """How many steps there are in a row."""
    regimes: Sequence[str] = USUAL
    """How large gradients are: `plain`, `large`, `small`, `tiny` (1e-8, where it shows what an epsilon is added to),
    `zeros` (a third of them exactly zero), `single` (float32)."""
    family: UpdateFamily | None = None
    """Whose mistakes are named: `families.SGD`, `families.ADAM`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What the pack calls standard checks, if otherwise: `{"state": "velocity"}`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The lines that a student reads of them, if others, by what the pack calls the checks."""
    without: frozenset[str] | set[str] = frozenset()
    """Standard checks that the handout doesn't ask for, `init` say."""
    advisory: frozenset[str] | set[str] = frozenset()
    """Standard checks that warn and cost nothing."""

    @property
    @abstractmethod
    def says(self) -> str:
        """What takes a step, in titles."""

    @property
    @abstractmethod
    def asks_for(self) -> tuple[str, list[str]]:
        """The module of the submission, and the names in it, that it is made of."""

    @property
    @abstractmethod
    def most_layers(self) -> int:
        """How many layers it works on, at most."""

    @abstractmethod
    def at(self, student: Student, case: OptimizerCase, options: Mapping[str, float]) -> Descent:
        """The student's optimiser, made with these options, under one check."""

    def standard(self, section: str) -> OptimizerStandard:
        """Its standard checks in a section of a rubric, whose id is also what its oracle is called."""
        from graders.checking.components.optimizers.standard import OptimizerStandard

        return OptimizerStandard(self, section)

    def faults(self) -> Iterator[str]:
        """What its author has to mend, a line each."""
        yield from unknown("sizes", self.sizes, self.pools)
        yield from unknown("regimes", self.regimes, GRADIENTS)
        yield from unknown("kept_where", self.kept_where, self.options)
        yield from unknown("names", [said for said in self.names.values() if "[" not in said], self.known)
        if self.rate:
            yield from unknown("rate", [self.names.get(self.rate, self.rate)], self.options)

    @property
    def known(self) -> dict[str, object]:
        """Each option that has a value, or a default."""
        return {**self.options, **self.defaults}

    @property
    def rate_called(self) -> str:
        """What the handout calls the option that may change; empty where none may."""
        return self.names.get(self.rate, self.rate)

    def in_rule(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Options by the rule's names, from those by the handout's."""
        back = {said: word for word, said in self.names.items()}
        return {back.get(name, name): value for name, value in options.items()}

    @cached_property
    def pools(self) -> dict[str, tuple[int, ...]]:
        """What each size may be."""
        specs = [part for spec in self.parameters.values() for part in spec.split("|")]
        return _sizes.pools(_sizes.names_in(specs), "", self.sizes)

    def shape(self, case: OptimizerCase, name: str, layer: int) -> tuple[int, ...]:
        """The shape of a layer's parameter."""
        shapes = self.parameters[name].split("|")
        return _sizes.shape(shapes[(layer + case.seed) % len(shapes)], dict(case.layers[layer]))

    def cases(self, *, one_step: bool = False, **options: Sequence[float]) -> st.SearchStrategy[Any]:
        """Cases; these options have these values."""
        from graders.checking.components.optimizers.strategies import cases  # here and not above: it imports Hypothesis

        layers = range(1, min(self.most_layers, MOST_LAYERS) + 1)
        steps = (1,) if one_step else self.steps
        return cases(self.pools, {**self.options, **options}, self.regimes, steps, layers)
