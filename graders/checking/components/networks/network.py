"""Networks made of components: perceptrons, convolutional nets, with parameters in objects or in a dict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from graders.checking.components.calling import Layer
from graders.checking.components.cases import sizes as _sizes
from graders.checking.components.cases.example import Example
from graders.checking.components.description import Component, resolved
from graders.checking.components.networks import memory
from graders.checking.components.places import Place
from graders.checking.components.standard.standard import Standard
from graders.checking.expect import CheckFailed, all_at_once, expect
from graders.checking.stand_ins import StandIns

if TYPE_CHECKING:
    from torch import Tensor

    from graders.checking.components.cases.case import ComponentCase
    from graders.checking.components.oracle import Function
    from graders.checking.student import Student

BIAS = {"scale": 0.3, "offset": 0.3}
"""Positive on the whole, so that enough of what rectifies is open in every layer."""
Each = Callable[[int, "Part", "Function"], "Function"]


@dataclass(frozen=True)
class Part:
    """A component as one part of a network, with numbers, or other names, for its sizes."""

    component: Component
    sizes: Mapping[str, int | str] = field(default_factory=dict)

    def spec(self, name: str) -> str:
        """The shape of one of its arrays."""
        words = self.component.arrays[name].split()
        return " ".join(str(self.sizes.get(word, word)) for word in words)

    @property
    def title(self) -> str:
        """As its constructor is called: `Linear(2, 3)`."""
        one = self.component
        if not isinstance(one, Layer):
            return one.says_forward
        return f"{one.name.rpartition('.')[2]}({', '.join(str(self.sizes.get(w, w)) for w in one.made_from.values())})"

    def function(self) -> Function:
        """What it computes, of one array, its parameters and labels."""
        one = self.component
        options = {name: values[0] for name, values in one.options.items()}
        computed = resolved(one.torch)
        return (lambda *given: computed(*given, **options)) if options else computed


def part(component: Component, **sizes: int | str) -> Part:
    """`part(LINEAR, in_features=2, out_features=3)`."""
    return Part(component, sizes)


@dataclass(frozen=True, kw_only=True)
class Network(Layer):
    """A class made of components, each given what the last one returns."""

    torch: Function | str = ""
    """What it computes, where that isn't what its parts do one after the other."""
    parts: Sequence[Part | Component]
    """They, in the order of forward; a loss comes last, and then forward takes its labels."""
    parts_at: str = "layer.layers[{index}]"
    """Where each part that has parameters is: `{index}` counts these, `{place}` all parts, both from 0."""
    parameter_at: str = ""
    """Where each parameter is, where parts are no objects: `layer.params['{name}{number}']`."""
    gradient_at: str = ""
    """Where each gradient is, likewise: `forward[1]['{name}{number}']`."""
    first: int = 0
    """What numbers begin with."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """What it keeps of its last call, by attribute: `x0` is its input, `x2` what the second part makes of it, `dx2` the
    gradient in that; several make a list: `{"Z0": "x1", "all": "x0 x1 x2"}`. What it keeps nothing of is advice."""
    kept_if: Mapping[str, object] = field(default_factory=dict)
    """What its constructor is given for that: `{"debug": True}`."""
    may_return: bool = False
    """Whether backward returns the gradient in the input, or nothing."""

    def __post_init__(self) -> None:
        """Parameters, gradients and conventions are those of the parts."""
        names = list(self._names)
        self._fill("torch", self._computed)
        owners = {name: self._owner(name) for name in names}
        self._fill("parameters", {name: one.spec(own) for name, (one, own) in owners.items()})
        self._fill("set_at", {name: self._at(name, self.parameter_at) for name in names})
        self._fill("gradients", {name: self._at(name, self.gradient_at, gradient=True) for name in self._last_first})
        called = {name: one.component.gradient_called(own) for name, (one, own) in owners.items()}
        numbered = {name: f"{called[name]}{number}" for name, (number, _, _) in self._names.items()}
        object.__setattr__(self, "called", {**numbered, **self.called})
        last = self.each_part[-1].component
        if last.labels is not None:
            self._fill("labels", last.labels)
        if last.is_loss:
            object.__setattr__(self, "upstream", "")
        averaged = {name for name, (one, own) in owners.items() if own in one.component.divided_by_batch}
        self._fill("divided_by_batch", averaged)
        if last.multiplied_by_batch:
            self._fill("multiplied_by_batch", set(names))
        object.__setattr__(self, "together", True)
        super().__post_init__()
        object.__setattr__(self, "kinds", {**self._weights, **self.kinds})

    def _fill(self, name: str, value: object) -> None:
        """Set a field that isn't said."""
        if not getattr(self, name):
            object.__setattr__(self, name, value)

    @cached_property
    def each_part(self) -> list[Part]:
        """All parts."""
        return [Part(one.component, one.sizes) if isinstance(one, Part) else Part(one) for one in self.parts]

    @cached_property
    def _names(self) -> dict[str, tuple[int, int, str]]:
        """Each parameter's name, with its part's number, its place among all parts, and what the part calls it."""
        having = [place for place, one in enumerate(self.each_part) if _weights_of(one.component)]
        return {
            f"{name}{number}": (number, place, name)
            for number, place in enumerate(having, self.first)
            for name in _weights_of(self.each_part[place].component)
        }

    @property
    def _last_first(self) -> list[str]:
        """Parameters as backward meets them: those of the last part first, its weights before its bias."""
        return sorted(self._names, key=lambda name: -self._names[name][0])

    def place_of_part(self, name: str) -> int:
        """Which of all parts a parameter belongs to."""
        return self._names[name][1]

    def _owner(self, name: str) -> tuple[Part, str]:
        """The part that a parameter belongs to, and what it calls it."""
        _, place, own = self._names[name]
        return self.each_part[place], own

    def _at(self, name: str, template: str, *, gradient: bool = False) -> str:
        number, place, own = self._names[name]
        known = {"number": number, "index": number - self.first, "place": place, "name": own}
        if template:
            return template.format(**known)
        component = self.each_part[place].component
        assert isinstance(component, Layer), "where parts are functions, parameter_at and gradient_at are to be said"
        where = component.places[own] if gradient else component.place_of(own)
        return where.said_of(self.parts_at.format(**known))

    @property
    def _weights(self) -> dict[str, dict[str, float]]:
        """Weights that let values neither grow nor vanish, and biases that don't close everything."""
        return {name: self._drawn(name) for name in self.parameters}

    def _drawn(self, name: str) -> dict[str, float]:
        one, _ = self._owner(name)
        words = self.parameters[name].split()
        if sum(word != "1" for word in words) < 2:
            return BIAS
        given = one.spec(next(iter(one.component.inputs))).split()
        fan_in = math.prod(self._size(word) for word in words if word in given)
        return {"scale": math.sqrt(2 / fan_in)}

    def _size(self, word: str) -> int:
        return int(word) if word.isdigit() else max(self.pools[word])

    def faults(self) -> Iterator[str]:
        """And what it keeps."""
        yield from super().faults()
        yield from memory.faults(self)

    def _computed(self, *given: Tensor) -> Tensor:
        return self.passed(given)

    def passed(self, given: Sequence[Tensor], each: Each = lambda _index, _part, function: function) -> Tensor:
        """The output; `each` may put another function in place of a part's."""
        values = dict(zip([*self.arrays, *([self.labels.name] if self.labels else [])], given, strict=True))
        x = values[next(iter(self.inputs))]
        for index, one in enumerate(self.each_part):
            own = [values[name] for name, (_, place, _) in self._names.items() if place == index]
            labels = [values[self.labels.name]] if self.labels and one.component.labels else []
            x = each(index, one, one.function())(x, *own, *labels)
        return x

    def standard(self, section: str) -> Standard:
        """With its architecture."""
        return NetworkStandard(self, section)

    def stand_ins(self, standard: Standard) -> dict[str, Callable[..., object]]:  # noqa: ARG002 - nothing is built on it
        """None."""
        return {}


