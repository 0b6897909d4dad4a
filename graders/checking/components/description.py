"""What a component is: a layer, loss or activation as its handout describes it, from which standard checks are made."""

from __future__ import annotations

import dataclasses
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from graders.checking.cases import probabilities
from graders.checking.components import sizes as _sizes
from graders.checking.components.case import ANY, MODERATE, REGIMES, ZEROS, ComponentCase, Numbers, Options, cases
from graders.checking.components.places import Place, place
from graders.checking.components.variation import Check

if TYPE_CHECKING:
    from hypothesis import strategies as st

    from graders.checking.components.calling import Calls
    from graders.checking.components.families.family import Family
    from graders.checking.components.oracle import Function, StateFunction
    from graders.checking.components.standard import Standard
    from graders.checking.student import Student

PROBABILITIES, POSITIVE, ONE_HOT, REAL = "probabilities", "positive", "one-hot", "real"
KINDS = (PROBABILITIES, POSITIVE, ONE_HOT, REAL)
Kind = str | Sequence[str] | Numbers
"""What an array holds: a kind, one of several, or numbers drawn in another way."""


@dataclass(frozen=True)
class Labels:
    """Which class each example is of: an array (N,) of whole numbers, or one-hot (N, classes); never differentiated.

    `classes` is the size that says how many there are, `name` what the handout calls them.
    """

    classes: str
    name: str = "y"
    one_hot: bool = False


