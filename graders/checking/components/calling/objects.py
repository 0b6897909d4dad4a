"""An object of the student's under one check: how it is made, given its parameters, and called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.calling.calls import Values
from graders.checking.components.calling.layouts import Layout
from graders.checking.components.places import Place, place
from graders.checking.stand_ins import StandIns
from graders.checking.student import Given, Remote, Student

if TYPE_CHECKING:
    from graders.checking.components.calling.layers import Layer
    from graders.checking.components.cases.case import ComponentCase


class Object:
    """One object under one check."""

    def __init__(
        self, component: Layer, student: Student, case: ComponentCase, more: Mapping[str, object] | None = None
    ) -> None:
        self.component = component
        self.more = dict(more or {})
        self.student = student
        self.case = case
        if component.right_parts:
            student.replace_parts(StandIns(component.right_parts))
        self.layer: Remote = self._made(dict(case.sizes))
        self.roots = {"layer": self.layer}
        self.values: Values = {}

    def _made(self, sizes: Mapping[str, int]) -> Remote:
        one, known = self.component, {**sizes, **self.case.known}
        module, _, name = one.name.rpartition(".")
        found = {argument: _known(known, word) for argument, word in one.made_from.items()}
        found |= {argument: make(self.student, known) for argument, make in one.given.items()}
        usual = {name for name, value in one.defaults.items() if found[name] == value}
        named = {name: found[name] for name in found if name in {*one.defaults, *one.by_name} - usual}
        placed = [Given(name, found[name]) for name in found if name not in {*usual, *named}]
        layer: Remote = getattr(self.student(module), name)(*placed, **named, **self.more)
        if one.once_made:
            getattr(layer, one.once_made)()
        if one.made_by_forward:
            getattr(layer, one.forward_method)(*(self._other(name, sizes) for name in one.inputs))
        return layer

    def _other(self, name: str, sizes: Mapping[str, int]) -> np.ndarray:
        one = self.component
        more = {one.batch: sizes[one.batch] + 1} if one.batch in sizes else {}
        return one.array(self.case, name, one.inputs[name], "_other", **more)

    @cached_property
    def layout(self) -> Layout:
        """How the student's parameters lie, of those that may lie otherwise."""
        one, sizes = self.component, dict(self.case.sizes)
        if not one.layouts:
            return Layout({})
        apart = {name: 3 + 2 * place for place, name in enumerate(sizes)}
        square = len({*sizes.values()}) < len(sizes)
        layer = self._made(apart) if square else self.layer
        found = {name: one.place_of(name).of({"layer": layer}) for name in one.layouts}
        return Layout.of(one, self.student, found, apart if square else sizes)

    def get(self, name: str) -> Remote:
        """A parameter, or a state, as it is now."""
        return self.component.place_of(name).of(self.roots)

    def held(self, where: Place) -> Remote:
        """What is there now."""
        return where.of(self.roots)

    def called(self, name: str) -> str:
        """What a parameter, or a state, is called in messages."""
        return self.component.place_of(name).said_of(repr(self.layer))

    def forward(self, values: Values) -> Remote:
        """The output for these inputs, parameters and labels."""
        self.values = values
        self.roots["forward"] = self._called(values, self.component.forward_takes, {})
        return next(iter(self.outputs().values()))

    def evaluate(self, values: Values) -> Remote:
        """The output in evaluation."""
        one = self.component
        words = one.evaluation_takes.split() or one.forward_takes
        self.roots["forward"] = self._called(values, words, dict(one.evaluate))
        if one.evaluation_returns:
            return place(one.evaluation_returns).of(self.roots)
        return next(iter(self.outputs().values()))

    def set_state(self, state: Values) -> None:
        """Give it running averages and the like."""
        for name, array in state.items():
            self.component.place_of(name).put(self.roots, array)

    def state(self) -> dict[str, Remote]:
        """What they are now, by name."""
        return {name: self.get(name) for name in self.component.state}

    def _called(self, values: Values, words: Sequence[str], keywords: dict[str, object]) -> Remote:
        one = self.component
        for name in one.parameters:
            one.place_of(name).put(self.roots, self.layout.put(name, values[name]))
        method: Remote = getattr(self.layer, one.forward_method)
        return method(*(values[word] for word in words), **keywords)

    def outputs(self) -> dict[str, Remote]:
        """Each output of the last forward by its name."""
        return {name: where.of(self.roots) for name, where in self.component.output_places.items()}

    def backward(self, upstream: Values) -> dict[str, Remote]:
        """Each gradient by its input's name, after forward."""
        one = self.component
        if one.backward_method:
            layer = self._made(dict(self.case.sizes)) if one.stateless else self.layer
            known = {**self.values, **self.outputs(), **upstream}
            given = [_known(known, word) for word in one.backward_takes.split()]
            self.roots["backward"] = getattr(layer, one.backward_method)(*given)
        return {name: where.of(self.roots) for name, where in one.places.items()}


def _known(known: Mapping[str, Any], word: str) -> object:
    """A number, a size or an option, or a list or tuple of them."""
    if word[:1] in ("[", "("):
        several = [_known(known, each) for each in word.strip("[]()").split()]
        return several if word[:1] == "[" else tuple(several)
    return int(word) if word.isdigit() else known[word]
