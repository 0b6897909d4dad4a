"""How a component's student code is called: as a pair of functions, or as the methods of a class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from graders.checking.components.case import ComponentCase
from graders.checking.components.description import Component, unknown
from graders.checking.components.places import Place, place
from graders.checking.student import Given, Remote, Student, called

if TYPE_CHECKING:
    from graders.checking.components.standard import Standard

Values = Mapping[str, np.ndarray]
"""Inputs, parameters and labels by name."""


class Calls(Protocol):
    """One object of the student's, or a pair of functions, under one check."""

    def forward(self, values: Values) -> Remote:
        """The output for these inputs, parameters and labels."""

    def backward(self, upstream: np.ndarray | None) -> dict[str, Remote]:
        """Each gradient by its input's name, after forward."""

    def get(self, name: str) -> Remote:
        """A parameter, or a state, of an object as it is now."""

    def held(self, where: Place) -> Remote:
        """What lies there now."""

    def called(self, name: str) -> str:
        """What a parameter, or a state, is called in messages."""

    def set_state(self, state: Values) -> None:
        """Give it running averages and the like."""

    def state(self) -> dict[str, Remote]:
        """What they are now, by name."""

    def evaluate(self, values: Values) -> Remote:
        """The output in evaluation."""


@dataclass(frozen=True, kw_only=True)
class Functions(Component):
    """A pair of functions: forward gives the output and a cache that backward takes."""

    module: str
    """The module that has them, as the handout writes it."""
    forward: str
    """What forward is called."""
    backward: str = ""
    """What backward is called; empty where forward returns the value and its gradient."""
    takes: str = ""
    """What forward takes: names of inputs and labels, and `options`: `"x gamma beta options"`. Else all of them."""
    backward_takes: str = ""
    """The same of backward, of which `cache` is one: else the upstream gradient and the cache."""
    options_as: str = ""
    """What the dict is called that options are given in; else they are given by keyword. A state is kept in it, too."""
    returns: str = "forward[0]"
    """Where the output is."""
    cache: str = "forward[1]"
    """Where the cache is."""

    def __post_init__(self) -> None:
        """Fill in what is usual."""
        if not self.gradients:
            object.__setattr__(self, "gradients", self._usual_gradients())
        if not self.backward:
            object.__setattr__(self, "upstream", "")
        if not self.backward_takes:
            object.__setattr__(self, "backward_takes", f"{self.upstream} cache".strip())

    def _usual_gradients(self) -> dict[str, str]:
        names = list(self.arrays)
        if not self.backward:
            return {name: "forward[1]" if len(names) == 1 else f"forward[1]['{name}']" for name in names}
        return {name: f"backward[{index}]" if len(names) > 1 else "backward" for index, name in enumerate(names)}

    def faults(self) -> Iterator[str]:
        """And what forward and backward take."""
        yield from super().faults()
        labels = [self.labels.name] if self.labels else []
        yield from unknown("takes", self.forward_takes, [*self.arrays, *labels, "options"])
        upstream = [self.upstream] if self.upstream else []
        yield from unknown("backward_takes", self.backward_takes.split(), [*upstream, "cache", "options"])

    @property
    def forward_takes(self) -> list[str]:
        """What forward takes."""
        own = [*self.arrays, *([self.labels.name] if self.labels else []), *(["options"] if self.options else [])]
        return self.takes.split() or own

    @property
    def says_forward(self) -> str:
        """What forward is called in titles."""
        return self.forward

    @property
    def says_backward(self) -> str:
        """What gives the gradients."""
        return self.backward or self.forward

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module, and the functions."""
        return self.module, [name for name in (self.forward, self.backward) if name]

    def at(self, student: Student, case: ComponentCase) -> Calls:
        """The functions under one check."""
        return _Pair(self, student, dict(case.options))


@dataclass
class _Pair:
    component: Functions
    student: Student
    options: dict[str, object]
    roots: dict[str, Remote] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)

    def get(self, name: str) -> Remote:
        return self.roots["options"][name]

    def held(self, where: Place) -> Remote:
        return where.of(self.roots)

    def called(self, name: str) -> str:
        return name

    def set_state(self, state: Values) -> None:
        self.kept = dict(state)
        self.roots.pop("options", None)

    def state(self) -> dict[str, Remote]:
        return {name: self.get(name) for name in self.component.state}

    def evaluate(self, values: Values) -> Remote:
        changed = dict(self.component.evaluate)
        before, self.options = self.options, self.options | changed
        shared = self.roots.get("options")  # a dict, in which training has left its state
        if shared is not None:
            for name, value in changed.items():
                shared[name] = value
        output = self.forward(values)
        self.options = before
        if shared is not None:
            for name in changed:
                if name in before:
                    shared[name] = before[name]
                else:
                    shared.pop(name)
        return output

    def forward(self, values: Values) -> Remote:
        one = self.component
        function = getattr(self.student(one.module), one.forward)
        self.roots["forward"] = self._call(function, one.forward_takes, values)
        return called(place(one.returns).of(self.roots), one.output)

    def backward(self, upstream: np.ndarray | None) -> dict[str, Remote]:
        one = self.component
        if one.backward:
            function = getattr(self.student(one.module), one.backward)
            known = {} if upstream is None else {one.upstream: upstream}
            self.roots["backward"] = self._call(function, one.backward_takes.split(), known)
        found = {name: where.of(self.roots) for name, where in one.places.items()}
        return {name: called(remote, one.gradient_called(name)) for name, remote in found.items()}

    def _call(self, function: Remote, words: Sequence[str], values: Values) -> Remote:
        positional: list[object] = []
        keywords: dict[str, object] = {}
        for word in words:
            if word == "options" and not self.component.options_as:
                keywords |= self.options
            else:
                positional.append(self._given(word, values))
        return function(*positional, **keywords)

    def _given(self, word: str, values: Values) -> object:
        if word == "options":
            if "options" not in self.roots:  # one dict for all calls: some keep their state in it
                made = self.student("builtins").dict(**self.options, **self.kept)
                self.roots["options"] = called(made, self.component.options_as)
            return self.roots["options"]
        if word == "cache":
            return called(place(self.component.cache).of(self.roots), "cache")
        return values[word]


@dataclass(frozen=True, kw_only=True)
class Layer(Component):
    """A class: an object is made, its parameters are set, and its methods are called."""

    name: str
    """The class with its module: `mytorch.nn.Linear`."""
    new: str | Mapping[str, str] = ""
    """What an object is made from: names of sizes or options that its constructor's arguments have, or a dict from
    arguments to these, or to numbers."""
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
    """What backward takes; else the upstream gradient."""
    forward_method: str = "forward"
    """What the method is called."""
    backward_method: str = "backward"
    """What the method is called."""
    returns: str = "forward"
    """Where the output is."""

    keeps_state: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Fill in what is usual: the gradient in the first input is returned, the others are kept under their names."""
        if not self.gradients:
            first, *others = self.arrays
            kept = {name: f"layer.{self.called.get(name, f'd{name}')}" for name in others}
            object.__setattr__(self, "gradients", {first: "backward", **kept})
        if not self.backward_takes:
            object.__setattr__(self, "backward_takes", self.upstream)

    def faults(self) -> Iterator[str]:
        """And what its constructor and methods take."""
        yield from super().faults()
        labels = [self.labels.name] if self.labels else []
        yield from unknown("takes", self.forward_takes, [*self.inputs, *labels])
        yield from unknown("backward_takes", self.backward_takes.split(), [self.upstream] if self.upstream else [])
        words = [word for word in self.made_from.values() if not word.isdigit()]
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
        return self.backward_method

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module, and the class."""
        module, _, name = self.name.rpartition(".")
        return module, [name]

    def stand_ins(self, standard: Standard) -> dict[str, type]:
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
        known: dict[str, Any] = {**dict(case.sizes), **dict(case.options)}
        found = {argument: _known(known, word) for argument, word in component.made_from.items()}
        given = [Given(argument, value) for argument, value in found.items() if argument not in component.defaults]
        others = {name: found[name] for name, usual in component.defaults.items() if found[name] != usual}
        self.layer: Remote = getattr(student(module), name)(*given, **others)
        self.roots = {"layer": self.layer}

    def get(self, name: str) -> Remote:
        return self.component.place_of(name).of(self.roots)

    def held(self, where: Place) -> Remote:
        return where.of(self.roots)

    def called(self, name: str) -> str:
        return self.component.place_of(name).said_of(repr(self.layer))

    def forward(self, values: Values) -> Remote:
        return self._forward(values, {})

    def evaluate(self, values: Values) -> Remote:
        return self._forward(values, dict(self.component.evaluate))

    def set_state(self, state: Values) -> None:
        for name, array in state.items():
            self.component.place_of(name).put(self.roots, array)

    def state(self) -> dict[str, Remote]:
        return {name: self.get(name) for name in self.component.state}

    def _forward(self, values: Values, keywords: dict[str, object]) -> Remote:
        one = self.component
        for name in one.parameters:
            self.component.place_of(name).put(self.roots, values[name])
        method = getattr(self.layer, one.forward_method)
        self.roots["forward"] = method(*(values[word] for word in one.forward_takes), **keywords)
        return place(one.returns).of(self.roots)

    def backward(self, upstream: np.ndarray | None) -> dict[str, Remote]:
        one = self.component
        method = getattr(self.layer, one.backward_method)
        known = {} if upstream is None else {one.upstream: upstream}
        self.roots["backward"] = method(*(known[word] for word in one.backward_takes.split()))
        return {name: where.of(self.roots) for name, where in one.places.items()}


def _known(known: Mapping[str, Any], word: str) -> object:
    return int(word) if word.isdigit() else known[word]
