"""How the code under check is called, once that has been found out, and the line that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graders.probe.anatomy import Parameter, Path, written
from graders.probe.arguments import CONSTANT, LABELS, Argument
from graders.probe.drawing import Array
from graders.probe.roles import UPSTREAM, Role
from graders.probe.subject import Subject


@dataclass(frozen=True)
class Held:
    """A parameter that the object holds, at one or several paths, and the value at which it is checked."""

    name: str
    paths: tuple[Path, ...]
    value: Array


@dataclass(frozen=True)
class Source:
    """Where a gradient is found: below the slot `returned` (by backward), `answer` (of forward) or `object`."""

    root: str
    path: Path = ()


@dataclass(frozen=True)
class Api:
    """Everything that a call needs.

    `output` leads from what forward returns to the array or scalar to differentiate; `shape` is its shape. A loss for
    each sample, whose backward takes no upstream gradient, is `summed`, and so `scalar`. `missing` are inputs and
    parameters that the output depends on and backward gives no gradient of.
    """

    subject: Subject
    arguments: tuple[Argument, ...]
    parameters: tuple[Held, ...] = ()
    output: Path = ()
    shape: tuple[int, ...] = ()
    scalar: bool = False
    summed: bool = False
    roles: tuple[tuple[Parameter, Role], ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def backward(self) -> str:
        """What runs backward, by name: forward itself where it returns the gradient too."""
        return self.subject.backward or self.subject.forward

    @property
    def takes_upstream(self) -> bool:
        """Whether backward is given an upstream gradient."""
        return any(role == UPSTREAM for _, role in self.roles)

    @property
    def local(self) -> tuple[str, ...]:
        """The input whose gradient is a local derivative, entry by entry."""
        return () if self.scalar or self.takes_upstream else tuple(self.sources)[:1]

    def values(self) -> dict[str, Array]:
        """Every floating array that forward depends on, by name."""
        arrays = {a.name: a.array for a in self.arguments if a.is_checked}
        return arrays | {p.name: p.value for p in self.parameters}


def describe(api: Api) -> str:
    """One line: what was taken for what."""
    parts = [_inputs(api), _parameters(api), _labels(api), _backward(api)]
    return "; ".join(part for part in parts if part)


def _inputs(api: Api) -> str:
    found = [f"{a.name} {a.array.shape}" for a in api.arguments if a.kind == "input"]
    return f"inputs: {', '.join(found)}" if found else ""


def _parameters(api: Api) -> str:
    own = [(p.name, p.value) for p in api.parameters]
    given = [(a.name, a.array) for a in api.arguments if a.kind == "parameter"]
    found = [f"{name} {value.shape}{_where(api.sources.get(name))}" for name, value in own + given]
    return f"parameters: {', '.join(found)}" if found else ""


def _where(source: Source | None) -> str:
    if source is None:
        return ", not checked"
    return f" with gradient {written(source.path)}" if source.root == "object" else ""


def _labels(api: Api) -> str:
    drawn = [f"labels: {a.name} {a.array.shape}, {a.about}" for a in api.arguments if a.kind == LABELS]
    fixed = [f"{a.name}={a.value!r}" for a in api.arguments if a.kind == CONSTANT]
    return "; ".join(drawn + ([f"fixed: {', '.join(fixed)}"] if fixed else []))


def _backward(api: Api) -> str:
    returned = [name for name, source in api.sources.items() if source.root in ("returned", "answer")]
    if not api.subject.backward:
        return f"{api.subject.forward} returns the loss and {_derivative(api, returned)}"
    said = [f"returns {_derivative(api, returned)}"] if returned else []
    said += [f"keeps the gradient of {text}" for text in _stored(api)]
    call = f"{api.subject.backward.rsplit('.', 1)[-1]}({', '.join(p.name for p, _ in api.roles)})"
    return f"{call} {' and '.join(said) or 'returns nothing'}{_of_what(api)}"


def _derivative(api: Api, returned: Sequence[str]) -> str:
    """What is returned, in words: gradients of these, or a local derivative."""
    if api.local:
        return f"the derivative of the output with respect to {api.local[0]}, entry by entry"
    return f"the gradient{'s' if len(returned) > 1 else ''} of {_listing(returned)}"


def _stored(api: Api) -> list[str]:
    """The inputs whose gradients the object keeps, and where."""
    inputs = {a.name for a in api.arguments}
    kept = {name: source for name, source in api.sources.items() if source.root == "object" and name in inputs}
    return [f"{name} in {written(source.path)}" for name, source in kept.items()]


def _of_what(api: Api) -> str:
    if api.summed:
        return f" of the sum of all {int(np.prod(api.shape))} losses"
    return " of a scalar loss" if api.scalar else ""


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"


def first_shape(api: Api) -> tuple[int, ...]:
    """The shape of the first input that has one: one of its axes, mostly the first, runs over the batch."""
    return next((a.array.shape for a in api.arguments if a.kind == "input" and a.array.ndim), ())
