"""How a student's optimiser is called: an object over layers or parameters, or a function that is given everything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from graders.checking.components.description import unknown
from graders.checking.components.optimizers.case import OptimizerCase
from graders.checking.components.optimizers.description import Optimising
from graders.checking.components.places import place
from graders.checking.student import Given, Remote, Student, called

ROOTS = ("optimizer", "layer", "config", "result")
_PAIR = re.compile(r"(\w+)\[\d+\]")
MODEL, LAYERS, LAYER, DICTS = "model", "layers", "layer", "params grads"
Start = Mapping[str, object]
"""What was kept of earlier steps, by the rule's names."""


class Descent(Protocol):
    """An optimiser of the student's at work under one check."""

    def step(self, index: int, rate: float | None) -> None:
        """One step with the gradients of this number; `rate` is a new learning rate."""

    def parameter(self, name: str, layer: int) -> Remote:
        """A parameter as it is now."""

    def kept(self, word: str, name: str, layer: int) -> Remote:
        """What is kept for a parameter now."""


@dataclass(frozen=True, kw_only=True)
class Optimizer(Optimising):
    """A class: an object is made of a model, and a method takes a step with the gradients that its layers hold."""

    name: str
    """The class with its module: `mytorch.optim.SGD`."""
    given: str = MODEL
    """What its constructor is given: `model`, an object with a list `layers`, or `layers`, that list itself (of
    parameters, say, as in PyTorch); empty where only options are."""
    model_layers: str = "layers"
    """What the model calls its layers."""
    layer: str = ""
    """The class of the submission, with its module, that layers pass for: `mytorch.nn.Linear`."""
    every: int = 1
    """Every how many of the model's layers has parameters: 2 where there are activations between them."""
    gradients: Mapping[str, str] = field(default_factory=lambda: {"W": "dLdW", "b": "dLdb"})
    """Which attribute of a layer holds the gradient in a parameter: `{"W": "dLdW"}`, `{"data": "grad"}`."""
    step_method: str = "step"
    """What the method is called that takes a step."""
    step_takes: str = ""
    """What that is given: nothing, `layer` (it is called for each), or `params grads`: dicts with `W1`, `b1`, `W2`."""
    before_step: str = ""
    """A method that is called before each step, if any."""
    after_step: str = ""
    """A method that is called after each step, if any."""

    def faults(self) -> Iterator[str]:
        """And what is given to it."""
        yield from super().faults()
        yield from unknown("given", [self.given], [MODEL, LAYERS, ""])
        yield from unknown("step_takes", [self.step_takes], [LAYER, DICTS, ""])
        yield from unknown("gradients", self.gradients, self.parameters)

    @property
    def says(self) -> str:
        """What takes a step, in titles."""
        return self.step_method

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module, and the class."""
        module, _, name = self.name.rpartition(".")
        return module, [name]

    @property
    def most_layers(self) -> int:
        """As many as there may be."""
        return 99

    def at(self, student: Student, case: OptimizerCase, options: Mapping[str, float]) -> Descent:
        """A new object under one check."""
        return _Object(self, student, case, options)


class _Object:
    def __init__(
        self, component: Optimizer, student: Student, case: OptimizerCase, options: Mapping[str, float]
    ) -> None:
        self.component, self.student, self.case = component, student, case
        self.numbers = range(len(case.layers))
        self.layers = [self._layer(number) for number in self.numbers]
        self.params = self._params() if component.step_takes == DICTS else None
        module, _, name = component.name.rpartition(".")
        self.optimizer = getattr(student(module), name)(*self._given(), **in_pairs(options))

    def _layer(self, layer: int) -> Remote:
        one = self.component
        arrays = {name: self._start(name, layer) for name in one.parameters}
        gradients = {said: self._gradient(name, layer, 0) for name, said in one.gradients.items()}
        return self.student.namespace(LAYER, one.layer, **arrays, **gradients)

    def _start(self, name: str, layer: int) -> object:
        return self.case.parameter(name, layer, self.component.shape(self.case, name, layer))

    def _gradient(self, name: str, layer: int, step: int) -> object:
        return self.case.gradient(name, layer, step, self.component.shape(self.case, name, layer))

    def _given(self) -> list[Given]:
        one = self.component
        between = [self.student.namespace("activation", "Activation") for _ in range(one.every - 1)]
        layers = [each for layer in self.layers for each in (layer, *between)]
        if one.given == MODEL:
            return [Given(MODEL, self.student.namespace(MODEL, "Model", **{one.model_layers: layers}))]
        return [Given(LAYERS, layers)] if one.given else []

    def _params(self) -> Remote:
        return self._dict({self._key(n, i): self._start(n, i) for i in self.numbers for n in self.component.parameters})

    def _dict(self, named: Mapping[str, object]) -> Remote:
        return self.student("builtins").dict(**named)

    @staticmethod
    def _key(name: str, layer: int) -> str:
        return f"{name}{layer + 1}"

    def step(self, index: int, rate: float | None) -> None:
        one = self.component
        for number, layer in enumerate(self.layers):
            for name, said in one.gradients.items():
                setattr(layer, said, self._gradient(name, number, index))
        if rate is not None:
            setattr(self.optimizer, one.rate_called, rate)
        self._called(one.before_step)
        self._step(index)
        self._called(one.after_step)

    def _called(self, method: str) -> None:
        if method:
            getattr(self.optimizer, method)()

    def _step(self, index: int) -> None:
        one = self.component
        method = getattr(self.optimizer, one.step_method)
        if one.step_takes == LAYER:
            for layer in self.layers:
                method(layer)
        elif self.params is not None:
            gradients = {self._key(n, i): self._gradient(n, i, index) for i in self.numbers for n in one.parameters}
            method(called(self.params, "params"), called(self._dict(gradients), "grads"))
        else:
            method()

    def parameter(self, name: str, layer: int) -> Remote:
        if self.params is not None:
            return called(self.params, "params")[self._key(name, layer)]
        found: Remote = getattr(self.layers[layer], name)
        return found

    def kept(self, word: str, name: str, layer: int) -> Remote:
        text = self.component.kept[word].format(name=name, layer=layer, key=self._key(name, layer))
        return place(text, ROOTS).of({"optimizer": self.optimizer, LAYER: self.layers[layer]})


@dataclass(frozen=True, kw_only=True)
class Update(Optimising):
    """A function that takes one step of one parameter, and is told all that it needs: `w, dw, config`."""

    module: str
    """The module that has it, as the handout writes it."""
    function: str
    """What it is called."""
    parameters: Mapping[str, str] = field(default_factory=lambda: {"w": "n m | n | n m 2"})
    """The parameter with its shapes, of which each case has one: `{"w": "n m | n"}`."""
    gradient: str = "dw"
    """What the handout calls its gradient."""
    takes: str = ""
    """What the function takes: the parameter, the gradient, `config` (a dict of the options, which holds its state,
    too) or single options: `"w dw lr"`. Else parameter, gradient and `config`."""
    returns: str = "result[0]"
    """Where the new parameter is."""
    config: str = "result[1]"
    """Where the dict is that the next step is given; empty where it is the same one."""

    def faults(self) -> Iterator[str]:
        """And what the function takes."""
        yield from super().faults()
        if len(self.parameters) != 1:
            yield f"parameters names {len(self.parameters)}, but a function takes one at a time"
        yield from unknown("takes", self.given, [*self.parameters, self.gradient, "config", *self.options])

    @property
    def given(self) -> list[str]:
        """What the function takes."""
        return self.takes.split() or [*self.parameters, self.gradient, "config"]

    @property
    def says(self) -> str:
        """What takes a step, in titles."""
        return f"{self.function}({', '.join(self.given)})"

    @property
    def asks_for(self) -> tuple[str, list[str]]:
        """The module, and the function."""
        return self.module, [self.function]

    @property
    def most_layers(self) -> int:
        """One parameter."""
        return 1

    def at(self, student: Student, case: OptimizerCase, options: Mapping[str, float]) -> Descent:
        """The function under one check."""
        return FunctionInTurn(self, student, case, options)


class FunctionInTurn:
    """The function, step by step: what it returned is what it is given next."""

    def __init__(
        self,
        component: Update,
        student: Student,
        case: OptimizerCase,
        options: Mapping[str, float],
        start: Start | None = None,
    ) -> None:
        self.component, self.student, self.case = component, student, case
        self.options = dict(options)
        (self.name,) = component.parameters
        self.w: object = case.parameter(self.name, 0, component.shape(case, self.name, 0))
        self.roots: dict[str, Remote] = {}
        if "config" in component.given and (options or start):
            self.roots["config"] = called(student("builtins").dict(**options), "config")
        for word, value in (start or {}).items():
            place(component.kept[word], ROOTS).put(self.roots, value)

    def step(self, index: int, rate: float | None) -> None:
        """One step."""
        one = self.component
        if rate is not None and "config" in self.roots:
            self.roots["config"][one.rate_called] = rate
        if rate is not None:
            self.options[one.rate_called] = rate
        function = getattr(self.student(one.module), one.function)
        self.roots["result"] = function(*self._arguments(index))
        self.w = called(place(one.returns, ROOTS).of(self.roots), f"next_{self.name}")
        if "config" in one.given and one.config:
            self.roots["config"] = called(place(one.config, ROOTS).of(self.roots), "config")

    def _arguments(self, index: int) -> Iterator[object]:
        one = self.component
        for word in one.given:
            if word == self.name:
                yield self.w
            elif word == one.gradient:
                yield self.case.gradient(self.name, 0, index, one.shape(self.case, self.name, 0))
            elif word == "config":
                if "config" in self.roots:  # else it is left out, and is None by default
                    yield self.roots["config"]
            else:
                yield self.options[word]

    def parameter(self, name: str, layer: int) -> Remote:  # noqa: ARG002 - there is only one
        """What was returned last."""
        assert isinstance(self.w, Remote)
        return self.w

    def kept(self, word: str, name: str, layer: int) -> Remote:  # noqa: ARG002 - there is only one
        """What is in the dict now."""
        return place(self.component.kept[word], ROOTS).of(self.roots)


def in_pairs(options: Mapping[str, float]) -> dict[str, object]:
    """Arguments by their names: `betas[0]` and `betas[1]` are given as one tuple."""
    found: dict[str, object] = {}
    for name, value in options.items():
        match = _PAIR.fullmatch(name)
        if match is None:
            found[name] = value
            continue
        before = found.get(match[1], ())
        assert isinstance(before, tuple)
        found[match[1]] = (*before, value)
    return found
