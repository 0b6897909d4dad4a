"""What a component is: a layer, loss or activation as its handout describes it, from which standard checks are made."""

from __future__ import annotations

import dataclasses
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from graders.checking.components.cases import sizes as _sizes
from graders.checking.components.cases.case import ANY, MODERATE, REGIMES, ComponentCase, Numbers, Options
from graders.checking.components.cases.drawing import KINDS, MASK, Kind, drawn, kinds_in, whole
from graders.checking.components.cases.variation import Check
from graders.checking.components.places import Place, place
from graders.checking.components.standard.kinks import AT_ZERO

if TYPE_CHECKING:
    from hypothesis import strategies as st

    from graders.checking.components.calling import Calls
    from graders.checking.components.chance import Chance
    from graders.checking.components.families.family import Family
    from graders.checking.components.oracle import Function, StateFunction
    from graders.checking.components.standard.standard import Standard
    from graders.checking.student import Student


@dataclass(frozen=True)
class Labels:
    """Which class each example is of: an array (N,) of whole numbers, or one-hot (N, classes); never differentiated.

    `classes` is the size that says how many there are, or their number, `name` what the handout calls them. With a
    `shape` of words, `N T` or `N 1`, there is a label for each entry of an array of that shape; `values` are what
    stands for the classes, (-1, 1) say, `floats` where these aren't whole numbers.
    """

    classes: str
    name: str = "y"
    one_hot: bool = False
    shape: str = ""
    values: Sequence[float] = ()
    floats: bool = False


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
    """What forward takes besides, or a constructor, with the values that it may have: `{"stride": (1, 2)}`. With
    `Default(1e-5)` it is left out, which stands for that value."""
    sizes: _sizes.Pools = field(default_factory=dict)
    """What a size may be, where it matters: `{"N": (5, 11)}`. In a case sizes of different names never coincide."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """Arrays that can't hold any numbers: `probabilities`, whose last axis adds up to 1, `one-hot`, `positive`,
    `fraction`, between 0 and 1; one of several, `("one-hot", "real")`; `mask`, True and False, both along the last
    axis; or numbers drawn in another way, `{"offset": 1.0, "scale": 0.5}`."""
    whole: Mapping[str, str] = field(default_factory=dict)
    """Inputs that are whole numbers below a size, `{"ids": "V"}`, or from a number up to a size, `{"lengths": "1 T"}`:
    they have no gradient, and some of them are equal."""
    may_be_none: frozenset[str] | set[str] = frozenset()
    """Inputs that are None in half of the cases, a mask say."""
    chance: Chance | None = None
    """What forward draws at random: `Chance(kept=lambda p, **_: 1 - p)` for dropout."""
    also: Mapping[str, Function] = field(default_factory=dict)
    """Other functions in place of `torch` that are right, too, with what a student should know (or ""): where two
    entries are equal, or a ReLU's input is 0, a gradient may go to either."""
    batch: str = "N"
    """The size that counts examples."""
    regimes: Sequence[str] = ()
    """What numbers inputs are drawn from: `plain`, `large` and `small` (a thousand times either way), `wide` (four
    times), `offset` (far from zero), `single` (float32), `zeros` (a third of them exactly zero), `ties` (small whole
    numbers, of which many are equal, and some 0). Else those that suit its family: where there are exponentials, none
    that makes the printed formula overflow."""
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
    accumulated: frozenset[str] | set[str] = frozenset()
    """Those whose gradients add up over several backward passes, until they are set to zero."""
    upstream: str = "dout"
    """What the upstream gradient is called; empty where backward isn't given one, as the output is a loss. Where there
    are several outputs, a word for each of them, `"dnext_h dnext_c"`, and `_` for one that has none."""
    local: bool = False
    """Whether backward gives the derivative of each output in the input of the same place, to be multiplied later."""
    output: str = "out"
    """What the output is called."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Several outputs, with their places: `{"next_h": "forward[0]", "next_c": "forward[1]"}`; `torch` then gives them
    as a tuple, in this order."""
    returns: str = "forward"
    """Where the one output is: in what forward returns, or, of `Functions`, the first of what it returns."""
    rows: frozenset[str] | set[str] = frozenset()
    """Parameters (1, C), say, where they and their gradients may be (C,), with a warning."""
    initial: Mapping[str, float] = field(default_factory=dict)
    """Numbers that all entries of a new object's parameters are, and of its state: then training begins with these."""
    starts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Other shapes that a new object's parameters may have, with a warning: `{"b": ("C", "1 C")}`."""
    state: Mapping[str, str] = field(default_factory=dict)
    """Arrays with their shapes that training changes and evaluation uses: running averages."""
    updated: StateFunction | None = None
    """The new state as a dict, from inputs and parameters (by place), state and options (by name), all PyTorch's."""
    evaluation: Function | None = None
    """The output in evaluation, from the same."""
    evaluate: Mapping[str, object] = field(default_factory=dict)
    """What forward is given besides in evaluation, or has in its options: `{"eval": True}`, `{"mode": "test"}`."""
    at_zero: str = ""
    """What the slope may be where inputs are exactly 0, seen in a check of that name: `either`, 0 or 1 in all places,
    or `between`, anything from 0 to 1."""
    cpu_seconds: int = 0
    """How long each check may take, if longer than usual: where a layer may loop over single numbers, in Python."""
    finite_at: float = 0.0
    """How large inputs may be for the output to be finite: advice."""
    whole_batch: bool = False
    """Whether no line may run more often for more examples."""
    family: Family | None = None
    """Whose mistakes are named, with the names that this component has for its words: `families.LINEAR(x="A")`."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What is in the names of checks for that of an array, or of a standard check: `{"W": "weight"}` makes
    `backward_weight`, `{"state": "running_statistics"}` another name. With `{"x": ""}` it is `backward` alone."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """Further checks by their names, which repeat standard ones with other cases, and standard ones that have others:
    `{"forward_tiny_variance": Check(like="forward", regimes=["tiny"])}`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The line that a student reads of a standard check, by what the pack calls it, where its own says less."""
    together: bool = False
    """Whether all gradients are one check, `backward`."""
    see: Mapping[str, str] = field(default_factory=dict)
    """Where the handout has the formula of the output, or of a gradient, by what they are called:
    `{"Z": "equation 1"}`. Titles say so, and where a mistake is named."""
    may_change: frozenset[str] | set[str] = frozenset()
    """Inputs, or the upstream gradient, that may be written into: it gives a warning."""
    without: frozenset[str] | set[str] = frozenset()
    """Standard checks that the handout doesn't ask for, `batch_of_one` say."""
    advisory: frozenset[str] | set[str] = frozenset()
    """Checks that warn and cost nothing."""
    only: frozenset[str] | set[str] = frozenset()
    """The standard checks that there are, where these are few."""
    optional: bool = False
    """Whether a submission may do without it: nothing is asked then."""

    @property
    def made_in(self) -> str:
        """Where a new object's parameters are made."""
        return "__init__"

    @property
    def keeps_state(self) -> bool:
        """Whether something is kept from one call to the next, in an object."""
        return False

    @property
    @abstractmethod
    def says_forward(self) -> str:
        """What forward is called in titles."""

    @property
    def does(self) -> str:
        """What forward does, in titles."""
        return "returns the loss" if self.is_loss else f"returns {listed(self.all_outputs)}"

    @property
    def says_evaluation(self) -> str:
        """What is called in evaluation, and what it does."""
        return f"{self.says_forward} {self.does}"

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
        from graders.checking.components.standard.standard import Standard

        return Standard(self, section)

    def stand_ins(self, standard: Standard) -> dict[str, Callable[..., object]]:  # noqa: ARG002 - for those that have some
        """Right parts, by their names, for what is built on it."""
        return {}

    def faults(self) -> Iterator[str]:
        """What its author has to mend, a line each."""
        for field_name in ("gradients", "called", "divided_by_batch", "multiplied_by_batch", "accumulated"):
            yield from unknown(field_name, getattr(self, field_name), self.differentiable)
        for field_name in ("whole", "may_be_none"):
            yield from unknown(field_name, getattr(self, field_name), self.inputs)
        if self.outputs and len(self.upstream.split()) not in (0, len(self.outputs)):
            yield f"upstream names {self.upstream!r}, but there are {len(self.outputs)} outputs: a word for each, or _"
        yield from unknown("kinds", self.kinds, {**self.arrays, **self.state})
        yield from unknown("initial", self.initial, {**self.parameters, **self.state})
        yield from unknown("starts", self.starts, self.initial)
        yield from unknown("rows", self.rows, {**self.parameters, **self.state})
        yield from unknown("sizes", self.sizes, self.pools)
        yield from unknown("may_change", self.may_change, [*self.inputs, *self.upstreams.values()])
        yield from (fault for kind in self.kinds.values() for fault in unknown("kinds", kinds_in(kind), KINDS))
        yield from unknown("regimes", self.regimes, {**REGIMES, **self.numbers})
        yield from unknown("at_zero", [self.at_zero] if self.at_zero else [], AT_ZERO)
        for check in self.checks.values():
            yield from unknown("checks", check.regimes, {**REGIMES, **self.numbers})
            yield from unknown("checks", [*check.zero, *check.sizes], [*self.arrays, *self.pools])
            yield from unknown("checks", [*check.options, *check.among], self.options)

    @property
    def arrays(self) -> dict[str, str]:
        """Inputs and parameters with their shapes: all that a gradient is taken in."""
        return {**self.inputs, **self.parameters}

    @property
    def differentiable(self) -> list[str]:
        """Those of them that a gradient can be taken in."""
        return [name for name in self.arrays if name not in self.whole and self.kinds.get(name) != MASK]

    def is_constant(self, name: str) -> bool:
        """Whether an array holds the same number in all cases: then it isn't moved either."""
        kind = self.kinds.get(name)
        return isinstance(kind, Mapping) and kind.get("scale") == 0

    @property
    def upstreams(self) -> dict[str, str]:
        """What the upstream gradient of each output is called that has one."""
        if not self.outputs:
            return {self.output: self.upstream} if self.upstream else {}
        words = dict(zip(self.outputs, self.upstream.split(), strict=False))
        return {name: word for name, word in words.items() if word != "_"}

    @property
    def all_outputs(self) -> list[str]:
        """What the outputs are called."""
        return list(self.outputs) or [self.output]

    @cached_property
    def output_places(self) -> dict[str, Place]:
        """Where each output is after forward."""
        return {name: place(text) for name, text in (self.outputs or {self.output: self.returns}).items()}

    @property
    def known_after_forward(self) -> list[str]:
        """What backward may be given by name: upstream gradients, and what forward was given or has returned."""
        labels = [self.labels.name] if self.labels else []
        return [*self.upstreams.values(), *self.arrays, *labels, *self.all_outputs]

    def batch_size(self, arrays: Mapping[str, Any]) -> int:
        """How many examples these inputs are."""
        for name, spec in self.inputs.items():
            words = spec.split()
            if self.batch in words and arrays[name] is not None:
                return int(arrays[name].shape[words.index(self.batch)])
        first = arrays[next(iter(self.inputs))]
        return len(first) if len(first.shape) else 1

    def dtype_of(self, name: str) -> str:
        """What an array's numbers are for PyTorch."""
        if self.labels is not None and name == self.labels.name:
            return "float64" if self.labels.one_hot or self.labels.floats else "int64"
        return "int64" if name in self.whole else "bool" if self.kinds.get(name) == MASK else "float64"

    def scale(self, name: str, count: int) -> float:
        """How many times the true gradient the handout's is, for a batch of this many examples."""
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
        if name in self.called:
            return self.called[name]
        where = self.places[name]
        alike = [other for other in self.places.values() if other.name == where.name]
        return (where.name if len(alike) == 1 else where.way) or f"d{name}"

    @property
    def _specs(self) -> list[str]:
        classes = "" if self.labels is None else self.labels.classes
        return [*self.arrays.values(), *self.state.values(), *self.whole.values(), classes]

    @property
    def fixed_sizes(self) -> frozenset[int]:
        """The sizes of axes that are the same in all cases."""
        return _sizes.fixed_in(self._specs)

    @cached_property
    def pools(self) -> dict[str, tuple[int, ...]]:
        """What each size may be."""
        return _sizes.pools(_sizes.names_in(self._specs), self.batch, self.sizes, self.fixed_sizes)

    def larger_batch(self, case: ComponentCase) -> dict[str, int]:
        """What of a case's sizes is another where another batch comes before or between."""
        return _sizes.larger(self.batch, dict(case.sizes), self.fixed_sizes)

    @property
    def usual_regimes(self) -> Sequence[str]:
        """What its inputs are drawn from, where a check says nothing else."""
        moderate = self.labels is not None or (self.family is not None and self.family.moderate)
        return self.regimes or (MODERATE if moderate else ANY)

    def cases(
        self, regimes: Sequence[str] = (), options: Options | None = None, **fixed: int
    ) -> st.SearchStrategy[Any]:
        """Cases in these regimes, or in all, with these values of options; a size that is fixed is no other."""
        from graders.checking.components.cases.strategies import cases  # here and not above: it imports Hypothesis

        chosen = {**self.pools, **{name: (value,) for name, value in fixed.items()}}
        other = {**self.options, **(options or {})}
        return cases(chosen, other, regimes or self.usual_regimes, self.numbers)

    def array(self, case: ComponentCase, name: str, like: str, suffix: str = "", **changed: int) -> np.ndarray:
        """An array of the case for this shape; `changed` sizes give another one, which `suffix` tells apart."""
        sizes = {**dict(case.sizes), **changed}
        found = _sizes.shape(like, sizes)
        if name in self.whole:
            return whole(case, name + suffix, found, _sizes.shape(self.whole[name], sizes))
        return drawn(case, name + suffix, found, self.kinds.get(name), is_parameter=name in self.parameters)

    def number_of_labels(self, case: ComponentCase) -> int:
        """How many classes there are."""
        assert self.labels is not None
        return _sizes.shape(self.labels.classes, dict(case.sizes))[0]

    def labels_of(self, case: ComponentCase, count: int, suffix: str = "", **changed: int) -> np.ndarray:
        """Labels for this many examples."""
        assert self.labels is not None
        one, classes = self.labels, self.number_of_labels(case)
        shape = _sizes.shape(one.shape, {**dict(case.sizes), **changed}) if one.shape else (count,)
        numbers = case.random(one.name + suffix).integers(0, classes, shape)
        found = np.asarray(one.values)[numbers] if len(one.values) else numbers
        if one.one_hot:
            found = np.eye(classes)[numbers]
        return case.keep(one.name + suffix, found.astype(np.float64) if one.floats else found)


def resolved(function: Function | str) -> Function:
    """The function, imported where it is named as `module:function`."""
    if not isinstance(function, str):
        return function
    module, _, name = function.partition(":")
    found: Function = getattr(importlib.import_module(module), name)
    return found


def listed(names: Sequence[str], between: str = " and ") -> str:
    """A few names as a title has them."""
    return between.join(names) if len(names) < 5 else "every gradient"


def unknown(field_name: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """A line for each name in a field that isn't known."""
    there = list(known)
    for name in names:
        if name not in there:
            yield f"{field_name} names {name!r}, but there is only {', '.join(there) or 'nothing'}"


Described = TypeVar("Described")


def replaced(component: Described, **changes: Any) -> Described:
    """The component with other fields: a pack's that is one convention away."""
    return dataclasses.replace(component, **changes)  # type: ignore[type-var]