@dataclass(frozen=True, kw_only=True)
class Component(ABC):
    """What `Functions` and `Layer` have in common. Names are the handout's; shapes are words and numbers, `N D 3`."""

    torch: Function | str
    """The output as a function of PyTorch tensors in float64: inputs, parameters and labels by their places, in this
    order, options by name. As `module:function` it is imported when it is needed."""
    inputs: Mapping[str, str]
    """The inputs with their shapes, `{"x": "N D"}`: numbers stay, each word is a size that is drawn."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The same of an object's parameters, which are set before each forward."""
    labels: Labels | None = None
    """Which class each example is of: `Labels("C")` with numbers up to the size C, `Labels("C", "Y", one_hot=True)`."""
    options: Options = field(default_factory=dict)
    """What forward takes besides, or a constructor, with the values that it may have: `{"stride": (1, 2)}`."""
    sizes: _sizes.Pools = field(default_factory=dict)
    """What a size may be, where it matters: `{"N": (5, 11)}`. Else sizes of different names never coincide."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Arrays that can't hold any numbers: `probabilities`, whose last axis adds up to 1, `one-hot`, `positive`; one of
    several, `("one-hot", "real")`; or numbers drawn in another way, `{"offset": 1.0, "scale": 0.5}`."""
    batch: str = "N"
    """The size that counts examples."""
    regimes: Sequence[str] = ()
    """What numbers inputs are drawn from: `plain`, `large` and `small` (a thousand times either way), `wide` (four
    times), `offset` (far from zero), `single` (float32), `zeros` (a third of them exactly zero). Else those that suit
    its family: where there are exponentials, none that makes the printed formula overflow."""
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    """Regimes of its own, or other numbers for a known one, by name: `{"tiny": {"spread": 1e-4}}` has columns that
    differ in mean and width, both about that large; else `scale`, `offset` and `dtype`."""
    gradients: Mapping[str, str] = field(default_factory=dict)
    """Where the gradient in an input or parameter is after backward: `backward`, `backward[0]`, `forward[1]`,
    `layer.dLdW`, `layer.grads['W']`. Inputs that aren't named have no gradient."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What a gradient is called, where it isn't `d` and the input's name, or the name that it has in its place."""
    divided_by_batch: frozenset[str] | set[str] = frozenset()
    """The inputs and parameters whose gradients are averages over the batch."""
    multiplied_by_batch: frozenset[str] | set[str] = frozenset()
    """Those whose gradients aren't divided by the batch size, though the loss is an average."""
    upstream: str = "dout"
    """What the upstream gradient is called; empty where backward isn't given one, as the output is a loss."""
    local: bool = False
    """Whether backward gives the derivative of each output in the input of the same place, to be multiplied later."""
    output: str = "out"
    """What the output is called."""
    rows: frozenset[str] | set[str] = frozenset()
    """Parameters (1, C), say, where they and their gradients may be (C,), with a warning."""
    initial: Mapping[str, float] = field(default_factory=dict)
    """Numbers that all entries of a new object's parameters are, and of its state: then training begins with these."""
    state: Mapping[str, str] = field(default_factory=dict)
    """Arrays with their shapes that training changes and evaluation uses: running averages."""
    updated: StateFunction | None = None
    """The new state as a dict, from inputs and parameters (by place), state and options (by name), all PyTorch's."""
    evaluation: Function | None = None
    """The output in evaluation, from the same."""
    evaluate: Mapping[str, object] = field(default_factory=dict)
    """What forward is given besides in evaluation, or has in its options: `{"eval": True}`, `{"mode": "test"}`."""
    finite_at: float = 0.0
    """How large inputs may be for the output to be finite: advice."""
    whole_batch: bool = False
    """Whether no line may run more often for more examples."""
    family: Family | None = None
    """Whose mistakes are named, with the names that this component has for its words: `families.LINEAR(x="A")`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What stands in the names of checks for that of an array, or of a standard check: `{"W": "weight"}` makes
    `backward_weight`, `{"state": "running_statistics"}` another name. With `{"x": ""}` it is `backward` alone."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """Further checks by their names, which repeat standard ones with other cases, and standard ones that have others:
    `{"forward_tiny_variance": Check(like="forward", regimes=["tiny"])}`."""
    together: bool = False
    """Whether all gradients are one check, `backward`."""
    see: Mapping[str, str] = field(default_factory=dict)
    """Where the handout has the formula of the output, or of a gradient, by what they are called:
    `{"Z": "equation 1"}`. Titles say so, and where a mistake is named."""
    without: frozenset[str] | set[str] = frozenset()
    """Standard checks that the handout doesn't ask for, `batch_of_one` say."""
    advisory: frozenset[str] | set[str] = frozenset()
    """Checks that warn and cost nothing."""
    optional: bool = False
    """Whether a submission may do without it: nothing is asked then."""

    keeps_state: ClassVar[bool] = False
    """Whether something is kept from one call to the next, in an object."""

    @property
    @abstractmethod
    def says_forward(self) -> str:
        """What forward is called in titles."""

    @property
    @abstractmethod
    def says_backward(self) -> str:
        """What gives the gradients."""

    @property
    @abstractmethod
    def asks_for(self) -> tuple[str, list[str]]:
        """The module of the submission, and the names in it, that it is made of."""

    @abstractmethod
    def at(self, student: Student, case: ComponentCase) -> Calls:
        """The student's object, or functions, under one check."""

    def standard(self, section: str) -> Standard:
        """Its standard checks in a section of a rubric, whose id is also what its oracle is called."""
        from graders.checking.components.standard import Standard

        return Standard(self, section)

    def stand_ins(self, standard: Standard) -> dict[str, type]:  # noqa: ARG002 - for those that have some
        """Right parts, by their names, for what is built on it."""
        return {}

    def faults(self) -> Iterator[str]:
        """What its author has to mend, a line each."""
        for field_name in ("gradients", "called", "divided_by_batch", "multiplied_by_batch"):
            yield from unknown(field_name, getattr(self, field_name), self.arrays)
        yield from unknown("kinds", self.kinds, {**self.arrays, **self.state})
        yield from unknown("initial", self.initial, {**self.parameters, **self.state})
        yield from unknown("rows", self.rows, {**self.parameters, **self.state})
        yield from unknown("sizes", self.sizes, self.pools)
        yield from (fault for kind in self.kinds.values() for fault in unknown("kinds", _kinds_in(kind), KINDS))
        yield from unknown("regimes", self.regimes, {**REGIMES, **self.numbers})
        for check in self.checks.values():
            yield from unknown("checks", check.regimes, {**REGIMES, **self.numbers})
            yield from unknown("checks", [*check.zero, *check.sizes], [*self.arrays, *self.pools])
            yield from unknown("checks", check.options, self.options)

    @property
    def arrays(self) -> dict[str, str]:
        """Inputs and parameters with their shapes: all that a gradient is taken in."""
        return {**self.inputs, **self.parameters}

    def scale(self, name: str, count: int) -> float:
        """How many times the true gradient the handout's is, for a batch of so many examples."""
        return (1 / count if name in self.divided_by_batch else 1.0) * (
            count if name in self.multiplied_by_batch else 1
        )

    @property
    def is_loss(self) -> bool:
        """Whether the output is one number, which backward isn't given a gradient of."""
        return not self.upstream and not self.local

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each gradient is after backward."""
        return {name: place(text) for name, text in self.gradients.items()}

    def gradient_called(self, name: str) -> str:
        """What the gradient in this input or parameter is called."""
        return self.called.get(name) or self.places[name].name or f"d{name}"

    @cached_property
    def pools(self) -> dict[str, tuple[int, ...]]:
        """What each size may be."""
        words = [*self.arrays.values(), *self.state.values(), *([self.labels.classes] if self.labels else [])]
        return _sizes.pools(_sizes.names_in(words), self.batch, self.sizes)

    @property
    def usual_regimes(self) -> Sequence[str]:
        """What its inputs are drawn from, where a check says nothing else."""
        moderate = self.labels is not None or (self.family is not None and self.family.moderate)
        return self.regimes or (MODERATE if moderate else ANY)

    def cases(
        self, regimes: Sequence[str] = (), options: Mapping[str, object] | None = None, **fixed: int
    ) -> st.SearchStrategy[Any]:
        """Cases in these regimes, or in all; a size, or an option, that is fixed is no other."""
        chosen = {**self.pools, **{name: (value,) for name, value in fixed.items()}}
        other = {**self.options, **{name: (value,) for name, value in (options or {}).items()}}
        return cases(chosen, other, regimes or self.usual_regimes, self.numbers)

    def array(self, case: ComponentCase, name: str, like: str, suffix: str = "", **changed: int) -> np.ndarray:
        """An array of the case for this shape; `changed` sizes give another one, which `suffix` tells apart."""
        found = _sizes.shape(like, {**dict(case.sizes), **changed})
        kind = self.kinds.get(name)
        return drawn(case, name + suffix, found, kind, is_parameter=name in self.parameters)

    def number_of_labels(self, case: ComponentCase) -> int:
        """How many classes there are."""
        assert self.labels is not None
        return _sizes.shape(self.labels.classes, dict(case.sizes))[0]

    def labels_of(self, case: ComponentCase, count: int, suffix: str = "") -> np.ndarray:
        """Labels for so many examples."""
        assert self.labels is not None
        classes = self.number_of_labels(case)
        numbers = case.random(self.labels.name + suffix).integers(0, classes, count)
        return case.keep(self.labels.name + suffix, np.eye(classes)[numbers] if self.labels.one_hot else numbers)


def resolved(function: Function | str) -> Function:
    """The function, imported where it is named as `module:function`."""
    if not isinstance(function, str):
        return function
    module, _, name = function.partition(":")
    found: Function = getattr(importlib.import_module(module), name)
    return found


def unknown(field_name: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """A line for each name in a field that isn't known."""
    there = list(known)
    for name in names:
        if name not in there:
            yield f"{field_name} names {name!r}, but there is only {', '.join(there) or 'nothing'}"


