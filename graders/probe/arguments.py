"""Which array is given for which argument of the forward pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.errors import UsageError
from graders.probe.drawing import Drawing
from graders.probe.naming import is_labels
from graders.probe.request import Labels, Request, Shape
from graders.probe.subject import Subject

INPUT, PARAMETER, LABELS, CONSTANT = "input", "parameter", "labels", "constant"


@dataclass(frozen=True)
class Argument:
    """One argument of forward: an `input`, a `parameter` (of a function), `labels`, or a `constant`."""

    name: str
    kind: str
    value: Any
    by_name: bool = False
    about: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether it could have a gradient."""
        return self.kind in (INPUT, PARAMETER)


@dataclass(frozen=True)
class Plan:
    """The arguments still without values: (name, kind, shape or constant, by name)."""

    slots: tuple[tuple[str, str, Any, bool], ...]
    labels: str = ""

    def draw(self, drawing: Drawing, labels: Labels | None, *, positive: bool = False) -> tuple[Argument, ...]:
        """Values for all of them."""
        first: Shape = next((shape for _, kind, shape, _ in self.slots if kind == INPUT), ())
        return tuple(_draw(*slot, drawing, labels, first, positive) for slot in self.slots)


def _draw(
    name: str,
    kind: str,
    what: Any,
    by_name: bool,
    drawing: Drawing,
    labels: Labels | None,
    first: Shape,
    positive: bool,
) -> Argument:
    if kind == CONSTANT:
        return Argument(name, kind, what, by_name)
    if kind == LABELS:
        assert labels is not None
        return Argument(name, kind, drawing.labels(labels, first), by_name, labels)
    value = drawing.parameter(what) if kind == PARAMETER else drawing.input(what, positive=positive)
    return Argument(name, kind, value, by_name)


def plan(subject: Subject, request: Request) -> Plan:
    """Give every argument of forward a shape or a value; UsageError says which is without, or left over."""
    shapes = list(request.inputs)
    params = {} if subject.is_object else dict(request.params)
    constants = dict(request.constants)
    slots: list[tuple[str, str, Any, bool]] = []
    labels, gap = "", False
    for name, kind, required in _taken(subject, len(shapes)):
        by_name = gap or kind == "KEYWORD_ONLY"
        if name in constants:
            slots.append((name, CONSTANT, constants.pop(name), by_name))
        elif name in params:
            slots.append((name, PARAMETER, params.pop(name), by_name))
        elif shapes and (required or not _more(subject, name, params, constants)):
            slots.append((name, INPUT, shapes.pop(0), by_name))
        elif required and slots and not labels and (request.labels or is_labels(name)):
            labels = name
            slots.append((name, LABELS, None, by_name))
        elif required:
            raise UsageError(_lacking(subject, name))
        else:
            gap = True
    _refuse_left_over(subject, shapes, params, constants)
    if not subject.is_object and not any(kind in (INPUT, PARAMETER) for _, kind, _, _ in slots):
        raise UsageError(f"{subject.forward} is called without an array: give its shape, as in --input 5,3")
    if request.labels and not labels:
        raise UsageError(f"--labels: every argument of {subject.forward} has a value already")
    return Plan(tuple(slots), labels)


def _taken(subject: Subject, count: int) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    for p in subject.takes:
        if p.kind == "VAR_POSITIONAL":
            found += [(f"{p.name}{k}", "POSITIONAL_ONLY", True) for k in range(max(count - len(found), 0))]
        elif p.kind != "VAR_KEYWORD":
            found.append((p.name, p.kind, p.required))
    return found


def _more(subject: Subject, name: str, params: Mapping[str, Any], constants: Mapping[str, Any]) -> bool:
    """Whether an argument that must be given comes after this one."""
    names = [p.name for p in subject.takes]
    after = subject.takes[names.index(name) + 1 :] if name in names else ()
    return any(p.required and p.name not in params and p.name not in constants and p.kind[:3] != "VAR" for p in after)


def _lacking(subject: Subject, name: str) -> str:
    names = [p.name for p in subject.takes if p.required]
    return (
        f"{subject.forward} takes {', '.join(names)}, but {name} has no shape: "
        f"give --input for each of them, or --arg {name}=VALUE"
    )


def _refuse_left_over(
    subject: Subject, shapes: Sequence[Shape], params: Mapping[str, Any], rest: Mapping[str, Any]
) -> None:
    names = ", ".join(p.name for p in subject.takes) or "none"
    if shapes:
        raise UsageError(f"{subject.forward} has no argument for --input {_comma(shapes[0])}; it takes {names}")
    if params or rest:
        option = "--param" if params else "--arg"
        raise UsageError(
            f"{subject.forward} has no argument for {option} {next(iter(params or rest))}; it takes {names}"
        )


def _comma(shape: Shape) -> str:
    return ",".join(map(str, shape))


def written(arguments: Sequence[Argument]) -> str:
    """The call's arguments as a message shows them."""
    return ", ".join(f"{a.name}={a.name}" if a.by_name else a.name for a in arguments)


def shapes_of(arguments: Sequence[Argument]) -> str:
    """`A is (5, 3), Y is (5,)`."""
    arrays = [a for a in arguments if isinstance(a.value, np.ndarray)]
    return ", ".join(f"{a.name} is {a.value.shape}" for a in arrays)
