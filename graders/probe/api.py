"""How the code under check is called, once that has been found out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graders.probe.anatomy import Parameter, Path
from graders.probe.arguments import Argument
from graders.probe.drawing import Array
from graders.probe.request import Shape
from graders.probe.roles import Role
from graders.probe.subject import Subject

MAX_ORDERS = 6


@dataclass(frozen=True)
class Held:
    """A parameter that the object holds, at one or several paths, and the value at which it is checked.

    One of which a tuple holds the array `is_filled`: the array stays, and its numbers change.
    """

    name: str
    paths: tuple[Path, ...]
    value: Array
    is_filled: bool = False


@dataclass(frozen=True)
class Source:
    """Where a gradient or an output is: below the slot `returned` (by backward), `answer` (of forward) or `object`.

    Of a parameter that backward has `moved`, the gradient is the step: what it was less what it is, by the rate.
    """

    root: str
    path: Path = ()

    @property
    def key(self) -> str:
        """Its key where it is in a dict that was returned; else nothing."""
        last = self.path[-1][1] if len(self.path) == 1 else 0
        return last if isinstance(last, str) and self.root == "answer" else ""

    @property
    def is_place_in_a_list(self) -> bool:
        """Whether backward returns it in a list inside of what it returns, by no name."""
        nested = len(self.path) > 1 if self.root == "returned" else self.root == "further" and len(self.path) > 0
        return nested and all(type(key) is int for _, key in self.path)


@dataclass(frozen=True)
class Rate:
    """A learning rate: given to backward, or held by the object at a path."""

    value: float
    path: Path = ()


@dataclass(frozen=True)
class Output:
    """One output: where it is, and its shape."""

    source: Source
    shape: Shape


@dataclass(frozen=True)
class Api:
    """Everything that a call needs.

    Several `outputs` are differentiated together, each with its upstream gradient, and those `beside` them are not. A
    `further` method may give the parameters' gradients. Losses for each sample, whose
    backward takes no upstream gradient, are `reduced` to their sum or mean, and so `scalar`. `missing` are inputs and
    parameters that an output depends on and backward gives no gradient of; `offsets` is what was added up in those
    gradients before, and `unclaimed` are arrays that backward returns beside them. Backward has `updated` these
    parameters, in place maybe. `restores` tells to put state and chance back before each forward pass; `moves` that the
    output depends on that state.
    """

    subject: Subject
    arguments: tuple[Argument, ...]
    parameters: tuple[Held, ...] = ()
    outputs: tuple[Output, ...] = ()
    beside: int = 0
    scalar: bool = False
    reduced: str = ""
    roles: tuple[tuple[Parameter, Role], ...] = ()
    further: bool = False
    further_roles: tuple[tuple[Parameter, Role], ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    rate: Rate | None = None
    caches: tuple[int | str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    unclaimed: int = 0
    offsets: Mapping[str, Array] = field(default_factory=dict)
    updated: frozenset[str] = frozenset()
    restores: bool = False
    moves: bool = False

    @property
    def shape(self) -> Shape:
        """The shape of the output, or how many entries several have together."""
        if len(self.outputs) == 1:
            return self.outputs[0].shape
        return (sum(math.prod(output.shape) for output in self.outputs),)

    @property
    def backward(self) -> str:
        """What runs backward, by name: forward itself where it returns the gradient too."""
        return self.subject.backward or self.subject.forward

    @property
    def takes_upstream(self) -> bool:
        """Whether backward is given an upstream gradient."""
        return any(kind in ("upstream", "upstreams") for _, (kind, _) in self.roles)

    @property
    def local(self) -> tuple[str, ...]:
        """The input whose gradient is a local derivative, entry by entry."""
        return () if self.scalar or self.takes_upstream else tuple(self.sources)[:1]

    @property
    def is_list_confirmed(self) -> bool:
        """Whether backward returns a gradient for each part of a list of inputs, in a list."""
        parts = [a.name for a in self.arguments if a.part_of and not a.key]
        return bool(parts) and [self.sources.get(name) for name in parts] == [
            Source("returned", (("item", k),)) for k in range(len(parts))
        ]

    def other_orders(self) -> list[Api]:
        """The same with parameters of one shape in another order, where only their places in a list tell them apart."""
        shapes = {p.name: p.value.shape for p in self.parameters}
        placed = [name for name, source in self.sources.items() if name in shapes and source.is_place_in_a_list]
        groups = [[name for name in placed if shapes[name] == shape] for shape in dict.fromkeys(shapes.values())]
        found = []
        for group in groups:
            for order in list(itertools.permutations(group))[1:MAX_ORDERS] if len(group) > 1 else []:
                swapped = {name: self.sources[other] for name, other in zip(group, order, strict=True)}
                found.append(replace(self, sources={**self.sources, **swapped}))
        return found

    def values(self) -> dict[str, Array]:
        """Every floating array that forward depends on, by name."""
        arrays = {a.name: a.array for a in self.arguments if a.is_checked}
        return arrays | {p.name: p.value for p in self.parameters}


def first_shape(api: Api) -> Shape:
    """The shape of the first input that has one: one of its axes, mostly the first, runs over the batch."""
    return next((a.array.shape for a in api.arguments if a.kind == "input" and a.array.ndim), ())
