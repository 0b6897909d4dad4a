"""Which array is given for which argument of the forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graders import UsageError
from graders.probe.drawing import Array, Drawing
from graders.probe.naming import is_labels
from graders.probe.request import Labels, Request, Shape
from graders.probe.subject import Subject

INPUT, PARAMETER, LABELS, CONSTANT = "input", "parameter", "labels", "constant"


@dataclass(frozen=True)
class Argument:
    """One argument of forward: an `input`, a `parameter` (of a function), `labels`, or a `constant`."""

    name: str
    kind: str
    value: object
    by_name: bool = False
    about: str = ""

    @property
    def array(self) -> Array:
        """Its value, if it is no constant."""
        assert isinstance(self.value, np.ndarray)
        return self.value

    @property
    def is_checked(self) -> bool:
        """Whether it could have a gradient."""
        return self.kind in (INPUT, PARAMETER)


@dataclass(frozen=True)
class Slot:
    """An argument without its value: what `kind` it is, the shape to draw, or the value of a constant."""

    name: str
    kind: str
    by_name: bool
    shape: Shape = ()
    constant: object = None


@dataclass(frozen=True)
class Plan:
    """The arguments still without values, and which of them the labels are, if any."""

    slots: tuple[Slot, ...]
    labels: str = ""

    def draw(self, drawing: Drawing, labels: Labels | None, *, positive: bool = False) -> tuple[Argument, ...]:
        """Values for all of them."""
        first: Shape = next((slot.shape for slot in self.slots if slot.kind == INPUT), ())
        return tuple(_drawn(slot, drawing, labels, first, positive) for slot in self.slots)


def _drawn(slot: Slot, drawing: Drawing, labels: Labels | None, first: Shape, positive: bool) -> Argument:
    name, kind, by_name = slot.name, slot.kind, slot.by_name
    if kind == CONSTANT:
        return Argument(name, kind, slot.constant, by_name)
    if kind == LABELS:
        assert labels is not None
        return Argument(name, kind, drawing.labels(labels, first), by_name, labels)
    value = drawing.parameter(slot.shape) if kind == PARAMETER else drawing.input(slot.shape, positive=positive)
    return Argument(name, kind, value, by_name)


def plan(subject: Subject, request: Request) -> Plan:
    """Give every argument of forward a shape or a value; UsageError says which is without, or left over."""
    dealer = _Dealer(subject, request)
    for name, kind, required in _taken(subject, len(request.inputs)):
        dealer.give(name, required, is_keyword=kind == "KEYWORD_ONLY")
    dealer.refuse_left_over()
    found = Plan(tuple(dealer.slots), dealer.labels)
    if not subject.is_object and not any(slot.kind in (INPUT, PARAMETER) for slot in found.slots):
        raise UsageError(f"{subject.forward} is called without an array: give its shape, as in --input 5,3")
    if request.labels and not found.labels:
        raise UsageError(f"--labels: every argument of {subject.forward} has a value already")
    return found


class _Dealer:
    """Deals out to the arguments of forward, one after the other, what the command gives."""

    def __init__(self, subject: Subject, request: Request) -> None:
        self.slots: list[Slot] = []
        self.labels = ""
        self._subject = subject
        self._any_name_is_labels = bool(request.labels)
        self._shapes = list(request.inputs)
        self._params = {} if subject.is_object else dict(request.params)
        self._constants = dict(request.constants)
        self._gap = False

    def give(self, name: str, required: bool, *, is_keyword: bool) -> None:
        """Give the next argument what it is to have; what follows one that keeps its default is given by name."""
        slot = self._slot(name, required, self._gap or is_keyword)
        if slot is None:
            self._gap = True
        else:
            self.slots.append(slot)

    def _slot(self, name: str, required: bool, by_name: bool) -> Slot | None:
        if name in self._constants:
            return Slot(name, CONSTANT, by_name, constant=self._constants.pop(name))
        if name in self._params:
            return Slot(name, PARAMETER, by_name, self._params.pop(name))
        if self._shapes and (required or not self._more_after(name)):
            return Slot(name, INPUT, by_name, self._shapes.pop(0))
        if not required:
            return None
        if not self._is_labels(name):
            raise UsageError(_lacking(self._subject, name))
        self.labels = name
        return Slot(name, LABELS, by_name)

    def _is_labels(self, name: str) -> bool:
        """Whether it is taken for the labels: never the first argument, and only one."""
        return bool(self.slots) and not self.labels and (self._any_name_is_labels or is_labels(name))

    def _more_after(self, name: str) -> bool:
        """Whether an argument that must be given comes after this one."""
        takes = self._subject.takes
        names = [p.name for p in takes]
        after = takes[names.index(name) + 1 :] if name in names else ()
        given = self._params.keys() | self._constants.keys()
        return any(p.required and p.name not in given and p.kind[:3] != "VAR" for p in after)

    def refuse_left_over(self) -> None:
        """UsageError where something was given that no argument takes."""
        forward = self._subject.forward
        names = ", ".join(p.name for p in self._subject.takes) or "none"
        if self._shapes:
            shape = ",".join(map(str, self._shapes[0]))
            raise UsageError(f"{forward} has no argument for --input {shape}; it takes {names}")
        for option, rest in (("--param", self._params), ("--arg", self._constants)):
            for name in rest:
                raise UsageError(f"{forward} has no argument for {option} {name}; it takes {names}")


def _taken(subject: Subject, count: int) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    for p in subject.takes:
        if p.kind == "VAR_POSITIONAL":
            found += [(f"{p.name}{k}", "POSITIONAL_ONLY", True) for k in range(max(count - len(found), 0))]
        elif p.kind != "VAR_KEYWORD":
            found.append((p.name, p.kind, p.required))
    return found


def _lacking(subject: Subject, name: str) -> str:
    names = [p.name for p in subject.takes if p.required]
    return (
        f"{subject.forward} takes {', '.join(names)}, but {name} has no shape: "
        f"give --input for each of them, or --arg {name}=VALUE"
    )


def written(arguments: Sequence[Argument]) -> str:
    """The call's arguments as a message shows them."""
    return ", ".join(f"{a.name}={a.name}" if a.by_name else a.name for a in arguments)


def shapes_of(arguments: Sequence[Argument]) -> str:
    """`A is (5, 3), Y is (5,)`."""
    arrays = [a for a in arguments if isinstance(a.value, np.ndarray)]
    return ", ".join(f"{a.name} is {a.array.shape}" for a in arrays)
