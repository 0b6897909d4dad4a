"""How a component is called that is a class: an object is made, and its methods are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from graders.checking.components.calling.calls import Calls, Values
from graders.checking.components.case import ComponentCase
from graders.checking.components.description import Component, unknown
from graders.checking.components.places import Place, place
from graders.checking.student import Given, Remote, Student

if TYPE_CHECKING:
    from graders.checking.components.standard import Standard


@dataclass(frozen=True, kw_only=True)
class Layer(Component):
    """A class: an object is made, its parameters are set, and its methods are called."""

    name: str
    """The class with its module: `mytorch.nn.Linear`."""
    new: str | Mapping[str, str] = ""
    """What an object is made from: names of sizes or options that its constructor's arguments have, or a dict from
    arguments to these, to numbers, or to lists of them, `{"hidden_dims": "[H1 H2]"}`."""
    defaults: Mapping[str, object] = field(default_factory=dict)
    """Arguments of the constructor that are given by name, unless they have this value, which is the default."""
    accepts: Mapping[str, object] = field(default_factory=dict)
    """What the constructor takes besides, with its defaults, where a right part stands in for a submission's own:
    `{"debug": False}`. Nothing gives it in a check."""
    set_at: Mapping[str, str] = field(default_factory=dict)
    """Where a parameter, or a state, is, if not in the attribute of its name: `{"W": "layer.params['W']"}`."""
    takes: str = ""
    """What forward takes, by the names of inputs and labels; else all of them."""
    backward_takes: str = ""
    """What backward takes: upstream gradients, and what forward was given or has returned, by name; else the former."""
    forward_method: str = "forward"
    """What the method is called."""
    backward_method: str = "backward"
    """What the method is called; empty where forward gives the gradients, too, as a network's `loss` does."""
    evaluation_takes: str = ""
    """What forward takes in evaluation, where that is something else: `"X"`, without labels."""
    evaluation_returns: str = ""
    """Where the output is then, if in another place."""
    evaluation_output: str = ""
    """What the output is called then, if otherwise: `scores`."""

    keeps_state: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Fill in what is usual: the gradient in the first input is returned, the others are kept under their names."""
        if not self.gradients:
            first, *others = self.differentiable
            kept = {name: f"layer.{self.called.get(name, f'd{name}')}" for name in others}
            object.__setattr__(self, "gradients", {first: "backward", **kept})
        if not self.backward_method:
            object.__setattr__(self, "upstream", "")
        if not self.backward_takes:
            object.__setattr__(self, "backward_takes", " ".join(self.upstreams.values()))

    def faults(self) -> Iterator[str]:
        """And what its constructor and methods take."""
        yield from super().faults()
        labels = [self.labels.name] if self.labels else []
        yield from unknown("takes", self.forward_takes, [*self.inputs, *labels])
        yield from unknown("backward_takes", self.backward_takes.split(), self.known_after_forward)
        yield from unknown("evaluation_takes", self.evaluation_takes.split(), [*self.inputs, *labels])
        words = [word for words in self.made_from.values() for word in words.strip("[]").split() if not word.isdigit()]
        yield from unknown("new", words, [*self.pools, *self.options])
        yield from unknown("defaults", self.defaults, self.made_from)

    @property
    def forward_takes(self) -> list[str]:
        """What forward takes."""
        return self.takes.split() or [*self.inputs, *([self.labels.name] if self.labels else [])]

    def place_of(self, name: str) -> Place:
        """Where a parameter, or a state, is."""
        return place(self.set_at.get(name, f"layer.{name}"))

    @property
    def made_from(self) -> dict[str, str]:
        """The constructor's arguments, each with the size or option that is given."""
        return dict(self.new) if isinstance(self.new, Mapping) else {word: word for word in self.new.split()}

    @property
    def says_forward(self) -> str:
        """What forward is called in titles."""
        return f"{self.forward_method}({', '.join(self.forward_takes)})"

    @property
    def says_backward(self) -> str:
        """What gives the gradients."""
        return self.backward_method or self.says_forward

    @property
    def says_evaluation(self) -> str:
        """What is called in evaluation, and what it does."""
        words = self.evaluation_takes.split() or self.forward_takes
        does = f"returns {self.evaluation_output}" if self.evaluation_output else self.does
        return f"{self.forward_method}({', '.join(words)}) {does}"

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module, and the class."""
        module, _, name = self.name.rpartition(".")
        return module, [name]

    def stand_ins(self, standard: Standard) -> dict[str, Callable[..., object]]:
        """A right part by the class's name."""
        from graders.checking.components.stand_in import can_stand_in, stand_in

        return {self.name: stand_in(standard, self)} if can_stand_in(self) else {}

    def at(self, student: Student, case: ComponentCase) -> Calls:
        """A new object under one check."""
        return _Object(self, student, case)


class _Object:
    def __init__(self, component: Layer, student: Student, case: ComponentCase) -> None:
        self.component = component
        module, _, name = component.name.rpartition(".")
        known: dict[str, Any] = {**dict(case.sizes), **case.known}
        found = {argument: _known(known, word) for argument, word in component.made_from.items()}
        given = [Given(argument, value) for argument, value in found.items() if argument not in component.defaults]
        others = {name: found[name] for name, usual in component.defaults.items() if found[name] != usual}
        self.layer: Remote = getattr(student(module), name)(*given, **others)
        self.roots = {"layer": self.layer}
        self.values: Values = {}

    def get(self, name: str) -> Remote:
        return self.component.place_of(name).of(self.roots)

    def held(self, where: Place) -> Remote:
        return where.of(self.roots)

    def called(self, name: str) -> str:
        return self.component.place_of(name).said_of(repr(self.layer))

    def forward(self, values: Values) -> Remote:
        self.values = values
        self.roots["forward"] = self._called(values, self.component.forward_takes, {})
        return next(iter(self.outputs().values()))

    def evaluate(self, values: Values) -> Remote:
        one = self.component
        words = one.evaluation_takes.split() or one.forward_takes
        self.roots["forward"] = self._called(values, words, dict(one.evaluate))
        if one.evaluation_returns:
            return place(one.evaluation_returns).of(self.roots)
        return next(iter(self.outputs().values()))

    def set_state(self, state: Values) -> None:
        for name, array in state.items():
            self.component.place_of(name).put(self.roots, array)

    def state(self) -> dict[str, Remote]:
        return {name: self.get(name) for name in self.component.state}

    def _called(self, values: Values, words: Sequence[str], keywords: dict[str, object]) -> Remote:
        one = self.component
        for name in one.parameters:
            self.component.place_of(name).put(self.roots, values[name])
        method: Remote = getattr(self.layer, one.forward_method)
        return method(*(values[word] for word in words), **keywords)

    def outputs(self) -> dict[str, Remote]:
        return {name: where.of(self.roots) for name, where in self.component.output_places.items()}

    def backward(self, upstream: Values) -> dict[str, Remote]:
        one = self.component
        if one.backward_method:
            method = getattr(self.layer, one.backward_method)
            known = {**self.values, **self.outputs(), **upstream}
            self.roots["backward"] = method(*(known[word] for word in one.backward_takes.split()))
        return {name: where.of(self.roots) for name, where in one.places.items()}


def _known(known: Mapping[str, Any], word: str) -> object:
    """A number, a size or an option, or a list of them."""
    if word.startswith("["):
        return [_known(known, each) for each in word.strip("[]").split()]
    return int(word) if word.isdigit() else known[word]