def _weights_of(one: Component) -> list[str]:
    """What it is made with besides its input: parameters, or a function's further inputs."""
    return [*list(one.inputs)[1:], *one.parameters] if one.labels is None else []


class NetworkStandard(Standard):
    """The standard checks of a network."""

    component: Network

    def standard_titles(self) -> Iterator[tuple[str, str]]:
        """The architecture comes first."""
        one = self.component
        made = ", ".join(part.title for part in one.each_part if _weights_of(part.component))
        if not one.parameter_at:
            yield "architecture", f"{one.name.rpartition('.')[2]} is made of {made}."
        yield from super().standard_titles()
        yield from memory.titles(one)

    def check_kept(self, student: Student, case: ComponentCase) -> None:
        """What it keeps, after a call on another batch."""
        memory.check_kept(student, self.component, self._before(case), Example(self.oracle, case))

    def check_returned(self, student: Student, case: ComponentCase) -> None:
        """What backward returns, if anything."""
        memory.check_returned(student, self.component, Example(self.oracle, case))

    def check_architecture(self, student: Student, case: ComponentCase) -> None:
        """The sizes of its parts, whatever else it has: seen on right ones, for where these start is theirs.

        What lies between them is for the output to show.
        """
        one = self.component
        parts = {part.component.name: part.component for part in one.each_part if isinstance(part.component, Layer)}
        right = {name: type_ for name, part in parts.items() for type_ in part.stand_ins(Standard(part, name)).values()}
        student.replace_parts(StandIns(right))
        calls = one.at(student, case)
        for container, count in _containers([one.place_of(name) for name in one.parameters]).items():
            held = calls.held(container)
            if len(held) < count:
                raise CheckFailed(f"{held!r} has {len(held)} entries, but should have {count}")
        with all_at_once(student):
            for name, spec in one.parameters.items():
                expect(calls.get(name)).to_have_shape(_sizes.shape(spec, dict(case.sizes)))


def _containers(places: Sequence[Place]) -> dict[Place, int]:
    """The lists that these lie in, and how many entries each must have."""
    found: dict[Place, int] = {}
    for where in places:
        for index, step in enumerate(where.steps):
            if isinstance(step.key, int) and not step.is_attribute:
                before = Place(where.root, where.steps[:index])
                found[before] = max(found.get(before, 0), step.key + 1)
    return found
