"""How a component is called that is a class: an object is made, and its methods are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graders.checking.components.calling.calls import Calls
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.description import Component, unknown
from graders.checking.components.places import Place, place
from graders.checking.student import Student

if TYPE_CHECKING:
    from graders.checking.components.standard.standard import Standard

Made = Callable[[Student, Mapping[str, Any]], object]
"""An argument of a constructor, made of the submission and of sizes and options by name."""


@dataclass(frozen=True, kw_only=True)
class Layer(Component):
    """A class: an object is made, its parameters are set, and its methods are called."""

    name: str
    """The class with its module: `mytorch.nn.Linear`."""
    new: str | Mapping[str, str] = ""
    """What an object is made from: names of sizes or options that its constructor's arguments have, or a dict from
    arguments to these, to numbers, or to lists or tuples of them, `{"hidden_dims": "[H1 H2]"}`."""
    defaults: Mapping[str, object] = field(default_factory=dict)
    """Arguments of the constructor that are given by name, unless they have this value, which is the default."""
    given: Mapping[str, Made] = field(default_factory=dict)
    """Arguments of the constructor that a function makes, of the submission and of sizes and options by name: a tuple,
    or a name that not all years have. One that `new` has, too, stands in its place."""
    by_name: frozenset[str] | set[str] = frozenset()
    """Arguments of the constructor that are given by name; else they go by their places."""
    accepts: Mapping[str, object] = field(default_factory=dict)
    """What the constructor takes besides, with its defaults, where a right part stands in for a submission's own:
    `{"debug": False}`. Nothing gives it in a check."""
    set_at: Mapping[str, str] = field(default_factory=dict)
    """Where a parameter, or a state, is, if not in the attribute of its name: `{"W": "layer.params['W']"}`."""
    takes: str = ""
    """What forward takes, by the names of inputs and labels; else all of them."""
    backward_takes: str = ""
    """What backward takes: upstream gradients, and what forward was given or has returned, by name, or a number; else
    the former."""
    once_made: str = ""
    """A method that is called once an object is made: `init_weights`."""
    made_by_forward: bool = False
    """Whether the first forward makes the parameters: there is one, on other inputs, before they are set."""
    stateless: bool = False
    """Whether backward is given all that it needs, `backward_takes="Z dY"`: it is called on another object."""
    layouts: Mapping[str, str] = field(default_factory=dict)
    """Other shapes that parameters may have: `{"W": "d m"}` for weights `m d`, `{"b": "m"}` for a bias `1 m`. What a
    new object has says which; the gradient is laid out like its parameter, one without axes of 1 either way."""
    forward_method: str = "forward"
    """What the method is called."""
    backward_method: str = "backward"
    """What the method is called; empty where forward gives the gradients, too, as a network's `loss` does."""
    right_parts: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    """Right classes and functions in place of the submission's, by their dotted names: it is marked on these."""
    evaluation_takes: str = ""
    """What forward takes in evaluation, where that is something else: `"X"`, without labels."""
    evaluation_returns: str = ""
    """Where the output is then, if in another place."""
    evaluation_output: str = ""
    """What the output is called then, if otherwise: `scores`."""

    @property
    def made_in(self) -> str:
        """Where a new object's parameters are made."""
        return self.once_made or ("the first forward" if self.made_by_forward else "__init__")

    @property
    def keeps_state(self) -> bool:
        """Whether an object remembers its forward."""
        return not self.stateless

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
        taken = [word for word in self.backward_takes.split() if not word.isdigit()]
        yield from unknown("backward_takes", taken, self.known_after_forward)
        yield from unknown("evaluation_takes", self.evaluation_takes.split(), [*self.inputs, *labels])
        words = [
            word for words in self.made_from.values() for word in words.strip("[]()").split() if not word.isdigit()
        ]
        yield from unknown("new", words, [*self.pools, *self.options])
        yield from unknown("defaults", self.defaults, self.made_from)
        yield from unknown("by_name", self.by_name, [*self.made_from, *self.given])
        yield from unknown("layouts", self.layouts, self.parameters)

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
        more = self.backward_takes not in ("", " ".join(self.upstreams.values()))
        takes = f"({', '.join(self.backward_takes.split())})" if more else ""
        return f"{self.backward_method}{takes}" if self.backward_method else self.says_forward

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
        from graders.checking.components.calling.stand_in import can_stand_in, stand_in

        return {self.name: stand_in(standard, self)} if can_stand_in(self) else {}

    def at(self, student: Student, case: ComponentCase, **more: object) -> Calls:
        """A new object under one check, whose constructor is given more."""
        from graders.checking.components.calling.objects import Object

        return Object(self, student, case, more)