def drawn(
    case: ComponentCase, name: str, shape: tuple[int, ...], kind: Kind | None, *, is_parameter: bool
) -> np.ndarray:
    """Numbers of the case's regime; those of parameters are plain, but for their dtype."""
    if name in case.arrays:
        return case.arrays[name]
    if isinstance(kind, Mapping):
        return case.array(name, *shape, **{"dtype": case.dtype, **kind})
    if kind is not None:
        several = _kinds_in(kind)
        chosen = several[case.random(f"{name} kind").integers(len(several))] if len(several) > 1 else several[0]
        return case.keep(name, _OF_KIND[chosen](case.random(name), shape, case.dtype))
    if case.regime == ZEROS and not is_parameter:
        numbers = case.random(name).standard_normal(shape)
        return case.keep(name, np.where(case.random(f"{name} zeros").random(shape) < 1 / 3, 0.0, numbers))
    if "spread" in case.numbers and not is_parameter:
        return case.keep(name, _spread(case.random(name), shape, case.numbers["spread"]).astype(case.dtype))
    return case.array(name, *shape, **({"dtype": case.dtype} if is_parameter else case.numbers))


def _spread(random: np.random.Generator, shape: tuple[int, ...], spread: float) -> np.ndarray:
    """Columns, channels where there are positions, that differ in mean and width."""
    columns = (1, *shape[1:2], *(1 for _ in shape[2:]))
    centre, width = 2 * spread * random.standard_normal(columns), spread * random.uniform(0.5, 2, columns)
    return np.asarray(centre + width * random.standard_normal(shape))


def _kinds_in(kind: Kind) -> list[str]:
    return [] if isinstance(kind, Mapping) else [kind] if isinstance(kind, str) else list(kind)


def _one_hot(random: np.random.Generator, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    return np.eye(shape[-1], dtype=dtype)[random.integers(0, shape[-1], shape[:-1])]


_OF_KIND: Mapping[str, Callable[[np.random.Generator, tuple[int, ...], str], np.ndarray]] = {
    PROBABILITIES: lambda random, shape, dtype: probabilities(random.random(shape) + 0.05, dtype=dtype),
    POSITIVE: lambda random, shape, dtype: (0.1 + random.random(shape)).astype(dtype),
    ONE_HOT: _one_hot,
    REAL: lambda random, shape, dtype: random.standard_normal(shape).astype(dtype),
}


def replaced(component: Component, **changes: Any) -> Component:
    """The component with other fields: a pack's that is one convention away."""
    return dataclasses.replace(component, **changes)
