"""How a component is called that is a pair of functions, of which the first may give the gradients, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graders.checking.components.calling.calls import Calls, Values
from graders.checking.components.calling.layouts import Layout
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.description import Component, unknown
from graders.checking.components.places import Place, place
from graders.checking.student import Remote, Student, called

if TYPE_CHECKING:
    from graders.checking.components.standard.standard import Standard


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
    """What forward takes: names of inputs and labels, `options`, and single ones of these that are given by place:
    `"x gamma beta G options"`. Else all of them."""
    backward_takes: str = ""
    """The same of backward: upstream gradients, `cache`, `options`, what forward was given or has returned, by name.
    Else the upstream gradients and the cache."""
    options_as: str = ""
    """What the dict is called that options are given in; else they are given by keyword. A state is kept in it, too."""
    returns: str = "forward[0]"
    cache: str = ""
    """Where the cache is: else behind the outputs, `forward[1]` where there is one."""

    def __post_init__(self) -> None:
        """Fill in what is usual."""
        if not self.gradients:
            object.__setattr__(self, "gradients", self._usual_gradients())
        if not self.backward:
            object.__setattr__(self, "upstream", "")
        if not self.cache:
            object.__setattr__(self, "cache", f"forward[{len(self.outputs) or 1}]")
        if not self.backward_takes:
            object.__setattr__(self, "backward_takes", " ".join([*self.upstreams.values(), "cache"]))

    def _usual_gradients(self) -> dict[str, str]:
        names = self.differentiable
        if not self.backward:
            return {name: "forward[1]" if len(names) == 1 else f"forward[1]['{name}']" for name in names}
        return {name: f"backward[{index}]" if len(names) > 1 else "backward" for index, name in enumerate(names)}

    def faults(self) -> Iterator[str]:
        """And what forward and backward take."""
        yield from super().faults()
        labels = [self.labels.name] if self.labels else []
        yield from unknown("takes", self.forward_takes, [*self.arrays, *labels, *self.options, "options"])
        known = [*self.known_after_forward, "cache", "options"]
        yield from unknown("backward_takes", self.backward_takes.split(), known)

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

    def stand_ins(self, standard: Standard) -> dict[str, Callable[..., object]]:
        """Right functions by their names."""
        from graders.checking.components.calling.right_functions import right_functions

        return right_functions(self, standard)

    @property
    def right(self) -> dict[str, Callable[..., object]]:
        """The same, for what is to be marked on them."""
        return self.stand_ins(self.standard(self.forward))

    def at(self, student: Student, case: ComponentCase) -> Calls:
        """The functions under one check."""
        return _Pair(self, student, case.given)


@dataclass
class _Pair:
    component: Functions
    student: Student
    options: dict[str, object]
    roots: dict[str, Remote] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    values: Values = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        return Layout({})

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
        if not self.component.state:
            return self._evaluate_with_own_dict(values)
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

    def _evaluate_with_own_dict(self, values: Values) -> Remote:
        """With a dict that nothing changes later: a cache may hold it."""
        before, shared = self.options, self.roots.pop("options", None)
        self.options = before | dict(self.component.evaluate)
        output = self.forward(values)
        self.options = before
        self.roots.pop("options", None)
        if shared is not None:
            self.roots["options"] = shared
        return output

    def forward(self, values: Values) -> Remote:
        one = self.component
        self.values = values
        function = getattr(self.student(one.module), one.forward)
        self.roots["forward"] = self._call(function, one.forward_takes, values)
        return next(iter(self.outputs().values()))

    def outputs(self) -> dict[str, Remote]:
        return {name: called(where.of(self.roots), name) for name, where in self.component.output_places.items()}

    def backward(self, upstream: Values) -> dict[str, Remote]:
        one = self.component
        if one.backward:
            function = getattr(self.student(one.module), one.backward)
            known = {**self.values, **self.outputs(), **upstream}
            self.roots["backward"] = self._call(function, one.backward_takes.split(), known)
        found = {name: where.of(self.roots) for name, where in one.places.items()}
        return {name: called(remote, one.gradient_called(name)) for name, remote in found.items()}

    def _call(self, function: Remote, words: Sequence[str], known: Mapping[str, object]) -> Remote:
        positional: list[object] = []
        keywords: dict[str, object] = {}
        for word in words:
            if word == "options" and not self.component.options_as:
                keywords |= self._together
            else:
                positional.append(self._given(word, known))
        return function(*positional, **keywords)

    def _given(self, word: str, known: Mapping[str, object]) -> object:
        if word == "options":
            if "options" not in self.roots:  # one dict for all calls: some keep their state in it
                made = self.student("builtins").dict(**self._together, **self.kept)
                self.roots["options"] = called(made, self.component.options_as)
            return self.roots["options"]
        if word == "cache":
            return called(place(self.component.cache).of(self.roots), "cache")
        return self.options[word] if word in self.options else known[word]

    @property
    def _together(self) -> dict[str, object]:
        """The options that aren't given by their places."""
        return {name: value for name, value in self.options.items() if name not in self.component.forward_takes}
